"""`make accurate`: trains the accurate tier as an experiment and puts its bundle into models/accurate; no DVC stage.

It is an experiment, so the workspace keeps the fast tier's results, and its run stands beside the others in MLflow.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from ..params import Params
from ..tracking.compare import pick
from ..tracking.registry import bundle_of
from . import sweep

EXPERIMENT = "accurate"

log = logging.getLogger(__name__)


def main(root: Path, params: Params) -> None:
    """Train the accurate tier unless it has a run of now, and copy the bundle of that run to models/accurate.

    Raises `InputError` where the training fails, `ModelError` where the run holds no bundle; what lies in
    models/accurate then stays.
    """
    run = pick(sweep.run_experiments(root, params, (EXPERIMENT,)), EXPERIMENT)
    bundle, target = bundle_of(f"runs:/{run.id}/model"), root / "models/accurate"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(bundle, target)
    log.info("accurate: %s is in %s; use it with `bothsides predict --tier accurate`", run.name, target)
