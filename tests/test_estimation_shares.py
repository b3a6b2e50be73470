from __future__ import annotations

import importlib.util
import json
import sys

import numpy as np
import pytest
from conftest import ROOT

from bothsides.estimation.design import Codes, Population
from bothsides.estimation.shares import estimate, tuning_factor
from bothsides.unit import STANCES


def load_coverage():
    spec = importlib.util.spec_from_file_location("coverage_simulation", ROOT / "benchmarks/coverage.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


coverage = load_coverage()


def population(units=400, seed=0, strata=1):
    """A model that is right 4 times out of 5, and the truth."""
    random = np.random.default_rng(seed)
    true = random.integers(0, 3, units)
    said = np.where(random.random(units) < 0.8, true, random.integers(0, 3, units))
    probabilities = np.full((units, 3), 0.1)
    probabilities[np.arange(units), said] = 0.8
    found = Population(said, probabilities, np.ones(units), np.arange(units) % strata, np.arange(units) // 8)
    return found, np.eye(3)[true]


def coded(labels, drawn):
    return Codes(drawn, labels * drawn[:, None])


def values(found, name):
    return np.array([getattr(found.shares[label], name).value for label in STANCES])


def test_a_census_gives_the_truth_without_width():
    units, labels = population()
    codes = coded(labels, np.ones(400, dtype=bool))
    found = estimate(units, codes, tuning_factor(units, codes))
    assert values(found, "corrected") == pytest.approx(labels.mean(axis=0))
    assert all(share.corrected.half_width == 0 for share in found.shares.values())
    # Articles like these still differ from these.
    assert all(share.beyond.half_width > 0.02 for share in found.shares.values())


def test_the_estimator_is_the_difference_estimator():
    units, labels = population()
    drawn = np.arange(400) % 5 == 0
    found = estimate(units, coded(labels, drawn), 1.0)
    by_hand = units.probabilities.mean(axis=0) + (labels - units.probabilities)[drawn].mean(axis=0)
    assert values(found, "corrected") == pytest.approx(by_hand)
    assert values(found, "alone") == pytest.approx(labels[drawn].mean(axis=0))
    assert [found.shares[s].naive for s in STANCES] == pytest.approx(np.bincount(units.predicted) / 400)


def test_the_variance_is_that_of_the_residuals_with_its_finite_population_correction():
    units, labels = population()
    drawn = np.arange(400) % 5 == 0
    narrow, wide = estimate(units, coded(labels, drawn), 1.0), estimate(units, coded(labels, drawn), 0.0)
    residuals = (labels - units.probabilities)[drawn]
    deviation = np.sqrt((1 - 80 / 400) * (residuals.var(axis=0, ddof=2) + 0.5 / 80) / 80)
    for i, label in enumerate(STANCES):
        assert narrow.shares[label].corrected.half_width == pytest.approx(1.99 * deviation[i], rel=0.05)
        assert wide.shares[label].corrected.half_width == pytest.approx(wide.shares[label].alone.half_width, rel=1e-3)


def test_corrected_shares_add_up_to_one():
    units, labels = population()
    drawn = np.arange(400) % 7 == 0
    codes = coded(labels * (np.arange(400) % 14 > 0)[:, None], drawn)
    found = estimate(units, codes, tuning_factor(units, codes))
    assert values(found, "corrected").sum() == pytest.approx(1) and values(found, "alone").sum() == pytest.approx(1)
    assert found.valid == pytest.approx(codes.valid[drawn].mean())


def test_the_factor_is_near_one_for_calibrated_and_zero_for_useless_predictions():
    units, labels = population(4000)
    drawn = np.arange(4000) % 2 == 0
    assert tuning_factor(units, coded(labels, drawn)) == pytest.approx(1, abs=0.1)
    random = np.random.default_rng(1)
    useless = Population(units.predicted, random.permutation(units.probabilities), *list(vars(units).values())[2:])
    assert tuning_factor(useless, coded(labels, drawn)) < 0.05
    constant = Population(units.predicted, np.full((4000, 3), 1 / 3), *list(vars(units).values())[2:])
    assert tuning_factor(constant, coded(labels, drawn)) == 0


def test_the_factor_gives_the_least_variance():
    units, labels = population(800, seed=3, strata=2)
    codes = coded(labels, np.random.default_rng(2).random(800) < 0.2)
    best = tuning_factor(units, codes)

    def width(tuning):
        return sum(share.corrected.half_width**2 for share in estimate(units, codes, tuning).shares.values())

    assert 0 < best < 1.0001 and width(best) <= min(width(best - 0.2), width(min(1.2, best + 0.2)))


def test_a_stratum_drawn_more_often_does_not_count_more():
    units, labels = population(400, strata=2)
    labels[::2] = [1, 0, 0]
    drawn = np.zeros(400, dtype=bool)
    drawn[:160:2] = True
    drawn[1:41:2] = True
    found = estimate(units, coded(labels, drawn), 0.0)
    expected = 0.5 * labels[0] + 0.5 * labels[1:41:2].mean(axis=0)
    assert values(found, "corrected") == pytest.approx(expected)


@pytest.mark.parametrize("strata", [1, 2])
@pytest.mark.parametrize("tuning", [0.0, 0.7])
def test_a_part_that_is_coded_in_full_is_its_mean_without_width(strata, tuning):
    """Its codes stand for itself alone, however many units the others of the sample stand for."""
    units, labels = population(1000, strata=strata)
    drawn, part = np.zeros(1000, dtype=bool), np.zeros(1000, dtype=bool)
    drawn[::10], drawn[1:800:20], part[:400:20], part[1:200:20] = True, True, True, True
    labels[:400:20], labels[1:200:20] = [1, 0, 0], [0, 1, 0]
    found = estimate(units, coded(labels, drawn), tuning, part)
    for name in ("alone", "corrected"):
        assert values(found, name) == pytest.approx([2 / 3, 1 / 3, 0])
        assert all(getattr(share, name).half_width == 0 for share in found.shares.values())
    three = part & (np.arange(1000) < 40)
    assert values(estimate(units, coded(labels, drawn), tuning, three), "corrected")[2] == pytest.approx(0)


def test_a_part_has_the_finite_population_correction_of_its_own():
    units, labels = population(2000)
    drawn = np.arange(2000) % 20 == 0
    part = drawn & (np.arange(2000) < 1000)
    part[1:11] = True  # 50 of 60 are coded, where the sample has one unit in twenty
    found = estimate(units, coded(labels, drawn), 0.0, part)
    deviation = np.sqrt((1 - 50 / 60) * (labels[part & drawn].var(axis=0, ddof=1) + 0.5 / 50) / 50)
    for i, label in enumerate(STANCES):
        assert found.shares[label].corrected.half_width == pytest.approx(2.0 * deviation[i], rel=0.05)


def test_intervals_of_parts_across_strata_hold():
    """Parts of which most strata have one code or none: 300 draws."""
    random = np.random.default_rng(3)
    units, labels = population(2000, seed=5, strata=12)
    part = np.arange(2000) % 7 == 0
    truth, holds = labels[part].mean(axis=0), []
    for _ in range(300):
        drawn = np.zeros(2000, dtype=bool)
        for stratum in range(12):
            drawn[random.choice(np.flatnonzero(units.strata == stratum), 16, replace=False)] = True
        codes = coded(labels, drawn)
        shares = [estimate(units, codes, tuning_factor(units, codes), part).shares[s].corrected for s in STANCES]
        holds.append([share.low <= true <= share.high for share, true in zip(shares, truth, strict=True)])
    assert (np.mean(holds, axis=0) >= 0.92).all()


def test_words_weigh_units():
    units, labels = population(100)
    heavy = Population(
        units.predicted, units.probabilities, np.where(labels[:, 0] > 0, 3.0, 1.0), units.strata, units.articles
    )
    found = estimate(heavy, coded(labels, np.ones(100, dtype=bool)), 1.0)
    union = 3 * labels[:, 0].sum()
    assert values(found, "corrected")[0] == pytest.approx(union / (union + 100 - labels[:, 0].sum()))


def test_agreement_without_exception_still_has_a_width():
    units, labels = population()
    right = Population(labels.argmax(axis=1), labels, units.weights, units.strata, units.articles)
    found = estimate(right, coded(labels, np.arange(400) % 8 == 0), 1.0)
    # The rule of three: 50 codes without an error leave room for an error rate of 6%.
    assert all(0.01 < share.corrected.half_width < 0.06 for share in found.shares.values())


def test_one_article_tells_nothing_of_others():
    units, labels = population(100)
    alone = Population(units.predicted, units.probabilities, units.weights, units.strata, np.zeros(100, dtype=int))
    found = estimate(alone, coded(labels, np.arange(100) % 2 == 0), 1.0)
    assert {(s.beyond.low, s.beyond.high) for s in found.shares.values()} == {(0, 1)}


def test_an_estimate_can_be_written_as_json():
    units, labels = population()
    found = estimate(units, coded(labels, np.arange(400) % 5 == 0), 0.5)
    assert json.loads(json.dumps(found.as_dict()))["shares"]["neutral"]["corrected"]["low"] > 0


def test_intervals_hold_where_the_model_misses_one_side():
    """The promise of the README: 1,000 samples of 200 codes, a model that misses union-aligned quotes."""
    score = coverage.simulate(coverage.CASES[0], 1000)
    corrected, naive = score.mean("corrected"), score.mean("naive")
    assert (corrected >= 0.935).all() and (corrected <= 0.965).all()
    assert naive[0] < 0.10
    assert (score.mean("beyond") >= 0.93).all()
    assert (score.mean("corrected_width") <= 0.8 * score.mean("alone_width")).all()


@pytest.mark.parametrize("name", ["stratified by outlet", "one unit in ten is no quote", "counted by words"])
def test_intervals_hold_in_harder_cases(name):
    case = next(case for case in coverage.CASES if case.name == name)
    score = coverage.simulate(case, 100)
    for kind in ("corrected", "beyond"):
        assert (score.mean(kind) >= 0.90).all()
