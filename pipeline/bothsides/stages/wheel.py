"""`python pipeline/run.py wheel`: the wheel from the published bundle and the code of now; no DVC stage.

The wheel carries the whole package, the command line too, so as an output of the pipeline it would make every edit of
the command line a change of the results.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from ..bundle import verify
from ..params import Params
from ..wheel import build_wheel

log = logging.getLogger(__name__)


def main(root: Path, params: Params) -> None:
    """Build the wheel into `dist`, in place of the one that is there.

    Raises `ModelError` where models/bundle is missing or altered, or the wheel cannot be built.
    """
    bundle, target = root / "models/bundle", root / "dist"
    verify(bundle)
    shutil.rmtree(target, ignore_errors=True)
    log.info("wheel: %s", build_wheel(root, bundle, target).relative_to(root))
