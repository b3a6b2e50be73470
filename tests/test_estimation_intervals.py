from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.estimation.intervals import share_interval, t_quantile


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 7, 10, 19, 29, 60, 198, 5000])
def test_quantiles_are_those_of_scipy(freedom):
    stats = pytest.importorskip("scipy.stats")
    assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=2e-5)


def test_no_freedom_no_quantile():
    assert t_quantile(0) == math.inf


def test_with_a_binomial_variance_it_is_the_interval_of_wilson():
    # 10 of 100: Wilson gives 0.0552 to 0.1744 with 1.96; t with many degrees of freedom gives the same.
    found = share_interval(0.1, 0.1 * 0.9 / 100, 10**9, 10**6)
    assert (found.low, found.high) == pytest.approx((0.0552, 0.1744), abs=1e-4)


def test_a_share_out_of_bounds_is_moved_to_the_border_and_keeps_a_width():
    below, above = share_interval(-0.01, 0.0004, 100, 99), share_interval(1.02, 0.0004, 100, 99)
    assert below.value == below.low == 0 and 0 < below.high < 0.2
    assert above.value == above.high == 1 and 0.8 < above.low < 1


def test_no_variance_no_width_and_no_knowledge_all_of_it():
    assert share_interval(0.3, 0.0, 50, 49).half_width == 0
    assert share_interval(0.3, math.inf, 50, 49).half_width == share_interval(0.3, 0.1, 2, 0).half_width == 0.5


@given(
    st.floats(-0.2, 1.2),
    st.floats(1e-9, 0.2),
    st.integers(2, 5000),
)
def test_it_holds_the_share_and_stays_within_bounds(share, variance, codes):
    found = share_interval(share, variance, codes, codes - 1)
    assert 0 <= found.low <= found.value <= found.high <= 1
