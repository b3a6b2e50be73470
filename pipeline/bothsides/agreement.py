"""Agreement of coders with each other and with the model: on labels, and on where a quote begins and ends.

Every figure is a function of counts that add up over units, so its 95% interval comes from resampling the units,
which are a random sample, all at once (see `evaluation.bootstrap`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .evaluation.bootstrap import Estimate, Floats, Resamples, estimate_of, ratio

Ratings = NDArray[np.int64]
"""Labels by unit (rows) and coder (columns), as indices from 0; -1 where a coder did not code a unit."""

RELIABLE, TENTATIVE = 0.800, 0.667
"""The customary limits of alpha (Krippendorff, Content Analysis, 2004, p. 241)."""

FEWEST_SHARED = 20
"""Units coded by two that a verdict needs: with fewer, resampling them does not show how much alpha may differ."""


@dataclass(frozen=True)
class Agreement:
    """How far coders agree on the units that at least two of them coded.

    `alpha` is None where it is undefined: all codes are one and the same label.
    """

    units: int
    raw: Estimate
    alpha: Estimate | None


@dataclass(frozen=True)
class PairAgreement(Agreement):
    """The agreement of two coders, with the F1 of every label that one of them gave."""

    first: str
    second: str
    kappa: Estimate | None
    f1: dict[str, Estimate]


@dataclass(frozen=True)
class BoundaryAgreement:
    """How far two marked the same stretch for a unit, in letters and digits.

    `overlap` is the mean of intersection over union, `half` the share of units where it is at least 0.5, `exact` the
    share where both marked the very same.
    """

    first: str
    second: str
    units: int
    overlap: Estimate
    half: Estimate
    exact: Estimate


def coincidences(ratings: Ratings, labels: int) -> Floats:
    """Count the pairs of labels within each unit, shape (units, labels, labels).

    Each ordered pair of coders counts 1 / (coders of the unit - 1), so that a unit with m codes adds m in all; units
    with fewer than two codes add nothing (Krippendorff, Computing Krippendorff's alpha-reliability, 2011).
    """
    given = np.stack([(ratings == label).sum(axis=1) for label in range(labels)], axis=1).astype(np.float64)
    pairs = given[:, :, None] * given[:, None, :]
    same = np.arange(labels)
    pairs[:, same, same] -= given
    total = given.sum(axis=1)
    counted: Floats = np.where(total > 1, 1 / np.maximum(total - 1, 1), 0.0)[:, None, None] * pairs
    return counted


def nominal_alpha(coincidence: Floats) -> Floats:
    """Give Krippendorff's alpha for nominal labels of coincidence matrices, shape (..., labels, labels).

    1 - observed / expected disagreement (Krippendorff 2011); NaN where only one label was given.
    """
    given = coincidence.sum(axis=-1)
    pairs = given.sum(axis=-1)
    observed = pairs - np.trace(coincidence, axis1=-2, axis2=-1)
    expected = pairs**2 - (given**2).sum(axis=-1)
    return 1 - ratio((pairs - 1) * observed, expected)


def cohens_kappa(confusion: Floats) -> Floats:
    """Give Cohen's kappa (1960) of confusion matrices, shape (..., labels, labels); NaN where chance agrees always."""
    total = confusion.sum(axis=(-2, -1))
    observed = ratio(np.trace(confusion, axis1=-2, axis2=-1), total)
    chance = ratio((confusion.sum(axis=-1) * confusion.sum(axis=-2)).sum(axis=-1), total**2)
    return ratio(observed - chance, 1 - chance)


def agreement(ratings: Ratings, labels: int, resamples: int, seed: int) -> Agreement | None:
    """Measure the agreement of all coders together; None where no unit was coded by two of them."""
    shared = ratings[(ratings >= 0).sum(axis=1) > 1]
    if not len(shared):
        return None
    drawn = _resampled(coincidences(shared, labels), resamples, seed)
    raw = ratio(np.trace(drawn, axis1=1, axis2=2), drawn.sum(axis=(1, 2)))
    return Agreement(len(shared), estimate_of(raw), _defined(nominal_alpha(drawn)))


def pair_agreements(
    ratings: Ratings, coders: Sequence[str], labels: Sequence[str], resamples: int, seed: int
) -> list[PairAgreement]:
    """Measure the agreement of every pair of coders (names of the columns) that share a unit."""
    found = []
    for i, j in combinations(range(len(coders)), 2):
        pair = ratings[:, [i, j]]
        pair = pair[(pair >= 0).all(axis=1)]
        together = agreement(pair, len(labels), resamples, seed)
        if together is None:
            continue
        cells = np.zeros((len(pair), len(labels), len(labels)))
        cells[np.arange(len(pair)), pair[:, 0], pair[:, 1]] = 1
        confusion = _resampled(cells, resamples, seed)
        scores = ratio(2 * np.diagonal(confusion, axis1=1, axis2=2), confusion.sum(axis=1) + confusion.sum(axis=2))
        f1 = {label: estimate for k, label in enumerate(labels) if (estimate := _defined(scores[:, k]))}
        kappa = _defined(cohens_kappa(confusion))
        found.append(PairAgreement(together.units, together.raw, together.alpha, coders[i], coders[j], kappa, f1))
    return found


def boundary_agreement(
    pairs: Sequence[tuple[frozenset[int], frozenset[int]]], first: str, second: str, resamples: int, seed: int
) -> BoundaryAgreement:
    """Compare what two marked, unit by unit; each mark is the set of positions of its letters and digits."""
    overlaps = np.array([len(a & b) / max(1, len(a | b)) for a, b in pairs])
    table = np.column_stack([overlaps, overlaps >= 0.5, [a == b for a, b in pairs]]).astype(np.float64)
    means = _resampled(table, resamples, seed) / len(pairs)
    overlap, half, exact = (estimate_of(column) for column in means.T)
    return BoundaryAgreement(first, second, len(pairs), overlap, half, exact)


def reliability(together: Agreement | None) -> str:
    """Say what the agreement of all coders allows, or why that cannot be told."""
    more = "give the first 50 of the sample to a second coder"
    if together is None:
        return f"agreement unknown, for no unit was coded by two; {more}"
    if together.units < FEWEST_SHARED:
        coded = f"{together.units} unit was" if together.units == 1 else f"{together.units} units were"
        return f"agreement unknown, for only {coded} coded by two, and {FEWEST_SHARED} are needed; {more}"
    if together.alpha is None:
        return "undefined: all codes are one and the same label"
    return verdict(together.alpha)


def verdict(alpha: Estimate) -> str:
    """Say what alpha allows, by the limits .800 and .667, and whether its interval leaves room for less."""
    if alpha.value >= RELIABLE:
        says, limit = "reliable (alpha is .800 or more)", RELIABLE
    elif alpha.value >= TENTATIVE:
        says, limit = "for tentative conclusions only (alpha is between .667 and .800)", TENTATIVE
    else:
        return "not reliable (alpha is below .667): do not draw conclusions, clear up the codebook first"
    return says if alpha.low >= limit else f"{says}, but the interval reaches below {limit:.3f}"


def _resampled(tables: Floats, resamples: int, seed: int) -> Floats:
    """Sum the units' tables in every resample of units; the first sum is that of the sample itself."""
    weights = Resamples.draw(len(tables), resamples, seed).weights
    summed: Floats = (weights @ tables.reshape(len(tables), -1)).reshape(len(weights), *tables.shape[1:])
    return summed


def _defined(values: Floats) -> Estimate | None:
    return None if np.isnan(values[0]) else estimate_of(values)
