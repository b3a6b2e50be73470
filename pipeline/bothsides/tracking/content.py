"""What a run shows besides its figures: curves, plots, tables and the datasets; whatever reports/ holds of them."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..encoder import sha256_of
from ..report.plots import confusion_plot
from ..report.run_plots import class_plot, curve_plot
from ..tables import read_jsonl
from ..unit import STANCES

CURVES = ("steps", "epochs")
"""The names of the files that hold a training's curve; each has a column `step` or `epoch`."""

TABLES = ("predictions", "errors")
"""The tables under reports/ that can be filtered and compared in MLflow's pages."""

PREDICTIONS = "reports/predictions.csv"
"""Where the table of predictions lies: in the project, and among the artifacts of its run."""

_CONTEXTS = {"train": "training", "test": "testing"}  # MLflow's words; others are named as they are
_BATCH = 1000  # the most metrics that MLflow takes at once


def curves(root: Path) -> Iterator[tuple[str, list[dict[str, float]]]]:
    """Give every curve under reports/ as `<training>/<steps or epochs>` with its rows; empty cells are left out."""
    reports = root / "reports"
    for path in sorted(reports.rglob("*.csv")):
        if path.stem in CURVES:
            with path.open(encoding="utf-8", newline="") as file:
                rows = [{k: float(v) for k, v in row.items() if v} for row in csv.DictReader(file)]
            yield path.relative_to(reports).with_suffix("").as_posix(), rows


def log_curves(root: Path, run_id: str) -> None:
    """Log every point of every curve at its step, or at its epoch."""
    import mlflow
    from mlflow.entities import Metric

    points = [
        Metric(f"{name}/{column}", value, 0, int(row.get("step", row.get("epoch", number))))
        for name, rows in curves(root)
        for number, row in enumerate(rows, start=1)
        for column, value in row.items()
        if column not in ("step", "epoch")
    ]
    client = mlflow.MlflowClient()
    for at in range(0, len(points), _BATCH):
        client.log_batch(run_id, metrics=points[at : at + _BATCH])


def log_plots(root: Path) -> None:
    """Log the plots of the reports, and those that are drawn for the run: curves, classes, confusion end to end."""
    import mlflow

    reports = root / "reports"
    for path in sorted(reports.rglob("*.png")):
        mlflow.log_artifact(str(path), str(Path("plots") / path.parent.relative_to(reports)))
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder)
        trainings: dict[str, dict[str, Sequence[Mapping[str, float]]]] = {}
        for name, rows in curves(root):
            training, _, kind = name.rpartition("/")
            trainings.setdefault(training, {})[kind] = rows
        for training, parts in trainings.items():
            curve_plot(drawn / f"curves-{training.replace('/', '-')}.png", training, parts)
        metrics = json.loads((reports / "metrics.json").read_text(encoding="utf-8"))
        class_plot(drawn / "classes.png", metrics)
        confusion_plot(drawn / "confusion-end-to-end.png", _found_confusion(root), "Stance of found units")
        mlflow.log_artifacts(str(drawn), "plots")


def log_tables(root: Path) -> None:
    """Log predictions and errors as tables that MLflow's pages show, and all reports as the files that they are."""
    import mlflow
    import pandas as pd

    reports = root / "reports"
    for name in TABLES:
        path = reports / f"{name}.csv"
        if path.is_file() and path.stat().st_size:
            mlflow.log_table(pd.read_csv(path, keep_default_na=False), f"{name}.json")
    for path in sorted(reports.rglob("*")):
        if path.suffix in (".csv", ".json", ".html", ".md"):
            mlflow.log_artifact(str(path), str(Path("reports") / path.parent.relative_to(reports)))


def log_datasets(root: Path) -> None:
    """Log as inputs the parts of the stance dataset and the table of articles, each with its sha256."""
    import mlflow
    import pandas as pd

    for path in sorted((root / "data/dataset").glob("*.parquet")):
        context = _CONTEXTS.get(path.stem, path.stem)
        _log_input(mlflow, pd.read_parquet(path), path, f"stance-{path.stem}", context)
    articles = root / "data/articles.jsonl"
    frame = pd.DataFrame([{k: r[k] for k in ("id", "text", "split", "origin")} for r in read_jsonl(articles)])
    _log_input(mlflow, frame, articles, "articles", "training")


def read_predictions(path: Path) -> list[dict[str, str]] | None:
    """Read a table of predictions as the evaluate stage writes it; None where the file is not there."""
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _found_confusion(root: Path) -> dict[str, dict[str, int]]:
    rows = [r for r in read_predictions(root / PREDICTIONS) or [] if r["split"] == "test"]
    return {g: {f: sum(r["gold"] == g and r["found_stance"] == f for r in rows) for f in STANCES} for g in STANCES}


def _log_input(mlflow: Any, frame: Any, path: Path, name: str, context: str) -> None:
    # MLflow cuts digests at 36 characters.
    dataset = mlflow.data.from_pandas(frame, source=str(path), name=name, digest=sha256_of(path)[:32])
    mlflow.log_input(dataset, context=context)
