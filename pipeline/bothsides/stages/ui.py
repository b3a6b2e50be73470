"""`make ui`: the MLflow UI with light settings; no DVC stage."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from ..params import Params
from ..tracking import locked_store


def main(root: Path, params: Params, port: str = "5000") -> None:
    """Print the link to the runs and become the MLflow server, on this machine's own address only."""
    with locked_store(root, params.publish.experiment) as store:
        uri, experiment = store.uri, store.experiment_id
    # A fresh browser would open in GenAI mode, where no training run is to be seen.
    link = f"http://127.0.0.1:{port}/#/experiments/{experiment}/runs?workflowType=machine_learning"
    logging.getLogger(__name__).info("Runs and curves: %s\nModels:          http://127.0.0.1:%s/#/models", link, port)
    # Job execution and further workers would make it 15 processes and 3 GB.
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    command = ["mlflow", "ui", "--backend-store-uri", uri, "--host", "127.0.0.1", "--port", port, "--workers", "1"]
    os.execve(sys.executable, [sys.executable, "-m", *command], environment)
