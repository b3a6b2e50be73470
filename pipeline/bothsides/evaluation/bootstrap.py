"""Bootstrap intervals over articles: units of one article are not independent, so whole articles are resampled.

Every figure is a function of counts that add up over articles. So a resample is a vector of article weights, and all
resamples are computed at once; figures that share a `Resamples` are resampled together.
Percentile intervals as in Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = Mapping[str, float]
"""What one article adds to each count."""
Totals = Mapping[str, Floats]
"""The counts summed over each resample of articles."""
Figures = Callable[[Totals], Mapping[str, Floats]]
"""A function from totals to figures, one value a resample; NaN where a figure is undefined."""

_LEVEL = (0.025, 0.975)


@dataclass(frozen=True)
class Estimate:
    """A figure with the ends of its 95% interval over articles."""

    value: float
    low: float
    high: float


Estimates = dict[str, Estimate]


@dataclass(frozen=True)
class Resamples:
    """How often each article is drawn, shape (1 + resamples, articles); row 0 is the sample itself, once each."""

    weights: Floats

    @staticmethod
    def draw(articles: int, resamples: int, seed: int) -> Resamples:
        """Draw as many articles as there are, with replacement, `resamples` times."""
        picks = np.random.default_rng(seed).integers(0, max(1, articles), size=(resamples, articles))
        cells = picks + articles * np.arange(resamples)[:, None]
        drawn = np.bincount(cells.ravel(), minlength=resamples * articles).reshape(resamples, articles)
        return Resamples(np.vstack([np.ones((1, articles)), drawn]).astype(np.float64))

    def totals(self, tallies: Sequence[Counts]) -> Totals:
        """Sum the counts of the articles in every resample; a count that an article lacks is 0."""
        names = sorted({name for tally in tallies for name in tally})
        table = np.array([[float(tally.get(name, 0.0)) for name in names] for tally in tallies])
        summed = self.weights @ table.reshape(len(tallies), len(names))
        return {name: summed[:, i] for i, name in enumerate(names)}

    def estimate(self, tallies: Sequence[Counts], figures: Figures) -> Estimates:
        """Compute figures with their intervals; those undefined on the whole sample are left out."""
        return {
            name: estimate_of(values)
            for name, values in figures(self.totals(tallies)).items()
            if not np.isnan(values[0])
        }


def estimate_of(values: Floats) -> Estimate:
    """Make an estimate of a figure's values: the first is the sample's own, the others those of the resamples.

    Resamples in which the figure is undefined (NaN) do not count.
    """
    drawn = values[1:][~np.isnan(values[1:])]
    low, high = np.quantile(drawn, _LEVEL) if len(drawn) else (values[0], values[0])
    return Estimate(float(values[0]), float(low), float(high))


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide, giving NaN where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole != 0)


def f1(precision: Floats, recall: Floats) -> Floats:
    """Give the harmonic mean of precision and recall, 0 where both are 0 or undefined."""
    p, r = np.nan_to_num(precision), np.nan_to_num(recall)
    return np.nan_to_num(ratio(2 * p * r, p + r))
