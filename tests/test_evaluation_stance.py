from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothsides.evaluation.bootstrap import Resamples
from bothsides.evaluation.stance import LabelPair, confusion, label_counts, label_figures, recall_gap
from bothsides.unit import STANCES

UNION, DISTRICT, NEUTRAL = STANCES


def figures(pairs: list[LabelPair]) -> dict[str, float]:
    totals = Resamples.draw(1, 1, 0).totals([label_counts(pairs)])
    return {k: float(v[0]) for k, v in (label_figures(totals) | recall_gap(totals)).items()}


def test_worked_example() -> None:
    scores = figures([(UNION, UNION), (UNION, NEUTRAL), (DISTRICT, DISTRICT), (NEUTRAL, NEUTRAL)])
    assert scores["union_f1"] == pytest.approx(2 / 3)
    assert scores["neutral_precision"] == 0.5
    assert scores["macro_f1"] == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert scores["accuracy"] == 0.75
    assert scores["recall_gap"] == -0.5


def test_missed_and_spurious_units_count_against_their_label() -> None:
    scores = figures([(UNION, UNION), (UNION, None), (None, DISTRICT)])
    assert (scores["union_recall"], scores["union_precision"], scores["district_f1"]) == (0.5, 1.0, 0.0)


def test_confusion_counts_gold_in_rows() -> None:
    matrix = confusion([(UNION, NEUTRAL), (UNION, NEUTRAL), (NEUTRAL, NEUTRAL)])
    assert matrix[UNION] == {UNION: 0, DISTRICT: 0, NEUTRAL: 2}
    assert list(matrix) == list(STANCES)


labels = st.sampled_from(STANCES)


@settings(deadline=None)
@given(st.lists(st.tuples(labels, labels), min_size=1))
def test_equal_to_scikit_learn(pairs: list[LabelPair]) -> None:
    from sklearn.metrics import accuracy_score, f1_score

    gold, found = [g for g, _ in pairs], [f for _, f in pairs]
    scores = figures(pairs)
    assert scores["macro_f1"] == pytest.approx(f1_score(gold, found, average="macro", zero_division=0))
    assert scores["accuracy"] == pytest.approx(accuracy_score(gold, found))
