from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.agreement import (
    agreement,
    boundary_agreement,
    cohens_kappa,
    coincidences,
    nominal_alpha,
    pair_agreements,
    reliability,
    verdict,
)
from bothsides.evaluation.bootstrap import Estimate

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units, five values.
FOUR_OBSERVERS = """\
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 ."""
# The same, section A: two observers, binary data (Hayes and Krippendorff 2007 use the same form of data).
TWO_OBSERVERS = """\
0 1 0 0 0 0 0 0 1 0
1 1 1 0 0 1 0 0 0 0"""
# Section B: two observers, five nominal categories a to e.
MEG_AND_OWEN = """\
0 0 1 1 3 2 2 2 4 3 3 0
1 0 1 1 1 2 2 2 4 3 3 3"""


def ratings(table: str, first: int) -> np.ndarray:
    rows = [[-1 if cell == "." else int(cell) - first for cell in row.split()] for row in table.split("\n")]
    return np.array(rows).T


@pytest.mark.parametrize(
    ("table", "first", "labels", "alpha"),
    [(FOUR_OBSERVERS, 1, 5, 0.743), (TWO_OBSERVERS, 0, 2, 0.095), (MEG_AND_OWEN, 0, 5, 0.692)],
)
def test_alpha_is_that_of_the_published_examples(table, first, labels, alpha):
    found = agreement(ratings(table, first), labels, 200, 1)
    assert found.alpha.value == pytest.approx(alpha, abs=5e-4)
    assert found.alpha.low < alpha < found.alpha.high


def test_coincidences_of_the_published_example():
    summed = coincidences(ratings(FOUR_OBSERVERS, 1), 5).sum(axis=0)
    third = 1 / 3
    expected = [
        [7, 4 * third, third, third, 0],
        [4 * third, 10, 4 * third, third, 0],
        [third, 4 * third, 8, third, 0],
        [third, third, third, 4, 0],
        [0, 0, 0, 0, 3],
    ]
    assert summed == pytest.approx(np.array(expected))
    assert summed.sum() == pytest.approx(40)


def test_kappa_is_that_of_a_worked_example():
    # Two readers of 50 grants: both yes 20, both no 15; kappa 0.4.
    assert cohens_kappa(np.array([[20.0, 5.0], [10.0, 15.0]])) == pytest.approx(0.4)


def test_kappa_agrees_with_scikit_learn():
    sklearn = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(3)
    a = random.integers(0, 4, 80)
    b = np.where(random.random(80) < 0.6, a, random.integers(0, 4, 80))
    (pair,) = pair_agreements(np.column_stack([a, b]), ["a", "b"], list("wxyz"), 50, 1)
    assert pair.kappa.value == pytest.approx(sklearn.cohen_kappa_score(a, b))
    scores = sklearn.f1_score(a, b, average=None)
    assert [pair.f1[name].value for name in "wxyz"] == pytest.approx(list(scores))
    assert pair.raw.value == pytest.approx((a == b).mean())


def test_the_interval_is_as_wide_as_the_figure_varies():
    random = np.random.default_rng(5)

    def draw(units):
        a = random.integers(0, 3, units)
        return np.column_stack([a, np.where(random.random(units) < 0.7, a, random.integers(0, 3, units))])

    values = [nominal_alpha(coincidences(draw(200), 3).sum(axis=0)) for _ in range(400)]
    found = agreement(draw(200), 3, 1000, 1)
    low, high = np.quantile(values, [0.025, 0.975])
    assert found.alpha.high - found.alpha.low == pytest.approx(high - low, rel=0.2)


def test_one_label_alone_leaves_alpha_and_kappa_undefined():
    (pair,) = pair_agreements(np.zeros((5, 2), dtype=int), ["a", "b"], ["x", "y"], 20, 1)
    assert pair.alpha is None and pair.kappa is None and pair.raw.value == 1 and list(pair.f1) == ["x"]


def test_units_of_one_coder_do_not_count():
    table = np.array([[0, -1, 0], [1, -1, 1], [-1, 1, -1], [0, -1, 1]])
    assert agreement(table, 2, 20, 1).units == 3
    assert [(p.first, p.second) for p in pair_agreements(table, ["a", "b", "c"], ["x", "y"], 20, 1)] == [("a", "c")]
    assert agreement(np.array([[0, -1], [-1, 1]]), 2, 20, 1) is None


@given(st.lists(st.lists(st.integers(-1, 3), min_size=3, max_size=3), min_size=2, max_size=12))
def test_alpha_does_not_depend_on_names_or_order(rows):
    table = np.array(rows)
    first = nominal_alpha(coincidences(table, 4).sum(axis=0))
    renamed = np.where(table >= 0, 3 - table, -1)[::-1, ::-1]
    assert nominal_alpha(coincidences(renamed, 4).sum(axis=0)) == pytest.approx(first, nan_ok=True)
    assert np.isnan(first) or first <= 1 + 1e-9


def test_boundaries():
    pairs = [(frozenset({1, 2}), frozenset({1, 2})), (frozenset({1, 2, 3, 4}), frozenset({4}))]
    found = boundary_agreement(pairs, "a", "model", 50, 1)
    assert (found.overlap.value, found.half.value, found.exact.value) == (0.625, 0.5, 0.5)


@pytest.mark.parametrize(
    ("estimate", "start", "end"),
    [
        ((0.9, 0.85, 0.95), "reliable", "more)"),
        ((0.82, 0.75, 0.9), "reliable", "below 0.800"),
        ((0.8, 0.8, 0.9), "reliable", "more)"),
        ((0.7, 0.67, 0.8), "for tentative", ".800)"),
        ((0.7, 0.6, 0.8), "for tentative", "below 0.667"),
        ((0.5, 0.4, 0.6), "not reliable", "first"),
    ],
)
def test_verdict(estimate, start, end):
    said = verdict(Estimate(*estimate))
    assert said.startswith(start) and said.endswith(end)


@pytest.mark.parametrize(("units", "says"), [(1, "1 unit was"), (2, "2 units were"), (19, "19 units were")])
def test_few_units_coded_by_two_give_no_verdict(units, says):
    """Two units coded alike have an alpha of 1.00 (1.00 to 1.00), and say nothing."""
    alike = np.arange(units) % 2
    said = reliability(agreement(np.column_stack([alike, alike]), 4, 100, 1))
    assert said.startswith(f"agreement unknown, for only {says} coded by two, and 20 are needed; give the first 50")


def test_a_verdict_needs_units_coded_by_two_and_more_than_one_label():
    alike = np.arange(20) % 2
    assert reliability(agreement(np.column_stack([alike, alike]), 4, 100, 1)).startswith("reliable")
    assert reliability(None).startswith("agreement unknown, for no unit was coded by two; give")
    assert reliability(agreement(np.zeros((20, 2), dtype=int), 4, 100, 1)).startswith("undefined")
