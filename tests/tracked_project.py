"""A project as it is when `publish` logs it, without training: the committed reports, stand-ins for the rest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from bothsides.bundle import FILES, Manifest, read_manifest, write_manifest
from bothsides.params import Params, load_params
from bothsides.tables import write_json, write_jsonl
from bothsides.timings import Stopwatch, timed
from bothsides.tracking.registry import Registered
from bothsides.tracking.runs import Publication, log_publication
from bothsides.tracking.store import locked_store

ROOT = Path(__file__).parents[1]


def tracked_project(root: Path, database: Path, changes: dict[str, dict[str, Any]] | None = None) -> Params:
    """Lay out a project with reports, datasets, an empty database, and a bundle whose files are no models."""
    import pandas as pd
    from conftest import new_project

    params = new_project(root, changes or {})
    shutil.copytree(ROOT / "reports", root / "reports")
    pass_gate(root)
    write_jsonl(root / "data/articles.jsonl", [{"id": "a", "text": "t", "split": "test", "origin": "gold"}])
    (root / "data/dataset").mkdir()
    for part in ("train", "validation", "test"):
        pd.DataFrame({"text": [part], "label": [1]}).to_parquet(root / f"data/dataset/{part}.parquet")
    new_bundle(root, "first")
    shutil.copy(database, root / "mlflow.db")
    return params


def new_bundle(root: Path, content: str) -> Manifest:
    """Write the stand-in bundle anew; another content is another model."""
    for name in FILES:
        path = root / "models/bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return write_manifest(root / "models/bundle", "bothsides", "0.0.1", "fast")


def pass_gate(root: Path) -> None:
    """Let every check of the fairness gate pass, however the committed model did."""
    path = root / "reports/fairness.json"
    gate = json.loads(path.read_text(encoding="utf-8"))
    write_json(path, {"checks": {name: {**c, "passed": True} for name, c in gate["checks"].items()}, "failures": []})
    change_metric(root, "fairness/gate_failed", 0)


def change_metric(root: Path, name: str, value: float) -> None:
    """Set a figure of reports/metrics.json."""
    path = root / "reports/metrics.json"
    metrics = json.loads(path.read_text(encoding="utf-8"))
    group, _, figure = name.rpartition("/")
    metrics[group][figure] = value
    write_json(path, metrics)


def change_params(root: Path, section: str, **values: Any) -> None:
    """Set parameters of params.yaml."""
    path = root / "params.yaml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    raw[section].update(values)
    path.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")


def stage_timing(root: Path, stage: str) -> None:
    """Record a timing of a stage whose report is as it stands."""
    with timed(root, stage):
        (root / f"reports/{stage}.json").touch()


def publish(root: Path, content: str, below: tuple[str, ...] = ()) -> Registered:
    """Log what the project holds as the publication of a model."""
    bundle = root / "models/bundle"
    standing = (bundle / "card.md").read_text(encoding="utf-8") == content
    manifest = read_manifest(bundle) if standing else new_bundle(root, content)
    publication = Publication(bundle, manifest, below)
    return log_publication(root, load_params(root / "params.yaml"), publication, Stopwatch())


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of MLflow without runs, to copy: making one takes ten seconds."""
    root = tmp_path_factory.mktemp("database")
    with locked_store(root, "unused"):
        return root / "mlflow.db"


@pytest.fixture(scope="session")
def two_runs(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two runs: a champion, and an experiment of fewer epochs that is a challenger; do not change it."""
    root = tmp_path_factory.mktemp("tracked")
    tracked_project(root, database)
    change_metric(root, "stance/macro_f1", 0.8001)
    stage_timing(root, "train/encoder")
    publish(root, "first")
    change_params(root, "train", epochs=1)
    change_metric(root, "stance/macro_f1", 0.7831)
    change_metric(root, "end_to_end/macro_f1", 0.6512)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DVC_EXP_NAME", "fewer-epochs")
        publish(root, "second", ("units/joint_f1 is 0.1, below its floor 0.7",))
    return root
