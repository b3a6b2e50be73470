from __future__ import annotations

import numpy as np
import pytest
from test_estimation_shares import coded, population

from bothsides.estimation.planning import codes_needed
from bothsides.estimation.shares import estimate


def draw(units, labels, codes, seed=4):
    drawn = np.zeros(len(labels), dtype=bool)
    drawn[np.random.default_rng(seed).permutation(len(labels))[:codes]] = True
    return estimate(units, coded(labels, drawn), 1.0)


def test_as_many_codes_as_it_says_reach_the_width():
    units, labels = population(3000)
    needed = codes_needed(draw(units, labels, 100), 0.03)
    widths = [
        max(s.corrected.half_width for s in draw(units, labels, needed, seed).shares.values()) for seed in range(20)
    ]
    assert 100 < needed < 1000
    assert np.mean(widths) == pytest.approx(0.03, rel=0.1)


def test_a_width_that_is_there_needs_no_more_codes():
    units, labels = population(400)
    assert codes_needed(draw(units, labels, 100), 0.3) == 100


def test_never_more_codes_than_units():
    units, labels = population(400)
    assert 390 < codes_needed(draw(units, labels, 100), 0.0001) <= 400
    assert codes_needed(draw(units, labels, 400), 0.0001) == 400
