"""`make ui`: the MLflow UI with light settings; no DVC stage."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from ..errors import InputError
from ..params import Params
from ..tracking.store import locked_store
from ..tracking.view import runs_link


def main(root: Path, params: Params, port: str = "5000") -> None:
    """Print the link to the runs and become the MLflow server, on this machine's own address only.

    Raises `InputError` where the port is no number of a port.
    """
    import mlflow

    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise InputError(f"{port}: is no port; give a number from 1 to 65535, as in `make ui PORT=5001`")
    address = f"http://127.0.0.1:{port}"
    with locked_store(root, params.publish.experiment) as store:
        link = runs_link(mlflow.MlflowClient(), store, params.publish.headline, address)
    lines = (
        f"Runs, best first: {link}",
        f"Models:           {address}/#/models/{params.registered_model}",
        "To compare runs, tick them and press Compare. Ctrl-C stops the server.",
    )
    logging.getLogger(__name__).info("\n".join(lines))
    # Job execution and further workers would make it 15 processes and 3 GB.
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    command = [
        "mlflow",
        "ui",
        "--backend-store-uri",
        store.uri,
        "--host",
        "127.0.0.1",
        "--port",
        port,
        "--workers",
        "1",
    ]
    os.execve(sys.executable, [sys.executable, "-m", *command], environment)
