"""`python pipeline/run.py wheel`: the wheel from the published bundle and the code of now; no DVC stage.

The wheel carries the whole package, the command line too, so as an output of the pipeline it would make every edit of
the command line a change of the results.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path

from ..bundle import verify
from ..params import Params
from ..wheel import build_wheel

log = logging.getLogger(__name__)


def main(root: Path, params: Params) -> None:
    """Build the wheel into `dist`, in place of the one that is there.

    Raises `ModelError` where models/bundle is missing or altered, or the wheel cannot be built; `dist` then stays.
    """
    bundle, target = root / "models/bundle", root / "dist"
    verify(bundle)
    with tempfile.TemporaryDirectory(dir=root) as scratch:
        built = build_wheel(root, bundle, Path(scratch))
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        log.info("wheel: %s", built.rename(target / built.name).relative_to(root))
