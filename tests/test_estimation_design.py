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


def test_a_part_is_weighed_by_its_own_numbers_in_every_stratum():
    strata = np.repeat([0, 1], [8, 16])
    drawn, part = np.zeros(24, dtype=bool), np.zeros(24, dtype=bool)
    drawn[[0, 1, 8, 9, 10, 11, 12, 13, 14, 15]] = True
    part[[0, 1, 8, 9, 10, 11, 12, 20, 21, 22]] = True
    found = Design(strata, drawn).of_part(part)
    # Both units of the first stratum are coded: each stands for itself, not for four.
    assert found.weights.tolist() == [1, 1, *[1.6] * 5, 0, 0, 0]
    values = np.array([1.0, 100.0, 2.0, 4.0, 6.0, 8.0, 10.0, 0.0, 0.0, 0.0])[:, None]
    assert found.covariance(values, values)[0] == pytest.approx(8**2 * (1 - 5 / 8) * 10 / 5)
    everything = Design(strata, drawn).of_part(np.ones(24, dtype=bool))
    assert everything.weights == pytest.approx(Design(strata, drawn).weights) and len(everything.sizes) == 2


def test_given_the_numbers_drawn_the_total_of_a_part_is_right_on_average_and_so_is_its_variance():
    random = np.random.default_rng(7)
    strata, values = np.repeat([0, 1], [30, 60]), random.normal(5, 2, 90)
    part = np.arange(90) % 3 > 0
    found: dict[int, list[tuple[float, float]]] = {}
    for _ in range(12_000):
        drawn = np.zeros(90, dtype=bool)
        drawn[random.permutation(30)[:15]] = drawn[30 + random.permutation(60)[:20]] = True
        design, column = Design(strata, drawn).of_part(part), values[part][:, None]
        totals = found.setdefault(1000 * design.drawn_sizes[0] + design.drawn_sizes[-1], [])
        totals.append(((design.weights * values[part]).sum(), design.covariance(column, column)[0]))
    totals, variances = zip(*max(found.values(), key=len), strict=True)
    deviation = np.std(totals) / len(totals) ** 0.5
    assert len(totals) > 500 and np.mean(totals) == pytest.approx(values[part].sum(), abs=4 * deviation)
    assert np.mean(variances) == pytest.approx(np.var(totals), rel=0.2)


def test_strata_with_few_codes_of_a_part_are_joined():
    # Six of eight in the first, and one of two in each of the others.
    strata, part = np.r_[np.zeros(8, dtype=int), np.repeat(np.arange(1, 7), 4)], np.ones(32, dtype=bool)
    drawn = np.zeros(32, dtype=bool)
    drawn[:6], drawn[8::4] = True, True
    part[10::4], part[11::4] = False, False
    six = Design(strata, drawn).of_part(part)
    assert six.sizes.tolist() == [8, 12] and six.weights[drawn[part]] == pytest.approx([8 / 6] * 6 + [2] * 6)
    # Three together are too few: their units count on, beside those of the first.
    part[20:] = False
    three = Design(strata, drawn).of_part(part)
    assert three.sizes.tolist() == [14] and three.weights[drawn[part]] == pytest.approx([8 / 6] * 6 + [2] * 3)
    values = np.arange(14.0)[:, None]
    assert three.covariance(values, values)[0] > 0


def test_a_stratum_of_a_part_without_any_code_is_left_to_the_others():
    strata, drawn = np.repeat([0, 1], [8, 4]), np.zeros(12, dtype=bool)
    drawn[:5], drawn[8:10] = True, True
    part = np.ones(12, dtype=bool)
    part[8:10] = False
    found = Design(strata, drawn).of_part(part)
    assert found.sizes.tolist() == [10] and found.weights[:5].tolist() == [2] * 5
