"""The error of an article's share of voice: the number that users take away."""

from __future__ import annotations

from collections.abc import Sequence

from ..article import Article
from ..balance import MEASURES, balance
from ..unit import QuoteUnit
from .bootstrap import Counts, Floats, Totals, ratio


def share_counts(article: Article, gold: Sequence[QuoteUnit], found: Sequence[QuoteUnit]) -> Counts:
    """Count one article's errors of share of voice, in points (0 to 100); nothing where it has no gold unit."""
    if not gold:
        return {"articles": 0.0}
    true, read = balance(article, gold), balance(article, found)
    counts = {"articles": 1.0}
    for measure in MEASURES:
        a, b = getattr(true, measure), getattr(read, measure)
        union, district = 100 * (b.union - a.union), 100 * (b.district - a.district)
        counts |= {
            f"{measure}_union": abs(union),
            f"{measure}_district": abs(district),
            f"{measure}_lean": union - district,
        }
    return counts


def share_figures(totals: Totals) -> dict[str, Floats]:
    """Give the mean absolute errors of the shares over articles, in points, by quotes, words and prominence.

    `quotes_mae` is the mean of `quotes_union_mae` and `quotes_district_mae`. `quotes_bias` is the mean signed error of
    the union's lead over the district: above 0 the union is shown stronger than it is.
    """
    articles = totals["articles"]
    figures: dict[str, Floats] = {}
    for measure in MEASURES:
        empty = 0 * articles
        union, district, lean = (
            ratio(totals.get(f"{measure}_{what}", empty), articles) for what in ("union", "district", "lean")
        )
        figures |= {
            f"{measure}_mae": (union + district) / 2,
            f"{measure}_union_mae": union,
            f"{measure}_district_mae": district,
            f"{measure}_bias": lean,
        }
    return figures
