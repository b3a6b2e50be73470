"""Shares of voice from the model's labels and a random sample of human codes.

The corrected share is the mean of the model's probabilities over all units plus the mean of code minus probability over
the coded ones: design-based supervised learning (Egami, Hinck, Stewart and Wei, NeurIPS 2023), which with a fixed
prediction is the difference estimator of survey sampling (Särndal, Swensson and Wretman 1992, 6.3) and
prediction-powered inference (Angelopoulos, Bates, Fannjiang, Jordan and Zrnic, Science 2023). The predictions are
multiplied by a tuning factor that minimises the variance (PPI++, Angelopoulos, Duchi and Zrnic 2023): at 0 the codes
stand alone, so that a useless model cannot do harm. Whatever the model does, the estimate stays unbiased up to terms
of 1 / codes, because the codes are a random sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..unit import STANCES, StanceLabel
from .design import Bools, Codes, Design, Floats, Population
from .intervals import Interval, share_interval

FEWEST_CODES = 20
"""Codes that an interval needs: with fewer, it was found not to hold (docs/estimation.md)."""

_ROUNDING = 1e-12
_UNSEEN = 0.5
# Codes that agree with the model without exception would give an interval without width. So the sum of the squared
# residuals is never less than this: as if half a code more had been wrong. See docs/estimation.md.


@dataclass(frozen=True)
class Share:
    """The share of one label, 0 to 1.

    `naive` counts the model's labels. `alone` uses the codes only, `corrected` codes and model; both are about the
    units of these results. `beyond` is about coverage of which these articles are a random sample: its interval holds
    the variation between articles too.
    """

    naive: float
    alone: Interval
    corrected: Interval
    beyond: Interval


@dataclass(frozen=True)
class Estimate:
    """The shares among a set of units, how many units and codes they rest on, and in how many articles.

    `valid` is the estimated share of units that are quotes at all; the shares are among those. `tuning` is the
    factor of the model's predictions, 0 (not used) to 1.
    """

    units: int
    codes: int
    articles: int
    valid: float
    tuning: float
    shares: Mapping[StanceLabel, Share]

    def as_dict(self) -> dict[str, Any]:
        """Lay out the estimate for JSON."""
        shares = {
            label: {
                "naive": share.naive,
                **{name: vars(getattr(share, name)) for name in ("alone", "corrected", "beyond")},
            }
            for label, share in self.shares.items()
        }
        return {name: getattr(self, name) for name in ("units", "codes", "articles", "valid", "tuning")} | {
            "shares": shares
        }


def tuning_factor(population: Population, codes: Codes) -> float:
    """Find the factor of the predictions that gives the sum over labels of the variances its minimum, within 0 to 1.

    One factor for all labels, so that the shares add up to 1. PPI++, section 6, has the same minimum with
    1 + n/N in the denominator, for codes of units outside of the predicted ones; ours are among them.
    """
    everything = np.ones(len(population), dtype=bool)
    sample = _Sample(population, codes, everything)
    codes_only = sample.residuals(0.0, sample.label_means / sample.valid_mean)
    predictions = sample.scaled(population.probabilities - sample.prediction_means)
    covariance = sample.design.covariance
    gain, cost = float(covariance(codes_only, predictions).sum()), float(covariance(predictions, predictions).sum())
    # Predictions that are all the same vary by rounding alone.
    if cost <= _ROUNDING * float(covariance(codes_only, codes_only).sum()):
        return 0.0
    return min(1.0, max(0.0, gain / cost))


def estimate(population: Population, codes: Codes, tuning: float, where: Bools | None = None) -> Estimate:
    """Estimate the shares among the units `where` (all of them by default) with a factor from `tuning_factor`.

    A part of the units takes the factor of the whole: any factor is valid, and a part has few codes to find its own.
    It is estimated from its own codes, as many as it has of its units in each stratum (`Design.of_part`). At least two
    are needed, or all of a smaller part.
    """
    everything = np.ones(len(population), dtype=bool)
    sample = _Sample(population, codes, everything if where is None else where)
    alone, alone_variance = sample.shares(0.0)
    corrected, variance = sample.shares(tuning)
    beyond = np.maximum(variance, sample.variance_between_articles(tuning, corrected))
    units = sample.population
    articles = len(np.unique(units.articles))
    naive = [float(units.weights[units.predicted == i].sum() / sample.whole) for i in range(3)]
    freedom = sample.codes - sample.strata
    shares = {
        label: Share(
            naive[i],
            share_interval(float(alone[i]), float(alone_variance[i]), sample.codes, freedom),
            share_interval(float(corrected[i]), float(variance[i]), sample.codes, freedom - 1),
            share_interval(float(corrected[i]), float(beyond[i]), sample.codes, min(articles, freedom) - 1),
        )
        for i, label in enumerate(STANCES)
    }
    return Estimate(len(units), sample.codes, articles, float(sample.valid_mean), tuning, shares)


class _Sample:
    """A part of the population and its coded units, with their weighted means.

    A share is a ratio of two estimated totals (a label's, and that of the units that are quotes at all), so its
    variance is that of the total of linearised residuals (Särndal, Swensson and Wretman 1992, 5.5).
    """

    def __init__(self, population: Population, codes: Codes, part: Bools) -> None:
        self.population, of_part = population.of_part(part), codes.of_part(part)
        self.design = Design(population.strata, codes.coded).of_part(part)
        self.codes = int(self.design.drawn.sum())
        self.strata = int((self.design.drawn_sizes > 0).sum())
        self.whole = float(self.population.weights.sum())
        self._labels, self._valid = of_part.labels, of_part.valid
        self._expansion = self.design.weights * self.population.weights
        self.label_means = self._mean(self._labels)
        self.valid_mean = self._mean(self._valid[:, None])[0]
        self.prediction_means = self._mean(self.population.probabilities)

    def shares(self, tuning: float) -> tuple[Floats, Floats]:
        """Give the shares with the predictions multiplied by `tuning`, and their variances."""
        predicted = (self.population.weights[:, None] * self.population.probabilities).sum(axis=0) / self.whole
        shares = (self.label_means + tuning * (predicted - self.prediction_means)) / self.valid_mean
        residuals = self.residuals(tuning, shares)
        variances: Floats = self.design.covariance(residuals, residuals) * self._small_sample(tuning) + self._unseen
        return shares, variances

    def residuals(self, tuning: float, shares: Floats) -> Floats:
        """Give what each unit adds to the errors of the shares; rows of units that are not coded mean nothing."""
        raw = self._raw_residuals(tuning, shares)
        return self.scaled(raw - self._mean(raw))

    def scaled(self, values: Floats) -> Floats:
        """Weigh values as a part of the shares' denominator."""
        scaled: Floats = (self.population.weights / (self.whole * self.valid_mean))[:, None] * values
        return scaled

    def variance_between_articles(self, tuning: float, shares: Floats) -> Floats:
        """Give the variances of the shares where the articles are themselves a random sample.

        Every unit gets a bias-corrected pseudo-outcome, and their sums over articles vary: the cluster-robust variance
        of Egami et al. (2023, section 4) and Liang and Zeger (1986).
        """
        raw = self._raw_residuals(tuning, shares)
        means = self._stratum_means(raw)
        predicted = tuning * self.population.probabilities + means
        outcomes = self.scaled(predicted + self.design.weights[:, None] * (raw - means))
        present, article = np.unique(self.population.articles, return_inverse=True)
        if len(present) < 2:
            return np.full(len(shares), np.inf)
        sums = np.column_stack([np.bincount(article, column) for column in outcomes.T])
        variances: Floats = len(present) / (len(present) - 1) * np.square(sums).sum(axis=0)
        return variances

    def _raw_residuals(self, tuning: float, shares: Floats) -> Floats:
        raw: Floats = self._labels - tuning * self.population.probabilities - shares * self._valid[:, None]
        return raw

    def _stratum_means(self, columns: Floats) -> Floats:
        """Give every unit the mean over the coded units of its stratum; that of the part where they weigh nothing."""
        strata, size = self.design.strata, len(self.design.sizes)
        weight = np.bincount(strata, self._expansion, size)
        sums = np.column_stack([np.bincount(strata, self._expansion * column, size) for column in columns.T])
        means = np.where(weight[:, None] > 0, sums / np.maximum(weight, 1e-300)[:, None], self._mean(columns))
        of_units: Floats = means[strata]
        return of_units

    def _mean(self, columns: Floats) -> Floats:
        mean: Floats = (self._expansion[:, None] * columns).sum(axis=0) / self._expansion.sum()
        return mean

    def _small_sample(self, tuning: float) -> float:
        """Count the tuning factor, where there is one, among the degrees of freedom that the residuals have lost."""
        freedom = self.codes - self.strata
        return freedom / max(1, freedom - (tuning > 0))

    @property
    def _unseen(self) -> float:
        """The variance that errors which no code has shown may still have, see `_UNSEEN`."""
        weights = self.population.weights
        units = len(weights)
        unequal = units * float((weights**2).sum()) / self.whole**2
        return _UNSEEN * unequal * (1 - self.codes / units) / self.codes**2
