from __future__ import annotations

import json
from pathlib import Path

import pytest

from bothsides.errors import FloorError
from bothsides.evaluation.floors import Floors, figure, gold_digest
from bothsides.params import load_params
from bothsides.stages.floors import main

ROOT = Path(__file__).parents[1]
NAN, INFINITE = ('{"gold_sha256": "x", "floors": {"a": ' + value + "}}" for value in ("NaN", "Infinity"))
METRICS = {"units": {"joint_f1": 0.72, "by_type": {"direct": {"joint_f1": 0.9}}}}


def test_committed_metrics_stand_above_the_committed_floors() -> None:
    metrics = json.loads((ROOT / "reports/metrics.json").read_text(encoding="utf-8"))
    assert Floors.read(ROOT / "floors.json").problems(metrics, gold_digest(ROOT / "seeds")) == []


def test_committed_floors_are_the_promised_ones() -> None:
    floors = Floors.read(ROOT / "floors.json")
    assert floors.gold_sha256 == gold_digest(ROOT / "seeds")
    assert floors.floors["units/joint_f1"] >= 0.70
    assert floors.floors["stance/macro_f1"] >= 0.75


def test_figures_are_found_by_their_path() -> None:
    assert figure(METRICS, "units/by_type/direct/joint_f1") == 0.9
    assert figure(METRICS, "units/by_type") is None
    assert figure(METRICS, "stance/macro_f1") is None


def test_problems_name_figure_value_and_floor() -> None:
    floors = Floors("x", {"units/joint_f1": 0.73, "stance/macro_f1": 0.5})
    problems = floors.problems(METRICS, "x")
    assert problems == [
        "stance/macro_f1 was not measured; its floor is 0.5",
        "units/joint_f1 is 0.72, below its floor 0.73",
    ]
    assert Floors("x", {"units/joint_f1": 0.72}).problems(METRICS, "x") == []
    assert Floors("x", {"a": 0.1}).problems({"a": float("nan")}, "x") == ["a is nan, below its floor 0.1"]


def test_other_gold_is_a_problem() -> None:
    assert "digest" in Floors("x", {}).problems(METRICS, "y")[0]


def seeds(root: Path) -> Path:
    for folder, suffix in (("gold", "xml"), ("news", "txt")):
        (root / "seeds" / folder).mkdir(parents=True)
        (root / "seeds" / folder / f"one.{suffix}").write_text("text")
    return root / "seeds"


def test_digest_covers_gold_and_its_news_but_not_a_users_own(tmp_path: Path) -> None:
    folder = seeds(tmp_path)
    before = gold_digest(folder)
    (folder / "news/mine.txt").write_text("new")
    assert gold_digest(folder) == before
    (folder / "news/one.txt").write_text("altered")
    assert gold_digest(folder) != before


def test_a_floor_rises_freely_and_falls_only_with_the_flag(tmp_path: Path) -> None:
    seeds(tmp_path)
    params = load_params(ROOT / "params.yaml")
    main(tmp_path, params, "--set", "units/joint_f1", "0.7", "--set", "stance/macro_f1", "0.75")
    main(tmp_path, params, "--set", "units/joint_f1", "0.71")
    with pytest.raises(FloorError, match="--lower"):
        main(tmp_path, params, "--set", "units/joint_f1", "0.6")
    assert Floors.read(tmp_path / "floors.json").floors == {"units/joint_f1": 0.71, "stance/macro_f1": 0.75}
    main(tmp_path, params, "--set", "units/joint_f1", "0.6", "--lower")
    assert Floors.read(tmp_path / "floors.json").floors["units/joint_f1"] == 0.6


def test_floors_of_other_gold_are_taken_over_only_with_the_flag(tmp_path: Path) -> None:
    folder, params = seeds(tmp_path), load_params(ROOT / "params.yaml")
    main(tmp_path, params, "--set", "a/b", "0.5")
    (folder / "gold/one.xml").write_text("other")
    with pytest.raises(FloorError, match="other gold"):
        main(tmp_path, params, "--set", "a/b", "0.6")
    main(tmp_path, params, "--set", "a/b", "0.6", "--lower")
    assert Floors.read(tmp_path / "floors.json").gold_sha256 == gold_digest(folder)


@pytest.mark.parametrize("value", ["high", "nan", "inf"])
def test_no_finite_number_is_one_clear_line(tmp_path: Path, value: str) -> None:
    seeds(tmp_path)
    with pytest.raises(FloorError, match="no finite number"):
        main(tmp_path, load_params(ROOT / "params.yaml"), "--set", "a/b", value)
    assert not (tmp_path / "floors.json").exists()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"floors": {}}', '{"gold_sha256": "x", "floors": {"a": "b"}}', NAN, INFINITE]
)
def test_broken_floors_are_one_clear_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "floors.json"
    path.write_text(content)
    with pytest.raises(FloorError, match=r"floors\.json"):
        Floors.read(path)
