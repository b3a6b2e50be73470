"""Share of voice: counted by quotes, by words and by prominence, over articles and groups of them, with intervals.

The intervals are percentile intervals of a bootstrap over articles (`evaluation.bootstrap`). They say how much the
shares would move with other articles of the same kind; errors of the model are not in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..balance import MEASURES, Measure, votes, weight
from ..evaluation.bootstrap import Estimate, Floats, Resamples, estimate_of, ratio
from ..unit import STANCES, StanceLabel
from .results import ResultArticle, Unit

RESAMPLES, SEED = 1000, 13
FEWEST_ARTICLES = 3
"""Below this many articles there is no interval: resampling them shows nothing."""
ROUGH_ARTICLES = 20
"""Below this many articles an interval is rough, most often too narrow."""
REVERSED_POINTS, NOTABLE_POINTS = 0.02, 0.05
"""How far the leads of two measures must lie apart, as a share, to be named as a disagreement; see `compare`."""

_CELLS = 4_000_000


@dataclass(frozen=True)
class Voice:
    """The shares of voice of some units: each label's share by each measure, with an interval where there is one."""

    articles: int
    units: int
    counts: Mapping[StanceLabel, int]
    shares: Mapping[Measure, Mapping[StanceLabel, Estimate]]

    @property
    def has_intervals(self) -> bool:
        """Whether there are enough articles for intervals."""
        return self.articles >= FEWEST_ARTICLES


@dataclass(frozen=True)
class Comparison:
    """The lead of the union side over the district side by each measure, and the pairs of measures that disagree."""

    leads: Mapping[Measure, Estimate]
    disagree: Sequence[tuple[Measure, Measure]]


def voice_of(
    articles: Iterable[ResultArticle], keep: Callable[[ResultArticle, Unit], bool] = lambda _article, _unit: True
) -> Voice:
    """Give the shares of voice of the units that `keep` keeps; articles without one of them do not count."""
    kept = [units for a in articles if (units := [u for u in a.units if keep(a, u)])]
    totals = resampled(_tallies(kept))
    shares: dict[Measure, dict[StanceLabel, Estimate]] = {}
    for m, measure in enumerate(MEASURES):
        part = totals[:, m]
        whole = part.sum(axis=1)
        shares[measure] = {s: estimate_of(_share(part[:, i], whole)) for i, s in enumerate(STANCES)} if kept else {}
    units = [u for of in kept for u in of]
    return Voice(len(kept), len(units), {s: sum(u.stance == s for u in units) for s in STANCES}, shares)


def compare(articles: Iterable[ResultArticle]) -> Comparison:
    """Compare the leads (union-aligned minus district-aligned) that the three measures show.

    Two measures disagree where another side leads and the leads are `REVERSED_POINTS` apart, or where they are
    `NOTABLE_POINTS` apart and the interval of their difference, resampled together, does not hold zero.
    """
    kept = [a.units for a in articles if a.units]
    if not kept:
        return Comparison({}, ())
    totals = resampled(_tallies(kept))
    leads = _share(totals[:, :, 0] - totals[:, :, 1], totals.sum(axis=2))
    disagree = []
    for a, b in combinations(range(len(MEASURES)), 2):
        apart = estimate_of(leads[:, a] - leads[:, b])
        reliable = len(kept) >= FEWEST_ARTICLES and not apart.low <= 0 <= apart.high
        opposite = leads[0, a] * leads[0, b] < 0 and abs(apart.value) >= REVERSED_POINTS
        if opposite or (reliable and abs(apart.value) >= NOTABLE_POINTS):
            disagree.append((MEASURES[a], MEASURES[b]))
    return Comparison({m: estimate_of(leads[:, i]) for i, m in enumerate(MEASURES)}, tuple(disagree))


def shares_of_articles(kinds: Sequence[str], labels: Sequence[str]) -> dict[str, Estimate]:
    """Give the share of articles of each kind, one kind an article, with intervals over articles."""
    if not kinds:
        return {}
    totals = resampled(np.array([[float(kind == label) for label in labels] for kind in kinds]))
    return {label: estimate_of(totals[:, i] / len(kinds)) for i, label in enumerate(labels)}


def share_of_units(
    articles: Iterable[ResultArticle], part: Callable[[Unit], bool], whole: Callable[[Unit], bool]
) -> Estimate | None:
    """Give the share of `part` among the units of `whole`, with an interval over articles; None where there is none."""
    rows = [[sum(part(u) for u in units), len(units)] for a in articles if (units := [u for u in a.units if whole(u)])]
    if not rows:
        return None
    totals = resampled(np.array(rows, np.float64))
    return estimate_of(ratio(totals[:, 0], totals[:, 1]))


def resampled(tallies: NDArray[np.float64]) -> Floats:
    """Sum tallies, shape (articles, ...), over the sample itself (row 0) and over each resample of its articles.

    Resamples are drawn in parts, so that the memory stays bounded however many articles there are.
    """
    articles = len(tallies)
    size = max(1, min(RESAMPLES, _CELLS // max(1, articles)))
    parts = [tallies.sum(axis=0, keepdims=True)]
    for number, start in enumerate(range(0, RESAMPLES, size)):
        drawn = Resamples.draw(articles, min(size, RESAMPLES - start), SEED + number)
        parts.append(np.tensordot(drawn.weights[1:], tallies, axes=1))
    return np.concatenate(parts)


def _share(part: Floats, whole: Floats) -> Floats:
    """Divide; 0 where the sample itself has nothing to divide by, as `balance.Shares` has it (units without words)."""
    return np.where(whole[0] != 0, ratio(part, whole), 0.0)


def _tallies(articles: Sequence[Sequence[Unit]]) -> NDArray[np.float64]:
    """Sum the weights of each article's units, each divided as `balance.votes` does: (articles, measures, stances)."""
    sums = np.zeros((len(articles), len(MEASURES), len(STANCES)))
    for i, units in enumerate(articles):
        for unit in units:
            cast = np.array(votes(unit.probabilities))
            for m, measure in enumerate(MEASURES):
                sums[i, m] += weight(measure, unit.words, unit.position) * cast
    return sums
