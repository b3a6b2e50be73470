from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothsides.evaluation.bootstrap import Resamples
from bothsides.evaluation.calibration import (
    COVERAGES,
    Judged,
    calibration_counts,
    calibration_figures,
    coverage_curve,
    reliability,
)
from bothsides.unit import STANCES, Stance

UNION, DISTRICT, _ = STANCES


def judged(confidence: float, right: bool, abstain: str = "") -> Judged:
    stance = Stance(UNION, (confidence, 1 - confidence, 0.0), abstain, "model:x")
    return Judged(UNION if right else DISTRICT, stance)


def figures(items: list[Judged]) -> dict[str, float]:
    totals = Resamples.draw(1, 1, 0).totals([calibration_counts(items)])
    return {k: float(v[0]) for k, v in calibration_figures(totals).items()}


def test_ece_is_the_weighted_gap_of_the_bins() -> None:
    items = [judged(0.95, True), judged(0.95, False), judged(0.65, True), judged(0.65, True)]
    assert figures(items)["ece"] == pytest.approx(0.5 * 0.45 + 0.5 * 0.35)


def test_a_sure_and_right_model_has_no_error() -> None:
    scores = figures([judged(1.0, True)] * 3)
    assert scores["ece"] == scores["brier"] == 0.0


def test_brier_of_a_sure_and_wrong_model_is_two() -> None:
    assert figures([judged(1.0, False)])["brier"] == 2.0


def test_abstentions_leave_coverage_and_raise_accuracy() -> None:
    scores = figures([judged(0.9, True), judged(0.5, False, "confidence below 0.6")])
    assert (scores["coverage"], scores["kept_accuracy"]) == (0.5, 1.0)


def test_bins_hold_every_unit_once() -> None:
    items = [judged(c, True) for c in (0.5, 0.55, 0.999, 1.0)]
    bins = reliability([calibration_counts(items)])
    assert [(b.low, b.units) for b in bins] == [(0.5, 2), (0.9, 2)]


def test_curve_takes_the_surest_first() -> None:
    items = [judged(0.6 + i / 100, i >= 10) for i in range(20)]
    curve = coverage_curve([items], Resamples.draw(1, 10, 0))
    at = {p.coverage: p for p in curve}
    assert at[0.5].accuracy.value == 1.0 and at[0.5].threshold == pytest.approx(0.7)
    assert at[1.0].accuracy.value == 0.5 and at[1.0].threshold == 0.6


def test_no_unit_no_curve() -> None:
    assert coverage_curve([[], []], Resamples.draw(2, 5, 0)) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0.5, 1.0), st.booleans()), min_size=1, max_size=40))
def test_curve_equals_the_plain_definition(drawn: list[tuple[float, bool]]) -> None:
    items = [judged(c, right) for c, right in drawn]
    curve = coverage_curve([items], Resamples.draw(1, 3, 0))
    surest = sorted(items, key=lambda item: -item.stance.confidence)
    for point, level in zip(curve, COVERAGES, strict=True):
        count = int(np.ceil(level * len(items) - 1e-9))
        assert point.accuracy.value == pytest.approx(np.mean([item.right for item in surest[:count]]))
