"""The store: a SQLite file with the artifacts beside it, opened by one process at a time.

It holds absolute paths, so it belongs to one machine and is in neither git nor DVC.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ModelError

DATABASE = "mlflow.db"


@dataclass(frozen=True)
class Store:
    """Where MLflow keeps runs (`uri`) and artifacts (`artifacts`), and the id of the experiment."""

    uri: str
    artifacts: Path
    experiment_id: str


def store_folder(root: Path) -> Path:
    """Choose the folder of the store: the project, or where a queued experiment runs in a copy, the project it copies.

    DVC names that project in DVC_ROOT and makes the copy under its .dvc folder.
    """
    named = os.environ.get("DVC_ROOT")
    if named and root.resolve().is_relative_to(Path(named).resolve() / ".dvc"):
        return Path(named).resolve()
    return root.resolve()


@contextmanager
def locked_store(root: Path, experiment: str) -> Iterator[Store]:
    """Open the store, creating database and experiment where needed, alone among all processes while it is held."""
    folder = store_folder(root)
    with (folder / f"{DATABASE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        client, uri = _connect(folder)
        artifacts = folder / "mlartifacts"
        known = client.get_experiment_by_name(experiment)
        number = known.experiment_id if known else client.create_experiment(experiment, artifacts.as_uri())
        yield Store(uri, artifacts, str(number))


def standing_store(root: Path, experiment: str) -> Store:
    """Open a store that is there, to read from it.

    Raises `ModelError` where the project has no runs yet.
    """
    folder = store_folder(root)
    remedy = "run `make` or `dvc repro` first, or change to the project's folder"
    if not (folder / DATABASE).is_file():
        raise ModelError(f"{folder / DATABASE}: there is no MLflow database, so no runs to show; {remedy}")
    client, uri = _connect(folder)
    known = client.get_experiment_by_name(experiment)
    if known is None:
        raise ModelError(f"{folder / DATABASE}: has no experiment named {experiment}; {remedy}")
    return Store(uri, folder / "mlartifacts", str(known.experiment_id))


def _connect(folder: Path) -> tuple[Any, str]:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow

    for name in ("alembic", "mlflow"):
        logging.getLogger(name).setLevel(logging.WARNING)
    uri = f"sqlite:///{folder / DATABASE}"
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    return mlflow.MlflowClient(), uri
