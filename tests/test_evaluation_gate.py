from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bothsides.evaluation.gate import fairness_checks, gate_report
from bothsides.params import load_params

LIMITS = load_params(Path(__file__).parents[1] / "params.yaml").evaluate.fairness


def metrics(**changes: float) -> dict[str, Any]:
    mirrored = {
        "recall_gap": 0.0,
        "flipped": 1.0,
        "neutral_kept": 1.0,
        "neutral_recall_gap": 0.0,
        "neutral_swapped_unchanged": 1.0,
        "masked_unchanged": 1.0,
        "renamed_unchanged": 1.0,
    }
    validation = {"stance_recall_gap": 0.0, "renamed_unchanged": 1.0}
    for name, value in changes.items():
        (validation if name in ("stance_recall_gap",) else mirrored)[name] = value
    return {"fairness": {"mirrored": mirrored}, "validation": {"fairness": validation}}


def failures(figures: dict[str, Any]) -> list[str]:
    return gate_report(fairness_checks(figures, LIMITS))["failures"]


def test_a_fair_model_passes() -> None:
    assert failures(metrics()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stance_recall_gap", LIMITS.recall_gap + 0.01),
        ("stance_recall_gap", -LIMITS.recall_gap - 0.01),
        ("recall_gap", -LIMITS.mirrored_gap - 0.01),
        ("flipped", LIMITS.flipped - 0.01),
        ("neutral_kept", LIMITS.neutral_kept - 0.01),
        ("neutral_swapped_unchanged", LIMITS.swapped - 0.01),
        ("masked_unchanged", LIMITS.unchanged - 0.01),
        ("renamed_unchanged", float("nan")),
    ],
)
def test_what_misses_its_limit_is_told_in_one_line(name: str, value: float) -> None:
    (line,) = failures(metrics(**{name: value}))
    assert f"/{name} is {value}" in line and "must be at" in line and "\n" not in line


def test_a_figure_at_its_limit_passes() -> None:
    assert failures(metrics(stance_recall_gap=-LIMITS.recall_gap, flipped=LIMITS.flipped)) == []


def test_what_was_not_measured_fails() -> None:
    figures = metrics()
    del figures["fairness"]["mirrored"]["flipped"]
    assert ["fairness/mirrored/flipped was not measured" in line for line in failures(figures)] == [True]


def test_the_report_names_every_check_by_its_figure() -> None:
    report = gate_report(fairness_checks(metrics(flipped=0.0), LIMITS))
    failed = [name for name, check in report["checks"].items() if not check["passed"]]
    assert failed == ["fairness/mirrored/flipped"] and len(report["checks"]) == 9
