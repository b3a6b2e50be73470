"""The balance of voices in one article: how much of the reported speech serves each side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Literal, get_args

from .article import Article
from .unit import STANCES, QuoteUnit

Measure = Literal["quotes", "words", "prominence"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
"""What a unit may count by; see `weight`."""


@dataclass(frozen=True)
class Shares:
    """What share of the reported speech each label holds (0 to 1); all three are 0 where there is none."""

    union: float
    district: float
    neutral: float


@dataclass(frozen=True)
class Balance:
    """The shares of one article.

    `units` is how many units with a stance were counted, each by the three `MEASURES`, see `weight`. What a unit
    counts is divided among the labels, see `votes`. Units that the classifier abstains from count as well: leaving them
    out would favour what is easy to tell.
    """

    units: int
    quotes: Shares
    words: Shares
    prominence: Shares

    def row(self) -> dict[str, float | int | None]:
        """Lay out the balance as columns `units`, `quotes_union` to `prominence_neutral`.

        Shares have four decimals; they are None where the article has no unit, for no speech is no balance.
        """
        row: dict[str, float | int | None] = {"units": self.units}
        for measure in MEASURES:
            for side in fields(Shares):
                share = getattr(getattr(self, measure), side.name)
                row[f"{measure}_{side.name}"] = round(share, 4) if self.units else None
        return row


SHARE_COLUMNS = tuple(f"{measure}_{side.name}" for measure in MEASURES for side in fields(Shares))
"""The columns of `Balance.row` but for `units`."""


def balance(article: Article, units: Iterable[QuoteUnit]) -> Balance:
    """Give the balance of an article's units; units without a stance are not counted."""
    counted = [(unit, votes(unit.stance.probabilities)) for unit in units if unit.stance]
    cast = [each for _, each in counted]
    places = [(unit.words(article.text), unit.start / max(1, len(article.text))) for unit, _ in counted]
    quotes, words, prominence = (_shares(cast, [weight(m, *place) for place in places]) for m in MEASURES)
    return Balance(len(cast), quotes, words, prominence)


def votes(probabilities: Sequence[float]) -> tuple[float, ...]:
    """Divide a unit among the labels, in the order of `STANCES`, by their calibrated probabilities.

    So a share is the one to expect, and errors of the single labels cancel out as far as the probabilities are right
    (Bella et al. 2010, Quantification via Probability Estimators). They are made to add up to 1: tables round them.
    """
    total = sum(probabilities)
    return tuple(p / total for p in probabilities) if total > 0 else (1 / len(STANCES),) * len(STANCES)


def weight(measure: Measure, words: int, position: float) -> float:
    """Give what a unit counts: by `quotes` once, by `words` with the words of its content, by `prominence` with these
    times 2 at the top of the article, falling evenly to 1 at its end. `position` is where the unit begins, from 0 to 1.

    News is written as an inverted pyramid and many readers stop early, so what stands on top is read most.
    """
    return 1.0 if measure == "quotes" else words * (1.0 if measure == "words" else 2.0 - position)


def _shares(cast: Sequence[Sequence[float]], weights: Sequence[float]) -> Shares:
    total = sum(weights)
    union, district, neutral = (
        sum(w * each[i] for each, w in zip(cast, weights, strict=True)) / total if total else 0.0
        for i in range(len(STANCES))
    )
    return Shares(union, district, neutral)
