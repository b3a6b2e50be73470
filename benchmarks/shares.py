"""The error of an article's shares of voice by how units are counted: `python benchmarks/shares.py`.

Reads the real articles and the held-out written ones with the bundle in force, and counts its units by their likeliest
labels and by their calibrated probabilities, these also sharpened and flattened (raised to a power first). The
calibration was fitted on the held-out written articles, so that their figures are optimistic.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from measuring import ROOT, show

from bothsides.article import Article
from bothsides.errors import BothsidesError
from bothsides.evaluation.bootstrap import Resamples
from bothsides.evaluation.shares import MEASURES, share_counts, share_figures
from bothsides.params import load_params
from bothsides.predict.predictor import Predictor
from bothsides.stages.ingest import gather
from bothsides.unit import QuoteUnit, Stance

POWERS = (0.7, 1.0, 1.5, 2.0)

Units = Sequence[QuoteUnit]


def by_label(units: Units) -> Units:
    """Count each unit whole for its likeliest label."""
    return [replace(u, stance=Stance.certain(u.stance.label, "label")) for u in units if u.stance]


def by_probability(units: Units, power: float) -> Units:
    """Count each unit by its probabilities, raised to a power; `balance.votes` makes them add up to 1."""
    return [replace(u, stance=_raised(u.stance, power)) for u in units if u.stance]


def errors(articles: Sequence[Article], gold: Sequence[Units], found: Sequence[Units]) -> str:
    """Give the mean absolute errors of the shares, in points, by each measure."""
    counts = [share_counts(*each) for each in zip(articles, gold, found, strict=True)]
    figures = share_figures(Resamples.draw(len(articles), 0, 0).totals(counts))
    return "  ".join(f"{measure} {float(figures[f'{measure}_mae'][0]):5.2f}" for measure in MEASURES)


def _raised(stance: Stance, power: float) -> Stance:
    union, district, neutral = (p**power for p in stance.probabilities)
    return replace(stance, probabilities=(union, district, neutral))


def main() -> int:
    """Read, count, print."""
    try:
        params, predictor = load_params(ROOT / "params.yaml"), Predictor.load()
        ingested = gather(ROOT / "seeds", params.ingest, params.seed)
    except BothsidesError as error:
        show(f"shares: {error}")
        return 1
    for split in ("validation", "test"):
        some = [(i.article, i.gold) for i in ingested if i.split == split and i.gold is not None]
        articles, gold = [a for a, _ in some], [units for _, units in some]
        found = [prediction.units for prediction in predictor.predict_articles(articles)]
        print(f"{split}, {len(articles)} articles")
        print(f"  labels            {errors(articles, gold, [by_label(u) for u in found])}")
        for power in POWERS:
            print(f"  probabilities^{power:.1f} {errors(articles, gold, [by_probability(u, power) for u in found])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
