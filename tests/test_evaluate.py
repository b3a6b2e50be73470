from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scorecards import BySpeaker, Oracle, corpus

from bothsides.errors import InputError, ModelError
from bothsides.evaluation.floors import Floors, gold_digest
from bothsides.params import load_params
from bothsides.stages import evaluate
from bothsides.stance.baseline import fit
from bothsides.stance.inputs import unit_input
from bothsides.tables import article_record, read_jsonl, unit_record, write_jsonl
from bothsides.unit import STANCES

ROOT = Path(__file__).parents[1]
PARAMS = load_params(ROOT / "params.yaml")
SPLITS = {"a0": "test", "a1": "validation", "a2": "train", "a3": "train"}
WRITTEN = ["confusion", "coverage", "errors", "predictions", "reliability"]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose data are four small articles and whose stance model reads names only."""
    gold = corpus(4)
    inputs = [unit_input(a.article, u) for a in gold for u in a.gold]
    labels = [STANCES.index(u.stance.label) for a in gold for u in a.gold if u.stance]
    fit(inputs, np.array(labels), np.ones(len(labels)), 500, 1.0).write(_folder(tmp_path / "models/stance/baseline"))
    data = _folder(tmp_path / "data")
    articles = [article_record(a.article) | {"split": SPLITS[a.article.id], "annotated": True} for a in gold]
    user = {"id": "mine", "text": "Dropped by a user.", "columns": {}, "split": "train", "annotated": False}
    write_jsonl(data / "articles.jsonl", [*articles, user])
    rows = [unit_record(a.article.id, n, u) for a in gold for n, u in enumerate(a.gold, start=1)]
    write_jsonl(data / "gold.jsonl", rows)
    found = [replace(u, stance=None) for u in gold[0].gold]
    write_jsonl(data / "units.jsonl", [unit_record("a0", n, u) | {"gold": n} for n, u in enumerate(found, start=1)])
    _folder(tmp_path / "seeds/gold")
    shutil.copytree(ROOT / "seeds/mirrored", tmp_path / "seeds/mirrored")
    Floors(gold_digest(tmp_path / "seeds"), {"stance/macro_f1": 0.99}).write(tmp_path / "floors.json")
    monkeypatch.setattr(evaluate, "OnnxBackend", lambda *_: None)
    monkeypatch.setattr(evaluate.Reader, "load", lambda *_: None)
    monkeypatch.setattr(evaluate.StanceModel, "load", lambda *_: BySpeaker())
    return tmp_path


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_stage_writes_every_report_twice_the_same(root: Path) -> None:
    evaluate.main(root, PARAMS)
    names = {f"{n}.csv" for n in WRITTEN} | {f"{n}.png" for n in ("confusion", "coverage", "reliability")}
    first = {p.name: p.read_bytes() for p in (root / "reports").iterdir()}
    assert set(first) == names | {"metrics.json", "fairness.json"}
    evaluate.main(root, PARAMS)
    assert first == {p.name: p.read_bytes() for p in (root / "reports").iterdir()}


def test_real_articles_are_the_headline_and_validation_stands_apart(root: Path) -> None:
    evaluate.main(root, PARAMS)
    metrics: Any = json.loads((root / "reports/metrics.json").read_text())
    assert metrics["articles"] == metrics["validation"]["articles"] == 1
    assert metrics["units"]["relaxed_f1"] == 1.0
    assert metrics["validation"]["units"]["relaxed_f1"] == 0.0
    assert metrics["stance"]["accuracy"] == metrics["validation"]["stance"]["accuracy"] == 0.75
    assert set(metrics["baselines"]) == {"speaker_side", "majority", "functions", "tfidf"}
    assert metrics["baselines"]["majority"]["accuracy"] == 0.5
    assert metrics["baselines"]["tfidf"]["accuracy"] == 1.0


def test_a_missed_floor_is_recorded_and_loses_no_report(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    evaluate.main(root, PARAMS)
    metrics = json.loads((root / "reports/metrics.json").read_text())
    assert metrics["floors"] == {"failed": 1}
    assert "stance/macro_f1" in caplog.text and "below its floor 0.99" in caplog.text


def test_the_fairness_gate_sees_a_model_through_that_reads_names(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    evaluate.main(root, PARAMS)
    fairness = json.loads((root / "reports/metrics.json").read_text())["fairness"]
    report = json.loads((root / "reports/fairness.json").read_text())
    # It knows no speaker of the mirrored pairs, so all are neutral to it; but names of its articles replace some.
    assert (fairness["mirrored"]["flipped"], fairness["mirrored"]["neutral_kept"]) == (0.0, 1.0)
    failed = [name for name, check in report["checks"].items() if not check["passed"]]
    renamed = ["fairness/mirrored/renamed_unchanged", "validation/fairness/renamed_unchanged"]
    assert failed == ["fairness/mirrored/flipped", *renamed]
    assert fairness["gate_failed"] == len(report["failures"]) == 3
    assert all(f"fairness: {line}" in caplog.text for line in report["failures"])


def test_mirrored_pairs_that_are_missing_stop_the_stage_before_it_computes(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "seeds/mirrored/pairs.jsonl").unlink()
    monkeypatch.setattr(evaluate, "score", lambda *_: pytest.fail("scored"))
    with pytest.raises(InputError, match=r"pairs\.jsonl: cannot be read"):
        evaluate.main(root, PARAMS)


def test_tables_cover_both_splits_and_plots_the_headline(root: Path) -> None:
    evaluate.main(root, PARAMS)
    reports = root / "reports"
    assert [r["split"] for r in _table(reports / "predictions.csv")] == ["test"] * 4 + ["validation"] * 4
    errors = [(r["split"], r["error"]) for r in _table(reports / "errors.csv")]
    assert errors.count(("validation", "missed")) == 4 and ("test", "stance") in errors
    assert len(_table(reports / "confusion.csv")) == 4
    assert set(_table(reports / "confusion.csv")[0]) == {"actual", "predicted"}
    assert float(_table(reports / "coverage.csv")[-1]["accuracy"]) == 0.75
    assert _table(reports / "reliability.csv")[0]["units"] == "4"


@pytest.mark.parametrize("split", ["test", "validation"])
def test_a_split_without_annotated_articles_stops_the_stage_before_it_computes(
    root: Path, monkeypatch: pytest.MonkeyPatch, split: str
) -> None:
    rows = [r for r in read_jsonl(root / "data/articles.jsonl") if r["split"] != split]
    write_jsonl(root / "data/articles.jsonl", rows)
    monkeypatch.setattr(evaluate, "score", lambda *_: pytest.fail("scored"))
    with pytest.raises(InputError, match=f"{split} split has no annotated articles"):
        evaluate.main(root, PARAMS)
    assert not (root / "reports").exists()


def test_a_baseline_that_is_missing_is_one_clear_error(root: Path) -> None:
    for file in (root / "models/stance/baseline").iterdir():
        file.unlink()
    with pytest.raises(ModelError, match="dvc repro"):
        evaluate.main(root, PARAMS)


def test_the_splitters_units_stand_in_for_the_splitter() -> None:
    gold = corpus(1)
    found = Oracle(gold).split([gold[0].article])[0]
    annotated = evaluate.Annotated({}, {"a0": found})
    assert annotated.split([gold[0].article]) == [found]
