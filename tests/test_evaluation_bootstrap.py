from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothsides.evaluation.bootstrap import Floats, Resamples, Totals, estimate_of, f1, ratio


def mean(totals: Totals) -> dict[str, Floats]:
    return {"mean": ratio(totals["sum"], totals["n"])}


def test_first_row_is_the_sample_itself_and_each_draws_as_many() -> None:
    weights = Resamples.draw(5, 40, seed=1).weights
    assert weights.shape == (41, 5)
    assert (weights[0] == 1).all()
    assert (weights.sum(axis=1) == 5).all()
    assert len({tuple(row) for row in weights}) > 10


def test_same_seed_same_interval_other_seed_another() -> None:
    tallies = [{"sum": float(x), "n": 1.0} for x in np.random.default_rng(0).normal(size=30)]
    first, again, other = (Resamples.draw(30, 200, seed).estimate(tallies, mean)["mean"] for seed in (3, 3, 4))
    assert first == again
    assert first.value == other.value and first.low != other.low


def test_interval_agrees_with_the_normal_one() -> None:
    values = np.random.default_rng(7).normal(size=400)
    estimate = Resamples.draw(400, 2000, 5).estimate([{"sum": float(v), "n": 1.0} for v in values], mean)["mean"]
    half = 1.96 * values.std() / 20
    assert estimate.value == pytest.approx(values.mean())
    assert estimate.low == pytest.approx(values.mean() - half, abs=0.02)
    assert estimate.high == pytest.approx(values.mean() + half, abs=0.02)


def test_one_article_gives_no_width() -> None:
    estimate = Resamples.draw(1, 50, 0).estimate([{"sum": 3.0, "n": 4.0}], mean)["mean"]
    assert (estimate.low, estimate.value, estimate.high) == (0.75, 0.75, 0.75)


def test_undefined_figures_are_left_out() -> None:
    assert Resamples.draw(2, 10, 0).estimate([{"sum": 0.0, "n": 0.0}] * 2, mean) == {}


def test_undefined_resamples_do_not_count() -> None:
    assert estimate_of(np.array([0.5, np.nan, 0.25, 0.25])).high == 0.25


def test_missing_counts_are_zero() -> None:
    totals = Resamples.draw(2, 0, 0).totals([{"a": 1.0}, {"a": 2.0, "b": 5.0}])
    assert (totals["a"][0], totals["b"][0]) == (3.0, 5.0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=8), st.integers(0, 99))
def test_a_ratio_of_sums_lies_between_its_articles(pairs: list[tuple[int, int]], seed: int) -> None:
    tallies = [{"sum": float(a), "n": float(b)} for a, b in pairs]
    estimate = Resamples.draw(len(pairs), 30, seed).estimate(tallies, mean)["mean"]
    each = [a / b for a, b in pairs]
    assert min(each) - 1e-9 <= estimate.low <= estimate.high <= max(each) + 1e-9


def test_f1_is_zero_where_nothing_is_right() -> None:
    assert list(f1(np.array([np.nan, 0.0, 1.0]), np.array([0.0, 0.0, 0.5]))) == pytest.approx([0.0, 0.0, 2 / 3])
