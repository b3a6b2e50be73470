from __future__ import annotations

import numpy as np
import pytest

from bothsides.estimation.design import Codes, Design


def test_weights_are_inverse_inclusion_probabilities():
    design = Design(np.array([0, 0, 0, 0, 1, 1]), np.array([True, False, True, False, True, True]))
    assert design.weights.tolist() == [2, 0, 2, 0, 1, 1]


def test_variance_of_a_total_is_that_over_all_samples():
    values, strata = np.array([1.0, 4.0, 2.0, 7.0, 3.0, 9.0, 5.0]), np.array([0, 0, 0, 0, 1, 1, 1])
    totals, variances = [], []
    from itertools import combinations

    for first in combinations(range(4), 2):
        for second in combinations(range(4, 7), 2):
            drawn = np.isin(np.arange(7), [*first, *second])
            design = Design(strata, drawn)
            totals.append((design.weights * values).sum())
            variances.append(design.covariance(values[:, None], values[:, None])[0])
    assert np.mean(totals) == pytest.approx(values.sum())
    assert np.mean(variances) == pytest.approx(np.var(totals))


def test_a_stratum_drawn_in_full_adds_nothing():
    design = Design(np.array([0, 0, 1, 1, 1]), np.array([True, True, True, True, False]))
    values = np.array([[1.0], [100.0], [2.0], [2.0], [50.0]])
    assert design.covariance(values, values)[0] == 0


def test_valid_is_the_share_of_coders_who_saw_a_quote():
    codes = Codes(np.array([True, True]), np.array([[0.5, 0, 0], [0.5, 0, 0.5]]))
    assert codes.valid.tolist() == [0.5, 1]
