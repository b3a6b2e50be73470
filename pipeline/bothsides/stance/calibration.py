"""From logits to honest probabilities: a small fitted combiner, its calibration error, and when to abstain.

Three pieces of evidence meet here. The network answers two questions: which stance has this statement, and whom does
its source speak for? A source rarely speaks against its own side, and what it says elsewhere in the article tells which
side that is; so the second answer, averaged over all units of the source, corrects the first. The third is the stance
by the words alone, from TF-IDF: it errs elsewhere than the network does (stacking, Wolpert 1992). The combiner is a
multinomial logistic regression on all three (vector scaling, Guo et al. 2017, and more evidence). Union and district
share their weights, mirrored, so that it cannot favour a side.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..runtime import log_softmax

Floats = NDArray[np.float64]

DIGITS = 5
"""To so many digits a probability is published, and compared with the threshold."""

_TERMS = 7
_IDENTITY = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
_PRIOR_PRECISION = 1.0
_NEWTON_STEPS, _TINY = 100, 1e-9
_WEIGHT_DIGITS = 6
_BINS = 10


@dataclass(frozen=True)
class Combiner:
    """The fitted weights of seven terms: the network's stance, the source's side and the words' stance, each for the
    label and for the opposite one, and the bias of the partisan labels.

    Every weight but the bias multiplies a log-odds: stances against neutral, sides against `other`.
    """

    weights: tuple[float, ...]

    def probabilities(self, evidence: NDArray[np.floating], sources: Sequence[Hashable]) -> Floats:
        """Give calibrated probabilities (units, 3) in the order of `unit.STANCES`.

        `evidence` is (units, 9): the network's logits, three of stance and three of `unit.SPOKEN_FOR`, then three
        log-probabilities of the stances by the words alone. `sources` names the source of each unit, equal for units
        of one source in one article.
        """
        return _softmax(_features(evidence, sources) @ np.array(self.weights))


def fit_combiner(evidence: NDArray[np.floating], sources: Sequence[Hashable], labels: NDArray[np.int64]) -> Combiner:
    """Fit the combiner on held-out units by maximum likelihood with a weak Gaussian prior around plain softmax.

    The loss is convex; Newton's method, its steps halved until they help, finds the minimum.
    """
    features, rows = _features(evidence, sources), np.arange(len(labels))

    def loss(weights: Floats) -> float:
        away = weights - _IDENTITY
        fit = -log_softmax(features @ weights)[rows, labels].sum()
        return float(fit + 0.5 * _PRIOR_PRECISION * (away @ away))

    weights = _IDENTITY
    for _ in range(_NEWTON_STEPS):
        probabilities = _softmax(features @ weights)
        mean = np.einsum("uc,uct->ut", probabilities, features)
        slope = mean.sum(axis=0) - features[rows, labels].sum(axis=0) + _PRIOR_PRECISION * (weights - _IDENTITY)
        centred = features - mean[:, None]
        curvature = np.einsum("uc,uct,ucs->ts", probabilities, centred, centred) + _PRIOR_PRECISION * np.eye(_TERMS)
        step = np.linalg.solve(curvature, slope)
        before = loss(weights)
        while loss(weights - step) > before and np.abs(step).max() > _TINY:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() <= _TINY:
            break
    return Combiner(tuple(round(float(w), _WEIGHT_DIGITS) for w in weights))


def cross_fitted(
    evidence: NDArray[np.floating],
    sources: Sequence[Hashable],
    labels: NDArray[np.int64],
    groups: Sequence[str],
    folds: int = 5,
) -> Floats:
    """Give each unit the probabilities of a combiner fitted on the other folds, so that figures on them are honest.

    `groups` names each unit's article; articles are dealt to the folds in sorted order and are never divided.
    """
    fold_of = {group: i % folds for i, group in enumerate(sorted(set(groups)))}
    fold = np.array([fold_of[g] for g in groups])
    out = np.zeros((len(labels), 3))
    for k in np.unique(fold):
        inside, outside = ([int(i) for i in np.flatnonzero(part)] for part in (fold == k, fold != k))
        outside = outside or inside
        fitted = fit_combiner(evidence[outside], [sources[i] for i in outside], labels[outside])
        out[inside] = fitted.probabilities(evidence[inside], [sources[i] for i in inside])
    return out


def source_average(values: Floats, sources: Sequence[Hashable]) -> Floats:
    """Replace each row by the mean of the rows of the same source."""
    rows: dict[Hashable, list[int]] = {}
    for i, source in enumerate(sources):
        rows.setdefault(source, []).append(i)
    out = np.empty_like(values)
    for members in rows.values():
        out[members] = values[members].mean(axis=0)
    return out


def expected_calibration_error(probabilities: Floats, labels: NDArray[np.int64]) -> float:
    """Measure the mean gap of confidence and accuracy over ten equally wide bins (Naeini et al. 2015)."""
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(confidence[bins == b].sum() - correct[bins == b].sum()) for b in range(_BINS)]
    return float(sum(gaps) / max(1, len(labels)))


def abstention_threshold(probabilities: Floats, labels: NDArray[np.int64], target: float) -> float:
    """Find the lowest confidence from which on the kept units reach the target accuracy; 0 where all of them do.

    Where no threshold reaches it, everything is worth a look: the threshold is the one of the highest accuracy.
    """
    confidence, correct = _confidence(probabilities), probabilities.argmax(axis=1) == labels
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    accuracy = np.cumsum(correct[order]) / np.arange(1, len(order) + 1)
    if accuracy.size == 0 or accuracy[-1] >= target:
        return 0.0
    # Units of equal confidence are kept or left out together.
    lowest = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True))
    reached = lowest[accuracy[lowest] >= target]
    return float(ranked[reached[-1] if len(reached) else lowest[np.argmax(accuracy[lowest])]])


def selective(probabilities: Floats, labels: NDArray[np.int64], threshold: float) -> Mapping[str, float]:
    """Measure coverage and accuracy of the units whose confidence reaches the threshold."""
    kept = _confidence(probabilities) >= threshold
    correct = probabilities.argmax(axis=1) == labels
    return {"coverage": float(kept.mean()), "accuracy": float(correct[kept].mean()) if kept.any() else 0.0}


def macro_f1(predicted: NDArray[np.int64], labels: NDArray[np.int64]) -> float:
    """Average the F1 of the three stances; a label that is neither there nor predicted counts as 0."""
    scores = []
    for c in range(3):
        hits = np.sum((predicted == c) & (labels == c))
        scores.append(2 * hits / max(1, np.sum(predicted == c) + np.sum(labels == c)))
    return float(np.mean(scores))


def _confidence(probabilities: Floats) -> Floats:
    return np.asarray(np.round(probabilities.max(axis=1), DIGITS))


def _softmax(scores: Floats) -> Floats:
    return np.asarray(np.exp(log_softmax(scores)))


def _features(evidence: NDArray[np.floating], sources: Sequence[Hashable]) -> Floats:
    """Lay out (units, 3 stances, terms); the row of `neutral` is zero, since all terms are against it."""
    stance = np.asarray(evidence[:, :3], dtype=np.float64)
    sides = source_average(log_softmax(evidence[:, 3:6]), sources)
    words = np.asarray(evidence[:, 6:], dtype=np.float64)
    union, district = stance[:, 0] - stance[:, 2], stance[:, 1] - stance[:, 2]
    for_union, for_district = sides[:, 0] - sides[:, 2], sides[:, 1] - sides[:, 2]
    by_words, against = words[:, 0] - words[:, 2], words[:, 1] - words[:, 2]
    out = np.zeros((len(stance), 3, _TERMS))
    one = np.ones(len(stance))
    out[:, 0] = np.stack([union, district, for_union, for_district, by_words, against, one], axis=1)
    out[:, 1] = np.stack([district, union, for_district, for_union, against, by_words, one], axis=1)
    return out
