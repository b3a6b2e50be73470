"""Who was drawn for coding, how likely, and what that says about the variance of a total."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEWEST_PER_STRATUM = 2
"""Codes that a stratum needs to tell a variance, where it is not coded in full."""
FEWEST_PER_CUT_STRATUM = 5
"""Codes that a stratum needs of a part that holds some of its units only, for their number is left to chance."""


@dataclass(frozen=True)
class Population:
    """All N units of the results, one row each.

    `predicted` holds the index of the model's label in `STANCES`, `probabilities` (N, 3) its probabilities, `weights`
    what a unit counts (1, its words, ...), `strata` and `articles` the index of the unit's stratum of the draw and of
    its article, from 0 without gaps.
    """

    predicted: Ints
    probabilities: Floats
    weights: Floats
    strata: Ints
    articles: Ints

    def __len__(self) -> int:
        return len(self.predicted)

    def of_part(self, part: Bools) -> Population:
        """Give a part of the units alone."""
        return Population(
            self.predicted[part], self.probabilities[part], self.weights[part], self.strata[part], self.articles[part]
        )


@dataclass(frozen=True)
class Codes:
    """What people said about the units of a population.

    `coded` (N) tells which units have a code. `labels` (N, 3) holds, for those, the share of the coders who gave each
    label of `STANCES`; a row sums to less than 1 where a coder found that the unit is no quote.
    """

    coded: Bools
    labels: Floats

    @property
    def valid(self) -> Floats:
        """The share of the coders who took the unit for a quote, shape (N)."""
        total: Floats = self.labels.sum(axis=1)
        return total

    def of_part(self, part: Bools) -> Codes:
        """Give what was said about a part of the units."""
        return Codes(self.coded[part], self.labels[part])


@dataclass(frozen=True)
class Design:
    """A stratified simple random sample without replacement: `strata` (N) and which units were `drawn` (N).

    One stratum makes it a simple random sample. The codes that are there count as the sample: a sample that was
    coded in the order of the draw and not to its end is one of smaller size. `relative` (N) says how much a drawn unit
    stands for beside the others of its stratum; None where all stand for the same.
    """

    strata: Ints
    drawn: Bools
    relative: Floats | None = None

    @cached_property
    def sizes(self) -> Ints:
        """The number of units of each stratum."""
        return np.bincount(self.strata)

    @cached_property
    def drawn_sizes(self) -> Ints:
        """The number of drawn units of each stratum."""
        return np.bincount(self.strata[self.drawn], minlength=len(self.sizes))

    @cached_property
    def weights(self) -> Floats:
        """How many units each drawn one stands for, the inverse of its inclusion probability; 0 for the others.

        Those of a stratum add up to its size.
        """
        relative = np.where(self.drawn, 1.0 if self.relative is None else self.relative, 0.0)
        total = np.bincount(self.strata, relative, len(self.sizes))
        per_stratum = np.divide(self.sizes, total, out=np.zeros(len(self.sizes)), where=total > 0)
        weights: Floats = relative * per_stratum[self.strata]
        return weights

    def of_part(self, part: Bools) -> Design:
        """Give the design of a part of the units alone, whose number in every stratum is known: it is post-stratified.

        Given how many of the part were drawn from a stratum, they are a simple random sample of its units there, so
        these and no others say for how many each stands (Holt and Smith 1979; Särndal et al. 1992, 7.6). Strata from
        which too few of the part were drawn, and not all, make one stratum, in which a unit stands for as many beside
        the others as it does in the whole; if that has too few as well, it is joined with the one of most (collapsed
        strata, Cochran 1977, 5A.12).
        """
        present, strata = np.unique(self.strata[part], return_inverse=True)
        drawn = self.drawn[part]
        codes, units = np.bincount(strata[drawn], minlength=len(present)), np.bincount(strata)
        enough = np.where(units == self.sizes[present], FEWEST_PER_STRATUM, FEWEST_PER_CUT_STRATUM)
        thin = (codes < enough) & (codes < units)
        groups = np.unique(np.where(thin, len(present), np.arange(len(present)))[strata], return_inverse=True)[1]
        found = Design(groups, drawn, self.weights[part])
        if thin.all() or not thin.any() or codes[thin].sum() >= FEWEST_PER_CUT_STRATUM:
            return found
        last = len(found.sizes) - 1
        return Design(np.where(groups == last, found.drawn_sizes[:last].argmax(), groups), drawn, found.weights)

    def covariance(self, a: Floats, b: Floats) -> Floats:
        """Estimate the covariances of the expanded totals of columns of `a` and `b`, both of shape (N, K).

        Only drawn rows are read. The formula of stratified sampling without replacement, with its finite-population
        correction: Cochran, Sampling Techniques (1977), 5.6; where units of a stratum stand for different numbers,
        each has its own correction (Deville 1999). A stratum that is drawn in full adds nothing.
        """
        strata, drawn = self.strata[self.drawn], self.drawn_sizes
        scale = np.divide(drawn, drawn - 1.0, out=np.zeros(len(drawn)), where=drawn > 1)[strata]
        # Rounding must not leave a stratum that is drawn in full a variance.
        scale[(drawn == self.sizes)[strata]] = 0.0
        weights = self.weights[self.drawn]
        products = self._centred(a, strata) * self._centred(b, strata)
        total: Floats = (products * (scale * weights * np.maximum(weights - 1.0, 0.0))[:, None]).sum(axis=0)
        return total

    def _centred(self, columns: Floats, strata: Ints) -> Floats:
        values, weights = columns[self.drawn], self.weights[self.drawn]
        count = np.maximum(np.bincount(strata, weights, len(self.sizes)), 1.0)
        means = np.column_stack([np.bincount(strata, weights * v, len(self.sizes)) / count for v in values.T])
        centred: Floats = values - means[strata]
        return centred
