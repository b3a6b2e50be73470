"""How far a classifier's confidence can be trusted: reliability, and accuracy among the surest answers.

Expected calibration error as in Guo et al., On Calibration of Modern Neural Networks (ICML 2017), over ten bins of
equal width; selective accuracy as in Geifman and El-Yaniv, Selective Classification for Deep Neural Networks (NeurIPS
2017).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..unit import STANCES, Stance, StanceLabel
from .bootstrap import Counts, Estimate, Floats, Resamples, Totals, estimate_of, ratio

BINS = 10
COVERAGES = tuple(level / 20 for level in range(1, 21))
"""The shares of units, the surest first, at which selective accuracy is given."""


@dataclass(frozen=True)
class Judged:
    """A predicted stance with the gold label of its unit."""

    gold: StanceLabel
    stance: Stance

    @property
    def right(self) -> bool:
        """Whether the predicted label is the gold one."""
        return self.stance.label == self.gold


@dataclass(frozen=True)
class ReliabilityBin:
    """The units whose confidence lies in one bin: how many, how sure on average, and how often right."""

    low: float
    high: float
    units: int
    confidence: float
    accuracy: float

    def row(self) -> dict[str, float]:
        """Lay out the bin as a row of a table."""
        bounds = {"low": self.low, "high": self.high, "units": self.units}
        return bounds | {"confidence": round(self.confidence, 6), "accuracy": round(self.accuracy, 6)}


@dataclass(frozen=True)
class CoveragePoint:
    """The accuracy among the surest `coverage` of the units; `threshold` is the least confidence among them."""

    coverage: float
    threshold: float
    accuracy: Estimate

    def row(self) -> dict[str, float]:
        """Lay out the point as a row of a table."""
        estimate = {"accuracy": self.accuracy.value, "low": self.accuracy.low, "high": self.accuracy.high}
        return {"coverage": self.coverage, "threshold": round(self.threshold, 6)} | {
            k: round(v, 6) for k, v in estimate.items()
        }


def calibration_counts(judged: Iterable[Judged]) -> Counts:
    """Count what `calibration_figures` and `reliability` need for the units of one article."""
    counts = {f"{name}_{b}": 0.0 for b in range(BINS) for name in ("units", "confidence", "right")}
    counts |= {"brier": 0.0, "kept": 0.0, "kept_right": 0.0}
    for item in judged:
        b = min(BINS - 1, int(item.stance.confidence * BINS))
        counts[f"units_{b}"] += 1
        counts[f"confidence_{b}"] += item.stance.confidence
        counts[f"right_{b}"] += item.right
        aim = [float(label == item.gold) for label in STANCES]
        counts["brier"] += sum((p - a) ** 2 for p, a in zip(item.stance.probabilities, aim, strict=True))
        if not item.stance.abstain:
            counts["kept"] += 1
            counts["kept_right"] += item.right
    return counts


def calibration_figures(totals: Totals) -> dict[str, Floats]:
    """Give calibration error, Brier score (0 to 2), mean confidence, and coverage and accuracy without abstentions."""
    zero = np.zeros_like(totals["kept"])
    units = sum((totals[f"units_{b}"] for b in range(BINS)), zero)
    gaps = sum((np.abs(totals[f"confidence_{b}"] - totals[f"right_{b}"]) for b in range(BINS)), zero)
    confidence = sum((totals[f"confidence_{b}"] for b in range(BINS)), zero)
    return {
        "ece": ratio(gaps, units),
        "brier": ratio(totals["brier"], units),
        "confidence": ratio(confidence, units),
        "coverage": ratio(totals["kept"], units),
        "kept_accuracy": ratio(totals["kept_right"], totals["kept"]),
    }


def reliability(tallies: Sequence[Counts]) -> list[ReliabilityBin]:
    """Give the bins that hold units, by rising confidence."""
    bins = []
    for b in range(BINS):
        units, confidence, right = (sum(t[f"{name}_{b}"] for t in tallies) for name in ("units", "confidence", "right"))
        if units:
            bins.append(ReliabilityBin(b / BINS, (b + 1) / BINS, int(units), confidence / units, right / units))
    return bins


def coverage_curve(articles: Sequence[Sequence[Judged]], resamples: Resamples) -> list[CoveragePoint]:
    """Give selective accuracy at each of `COVERAGES`, with intervals; empty where there is no unit."""
    units = [(item, a) for a, judged in enumerate(articles) for item in judged]
    if not units:
        return []
    units.sort(key=lambda pair: -pair[0].stance.confidence)
    right = np.array([float(item.right) for item, _ in units])
    article = np.array([a for _, a in units])
    levels = np.array(COVERAGES)
    accuracy = np.full((len(resamples.weights), len(levels)), np.nan)
    for row, weights in enumerate(resamples.weights):
        drawn = np.cumsum(weights[article])
        if drawn[-1]:
            # A hair below the level, so that rounding never asks for one unit more than the share holds.
            at = np.searchsorted(drawn, levels * drawn[-1] - 1e-9)
            accuracy[row] = np.cumsum(weights[article] * right)[at] / drawn[at]
    last = np.searchsorted(np.arange(1, len(units) + 1), levels * len(units) - 1e-9)
    return [
        CoveragePoint(level, units[last[i]][0].stance.confidence, estimate_of(accuracy[:, i]))
        for i, level in enumerate(COVERAGES)
    ]
