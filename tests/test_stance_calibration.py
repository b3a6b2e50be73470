import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.stance.calibration import (
    Combiner,
    abstention_threshold,
    cross_fitted,
    expected_calibration_error,
    fit_combiner,
    log_softmax,
    macro_f1,
    selective,
    source_average,
)

PLAIN = Combiner((1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))


def made_up(units: int = 600, sharpness: float = 4.0, seed: int = 0):
    """Stance logits that are right three times in five and far too sure; sources whose side is clear."""
    chance = np.random.default_rng(seed)
    sides = chance.integers(0, 3, units // 4).repeat(4)
    labels = np.where(chance.random(units) < 0.6, sides, 2)
    stance = chance.normal(0, 1, (units, 3))
    stance[np.arange(units), np.where(chance.random(units) < 0.6, labels, chance.integers(0, 3, units))] += 1.5
    side = chance.normal(0, 1, (units, 3))
    side[np.arange(units), sides] += 2
    sources = [f"s{i // 4}" for i in range(units)]
    words = np.zeros((units, 3))
    return np.hstack([sharpness * stance, side, words]), sources, labels, [f"a{i // 12}" for i in range(units)]


def test_the_plain_combiner_is_softmax():
    logits, sources, _, _ = made_up(12)
    assert PLAIN.probabilities(logits, sources) == pytest.approx(np.exp(log_softmax(logits[:, :3])))


def test_the_fitted_combiner_is_more_honest_and_uses_the_source():
    logits, sources, labels, groups = made_up()
    before, after = PLAIN.probabilities(logits, sources), cross_fitted(logits, sources, labels, groups)
    assert expected_calibration_error(after, labels) < 0.5 * expected_calibration_error(before, labels)
    assert macro_f1(after.argmax(axis=1), labels) > macro_f1(before.argmax(axis=1), labels) + 0.03
    assert fit_combiner(logits, sources, labels).weights[2] > 0.1


def test_swapping_the_sides_of_everything_swaps_the_answer():
    logits, sources, labels, _ = made_up()
    mirrored = logits[:, [1, 0, 2, 4, 3, 5, 7, 6, 8]]
    fitted = fit_combiner(logits, sources, labels)
    assert fitted.probabilities(mirrored, sources) == pytest.approx(fitted.probabilities(logits, sources)[:, [1, 0, 2]])
    swapped = fit_combiner(mirrored, sources, np.array([1, 0, 2])[labels])
    assert swapped.weights == pytest.approx(fitted.weights, abs=1e-5)


def test_the_fit_is_a_minimum():
    logits, sources, labels, _ = made_up()

    def loss(weights):
        p = Combiner(weights).probabilities(logits, sources)
        away = np.array(weights) - np.array([1, 0, 0, 0, 0, 0, 0])
        return -np.log(np.maximum(p[np.arange(len(labels)), labels], 1e-300)).sum() + 0.5 * away @ away

    best = fit_combiner(logits, sources, labels).weights
    for i in range(7):
        for step in (-0.01, 0.01):
            moved = tuple(w + step * (i == j) for j, w in enumerate(best))
            assert loss(moved) > loss(best)


def test_cross_fitting_never_sees_the_own_article():
    logits, sources, labels, groups = made_up(120)
    inside = np.array([g == "a0" for g in groups])
    turned = np.where(inside, (labels + 1) % 3, labels)
    fold = [g for i, g in enumerate(sorted(set(groups))) if i % 5 == 0]
    same_fold = np.array([g in fold for g in groups])
    a, b = (cross_fitted(logits, sources, y, groups) for y in (labels, turned))
    assert np.array_equal(a[same_fold], b[same_fold])
    assert not np.allclose(a[~same_fold], b[~same_fold])


def test_cross_fitting_works_with_one_article():
    logits, sources, labels, _ = made_up(12)
    assert cross_fitted(logits, sources, labels, ["a"] * 12).shape == (12, 3)


def test_source_average_is_per_source():
    values = np.array([[1.0, 3.0], [5.0, 5.0], [3.0, 5.0]])
    assert source_average(values, ["x", "y", "x"]).tolist() == [[2, 4], [5, 5], [2, 4]]


def test_calibration_error_of_known_cases():
    sure = np.array([[1.0, 0.0, 0.0]] * 4)
    assert expected_calibration_error(sure, np.array([0, 0, 0, 0])) == 0
    assert expected_calibration_error(sure, np.array([0, 0, 1, 1])) == pytest.approx(0.5)


def test_threshold_keeps_what_reaches_the_target():
    confidence = np.array([0.95, 0.9, 0.8, 0.7, 0.6])
    probabilities = np.stack([confidence, 1 - confidence, np.zeros(5)], axis=1)
    labels = np.array([0, 0, 0, 1, 1])
    threshold = abstention_threshold(probabilities, labels, 0.9)
    assert 0.7 < threshold <= 0.8
    assert selective(probabilities, labels, threshold) == {"coverage": 0.6, "accuracy": 1.0}
    assert abstention_threshold(probabilities, labels, 0.6) == 0.0
    assert abstention_threshold(probabilities, 1 - labels, 0.9) <= 0.6


@given(
    st.lists(st.tuples(st.sampled_from([0.5, 0.7, 0.90001, 0.900012, 0.90005, 0.99]), st.booleans()), min_size=1),
    st.sampled_from([0.5, 0.8, 1.0]),
)
def test_what_is_kept_reaches_the_target_if_any_confidence_does(units: list[tuple[float, bool]], target: float) -> None:
    probabilities = np.array([[p, 1 - p, 0.0] for p, _ in units])
    labels = np.array([0 if right else 2 for _, right in units])
    kept = {t: selective(probabilities, labels, round(t, 5))["accuracy"] for t, _ in units}
    accuracy = selective(probabilities, labels, abstention_threshold(probabilities, labels, target))["accuracy"]
    assert accuracy >= min(target, max(kept.values()))


def test_macro_f1_agrees_with_scikit_learn():
    from sklearn.metrics import f1_score

    chance = np.random.default_rng(3)
    a, b = chance.integers(0, 3, 50), chance.integers(0, 3, 50)
    assert macro_f1(a, b) == pytest.approx(f1_score(b, a, average="macro"))
