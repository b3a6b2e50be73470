"""Who was drawn for coding, how likely, and what that says about the variance of a total."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


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


@dataclass(frozen=True)
class Design:
    """A stratified simple random sample without replacement: `strata` (N) and which units were `drawn` (N).

    One stratum makes it a simple random sample. The codes that are there count as the sample: a sample that was
    coded in the order of the draw and not to its end is one of smaller size.
    """

    strata: Ints
    drawn: Bools

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
        """How many units each drawn one stands for, the inverse of its inclusion probability; 0 for the others."""
        per_stratum = np.divide(self.sizes, self.drawn_sizes, out=np.zeros(len(self.sizes)), where=self.drawn_sizes > 0)
        return np.where(self.drawn, per_stratum[self.strata], 0.0)

    def covariance(self, a: Floats, b: Floats) -> Floats:
        """Estimate the covariances of the expanded totals of columns of `a` and `b`, both of shape (N, K).

        Only drawn rows are read. The formula of stratified sampling without replacement, with its finite-population
        correction: Cochran, Sampling Techniques (1977), 5.6. A stratum that is drawn in full adds nothing.
        """
        strata, sizes, drawn = self.strata[self.drawn], self.sizes, self.drawn_sizes
        partial = (drawn < sizes) & (drawn > 1)
        scale = np.zeros(len(sizes))
        scale[partial] = sizes[partial] * (sizes[partial] - drawn[partial]) / (drawn[partial] * (drawn[partial] - 1.0))
        products = self._centred(a, strata) * self._centred(b, strata)
        total: Floats = (products * scale[strata][:, None]).sum(axis=0)
        return total

    def _centred(self, columns: Floats, strata: Ints) -> Floats:
        values = columns[self.drawn]
        count = np.maximum(self.drawn_sizes, 1)
        means = np.column_stack([np.bincount(strata, v, len(self.sizes)) / count for v in values.T])
        centred: Floats = values - means[strata]
        return centred
