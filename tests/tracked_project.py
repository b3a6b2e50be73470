"""A project as it is when `publish` logs it, without training: the committed reports, stand-ins for the rest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from conftest import ROOT, new_project

from bothsides.bundle import FILES, Manifest, write_manifest
from bothsides.params import Params, load_params
from bothsides.tables import write_json, write_jsonl
from bothsides.timings import Stopwatch
from bothsides.tracking.registry import Registered
from bothsides.tracking.runs import Publication, log_publication


def tracked_project(root: Path, changes: dict[str, dict[str, Any]] | None = None) -> Params:
    """Lay out a project with reports, datasets and a bundle whose files are no models."""
    import pandas as pd

    params = new_project(root, changes or {})
    shutil.copytree(ROOT / "reports", root / "reports")
    write_jsonl(root / "data/articles.jsonl", [{"id": "a", "text": "t", "split": "test", "origin": "gold"}])
    (root / "data/dataset").mkdir()
    for part in ("train", "validation", "test"):
        pd.DataFrame({"text": [part], "label": [1]}).to_parquet(root / f"data/dataset/{part}.parquet")
    new_bundle(root, "first")
    return params


def new_bundle(root: Path, content: str) -> Manifest:
    """Write the stand-in bundle anew; another content is another model."""
    for name in FILES:
        path = root / "models/bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return write_manifest(root / "models/bundle", "bothsides", "0.0.1")


def change_metric(root: Path, name: str, value: float) -> None:
    """Set a figure of reports/metrics.json."""
    path = root / "reports/metrics.json"
    metrics = json.loads(path.read_text(encoding="utf-8"))
    group, _, figure = name.rpartition("/")
    metrics[group][figure] = value
    write_json(path, metrics)


def publish(root: Path, content: str, below: tuple[str, ...] = ()) -> Registered:
    """Log what the project holds as the publication of a model."""
    manifest = new_bundle(root, content)
    publication = Publication(root / "models/bundle", manifest, below)
    return log_publication(root, load_params(root / "params.yaml"), publication, Stopwatch())
