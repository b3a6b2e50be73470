"""MLflow mirrors what the stages have written: one run a publication, and the registry of published models.

The only module of the library that imports mlflow (besides `pyfunc`, which MLflow itself runs). The store is a SQLite
file with the artifacts beside it; it holds absolute paths, so it belongs to one machine and is not in git.
"""

from __future__ import annotations

import csv
import fcntl
import json
import logging
import os
import tomllib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .bundle import Manifest
from .encoder import sha256_of
from .lineage import flat_metrics, flat_params, provenance
from .params import Params
from .tables import read_jsonl
from .unit_columns import UNIT_COLUMNS

HEADLINE = "end_to_end/macro_f1"
"""What decides whether a model beats the champion: stance on the units that it found itself, as a user gets them."""

TRAININGS = ("train_splitter", "train/encoder")
"""The trainings whose curves and summaries a run shows: the stages' names under reports/."""

_NO_CHAMPION = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""MLflow's error codes for a model that is not there, and for an alias that the model does not have."""


@dataclass(frozen=True)
class Store:
    """Where MLflow keeps runs (`uri`) and artifacts (`artifacts`), and the id of the experiment."""

    uri: str
    artifacts: Path
    experiment_id: str


@dataclass(frozen=True)
class Registered:
    """A registered version, the alias that it got, and why."""

    run_id: str
    version: str
    alias: str
    reason: str


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
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow

    for name in ("alembic", "mlflow"):
        logging.getLogger(name).setLevel(logging.WARNING)
    folder = store_folder(root)
    uri, artifacts = f"sqlite:///{folder / 'mlflow.db'}", folder / "mlartifacts"
    with (folder / "mlflow.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        client = mlflow.MlflowClient()
        known = client.get_experiment_by_name(experiment)
        number = known.experiment_id if known else client.create_experiment(experiment, artifacts.as_uri())
        yield Store(uri, artifacts, str(number))


def log_publication(
    root: Path, params: Params, bundle: Path, manifest: Manifest, below_floor: Sequence[str]
) -> Registered:
    """Log one publication as one run and register its model.

    `below_floor` names the floors that were missed, one text each. The model becomes `champion` where it misses none
    and its `HEADLINE` is higher than the standing champion's (or it is the same model, published again), else
    `challenger` with the reason as a tag.
    """
    import mlflow

    metrics = published_metrics(root)
    with locked_store(root, params.publish.experiment) as store, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # hints at other ways to use MLflow
        name = os.environ.get("DVC_EXP_NAME") or manifest.model
        with mlflow.start_run(experiment_id=store.experiment_id, run_name=name) as run:
            mlflow.log_params(flat_params(params))
            mlflow.set_tags(
                provenance(root) | {"bothsides.version": manifest.version, "bothsides.model": manifest.model}
            )
            mlflow.log_metrics(metrics)
            _log_curves(root, run.info.run_id)
            _log_files(root, bundle)
            _log_datasets(root)
            logged = _log_model(root, bundle)
        return _register(params.publish.model, run.info.run_id, logged, manifest, metrics, below_floor)


def published_metrics(root: Path) -> dict[str, float]:
    """Gather the figures of a run: those of reports/metrics.json, and under `training/` each training's summary."""
    metrics = flat_metrics(json.loads((root / "reports/metrics.json").read_text(encoding="utf-8")))
    for stage in TRAININGS:
        summary = json.loads((root / f"reports/{stage}.json").read_text(encoding="utf-8"))
        metrics |= flat_metrics(summary, f"training/{stage}/")
    return metrics


def decide(metrics: Mapping[str, float], champion: Mapping[str, str] | None, model: str, below: Sequence[str]) -> str:
    """Say why a model must not become the champion; empty where it may.

    `champion` is the standing champion's tags (`headline`, `model`), if there is one.
    """
    if below:
        return "below its floor: " + "; ".join(below)
    if champion is None or champion.get("model") == model:
        return ""
    mine, standing = metrics.get(HEADLINE, 0.0), float(champion.get("headline", "0"))
    return "" if mine > standing else f"{HEADLINE} is {mine:.4f}, the champion's is {standing:.4f}"


def champion_tags(client: Any, name: str) -> Mapping[str, str] | None:
    """Give the tags of the standing champion; None where there is no such model yet, or no champion among its versions.

    Every other error of MLflow is raised: a registry that cannot be read must not crown a model by that.
    """
    from mlflow.exceptions import MlflowException

    try:
        tags: Mapping[str, str] = client.get_model_version_by_alias(name, "champion").tags
    except MlflowException as error:
        if error.error_code not in _NO_CHAMPION:
            raise
        return None
    return tags


def _register(
    name: str, run_id: str, uri: str, manifest: Manifest, metrics: Mapping[str, float], below: Sequence[str]
) -> Registered:
    import mlflow

    client = mlflow.MlflowClient()
    champion = champion_tags(client, name)
    tags = {"model": manifest.model, "version": manifest.version, "headline": repr(metrics.get(HEADLINE, 0.0))}
    registered = mlflow.register_model(uri, name, tags=tags)
    reason = decide(metrics, champion, manifest.model, below)
    alias = "challenger" if reason else "champion"
    client.set_registered_model_alias(name, alias, registered.version)
    client.set_model_version_tag(
        name, registered.version, "reason", reason or "beats the standing champion and every floor"
    )
    client.set_tag(run_id, "bothsides.alias", alias)
    return Registered(run_id, str(registered.version), alias, reason)


def _log_curves(root: Path, run_id: str) -> None:
    import mlflow
    from mlflow.entities import Metric

    points = []
    for stage in TRAININGS:
        for path in sorted((root / "reports" / stage).glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for number, row in enumerate(csv.DictReader(file), start=1):
                    step = int(float(row.get("step") or row.get("epoch") or number))
                    for column, value in row.items():
                        if column not in ("step", "epoch") and value:
                            points.append(Metric(f"{stage}/{path.stem}/{column}", float(value), 0, step))
    client = mlflow.MlflowClient()
    for at in range(0, len(points), 1000):  # the most that MLflow takes at once
        client.log_batch(run_id, metrics=points[at : at + 1000])


def _log_files(root: Path, bundle: Path) -> None:
    import mlflow

    reports = root / "reports"
    for path in sorted(reports.rglob("*")):
        kind = {".png": "plots", ".csv": "tables", ".json": "reports"}.get(path.suffix)
        if kind:
            mlflow.log_artifact(str(path), str(Path(kind) / path.parent.relative_to(reports)))
    mlflow.log_artifact(str(bundle / "card.md"))


def _log_datasets(root: Path) -> None:
    import mlflow
    import pandas as pd

    folder = root / "data/dataset"
    for part, context in (("train", "training"), ("validation", "validation"), ("test", "testing")):
        path = folder / f"{part}.parquet"
        _log_input(mlflow, pd.read_parquet(path), path, f"stance-{part}", context)
    articles = root / "data/articles.jsonl"
    frame = pd.DataFrame([{k: r[k] for k in ("id", "text", "split", "origin")} for r in read_jsonl(articles)])
    _log_input(mlflow, frame, articles, "articles", "training")


def _log_input(mlflow: Any, frame: Any, path: Path, name: str, context: str) -> None:
    # MLflow cuts digests at 36 characters.
    dataset = mlflow.data.from_pandas(frame, source=str(path), name=name, digest=sha256_of(path)[:32])
    mlflow.log_input(dataset, context=context)


def _log_model(root: Path, bundle: Path) -> str:
    import mlflow
    import pandas as pd
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    package = Path(__file__).parent
    needed = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = [requirement.split(">")[0].split("=")[0].strip() for requirement in needed]
    example = pd.DataFrame({"id": ["a1"], "text": ['"We asked for smaller classes," union president Ana Diaz said.']})
    logged = mlflow.pyfunc.log_model(
        name="model",
        python_model=str(package / "pyfunc.py"),
        artifacts={"bundle": str(bundle)},
        code_paths=[str(package)],
        pip_requirements=[f"{name}=={version(name)}" for name in names],
        signature=ModelSignature(
            inputs=Schema([ColSpec("string", "id"), ColSpec("string", "text")]),
            outputs=Schema([ColSpec(kind, name) for name, kind in UNIT_COLUMNS.items()]),
        ),
        input_example=example,
    )
    return str(logged.model_uri)
