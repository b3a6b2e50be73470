from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from dvc.utils.hydra import apply_overrides

from bothsides.errors import InputError
from bothsides.lineage import flat_params
from bothsides.params import load_params
from bothsides.stages import sweep
from bothsides.tracking.compare import finished_runs

PARAMS = load_params(ROOT / "params.yaml")


def test_the_sweep_changes_parameters_that_there_are_to_values_that_are_allowed(tmp_path: Path) -> None:
    """DVC itself rewrites the file, whose anchors it once broke."""
    assert len(sweep.EXPERIMENTS) >= 6
    sweep.check(list(sweep.EXPERIMENTS), PARAMS)
    written = tmp_path / "params.yaml"
    for settings in sweep.EXPERIMENTS.values():
        shutil.copy(ROOT / "params.yaml", written)
        apply_overrides(written, list(settings))
        changed = flat_params(load_params(written))
        before = flat_params(PARAMS)
        assert {k for k in before if before[k] != changed[k]} == {setting.partition("=")[0] for setting in settings}


def test_an_experiment_that_there_is_not_is_one_line() -> None:
    with pytest.raises(InputError, match="nonsense: is no experiment of the sweep; there are quarter"):
        sweep.check(["nonsense"], PARAMS)


def test_what_has_a_run_is_not_run_again_and_a_failure_is_told(two_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    def fail(command: list[str], **_: Any) -> Any:
        called.append(command)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(
        sweep, "EXPERIMENTS", {"fewer-epochs": ("train.epochs=1",), "rate": ("train.learning_rate=1e-4",)}
    )
    monkeypatch.setattr(sweep.subprocess, "run", fail)
    with pytest.raises(InputError, match="experiment rate failed"):
        sweep.main(two_runs, load_params(two_runs / "params.yaml"))
    removed, run = called
    assert removed[3:] == ["exp", "remove", "--quiet", "rate"]
    assert run[-1] == "train.learning_rate=1e-4" and "--temp" in run


def test_the_table_has_the_champion_and_the_experiments(two_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "EXPERIMENTS", {"fewer-epochs": ("train.epochs=1",)})
    runs = finished_runs(two_runs, load_params(two_runs / "params.yaml"), "stance/macro_f1")
    head, rule, *rows = sweep.sweep_table(runs, [r for r in runs if r.name == "fewer-epochs"], None).splitlines()
    assert "the champion" in rows[0] and "| fewer-epochs | `train.epochs=1` |" in rows[1] and "0.783" in rows[1]
    assert {line.count("|") for line in (head, rule, *rows)} == {head.count("|")}
    other = replace(runs[1], name="of-somebody")
    assert len(sweep.sweep_table([runs[0], other], [], None).splitlines()) == 3
    *_, last = sweep.sweep_table([runs[0], other], [], other).splitlines()
    assert "| of-somebody | as in params.yaml |" in last


def test_a_run_counts_where_its_experiment_alone_parts_it_from_the_project(
    two_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "EXPERIMENTS", {"fewer-epochs": ("train.epochs=1",)})
    params = load_params(two_runs / "params.yaml")
    runs, current = finished_runs(two_runs, params, "stance/macro_f1"), flat_params(params)
    (run,) = sweep.of_now(runs, current, {})
    assert run.name == "fewer-epochs"
    assert sweep.of_now(runs, current | {"train.patience": "9"}, {}) == []
    seeds = replace(run, tags={**run.tags, "dvc.md5/seeds/written": "abc"})
    assert sweep.of_now([seeds], current, {"seeds/written": "abc", "data/gold.jsonl": "other"}) == [seeds]
    assert sweep.of_now([seeds], current, {"seeds/written": "def"}) == []


def test_the_run_of_the_project_as_it_is_is_the_newest_that_differs_in_nothing(two_runs: Path) -> None:
    runs = finished_runs(two_runs, load_params(two_runs / "params.yaml"), "stance/macro_f1")
    first = replace(runs[0], finished=runs[0].finished - timedelta(days=1))
    assert sweep.as_it_is([first, runs[0]], runs[0].params, {}) == runs[0]
    assert sweep.as_it_is(runs, {**runs[0].params, "train.patience": "9"}, {}) is None
    seeds = replace(runs[0], tags={**runs[0].tags, "dvc.md5/seeds/written": "abc"})
    assert sweep.as_it_is([seeds], seeds.params, {"seeds/written": "def"}) is None


def test_the_document_has_room_for_the_table() -> None:
    assert sweep._TABLE.search((ROOT / "docs/experiments.md").read_text(encoding="utf-8"))


def test_the_learning_curve_goes_from_few_articles_to_all(two_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "_CURVE", ("half",))
    (run, *_) = finished_runs(two_runs, load_params(two_runs / "params.yaml"), "stance/macro_f1")
    half = {"ingest.train_share": "0.5"}, {**run.metrics, "stages/train_splitter/articles": 200.0}
    whole = replace(run, name="fast-0123", params={"ingest.train_share": "1.0"})
    runs = [
        replace(run, name="half", params=half[0], metrics=half[1]),
        replace(run, name="other-rate", params={"ingest.train_share": "0.1"}),
    ]
    few, many = sweep.learning_curve(runs, whole)
    assert (few["share"], few["articles"], many["share"]) == ("0.5", 200, "1.0")
    assert few["stance_macro_f1"] == round(run.metrics["validation/stance/macro_f1"], 4)
    assert few["units_joint_f1_low"] <= few["units_joint_f1"] <= few["units_joint_f1_high"]
    assert sweep.learning_curve([], whole) == sweep.learning_curve(runs, None) == []
