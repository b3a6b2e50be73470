"""An article as the report lists it: what its columns say of it, and what is heard in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

from ..unit import STANCES, StanceLabel
from .dates import DATE_COLUMNS, OUTLET_COLUMNS, PHASE_COLUMNS, TITLE_COLUMNS, Days, Strike, column_of, parse_date
from .results import ResultArticle, Unit
from .sources import SourceType, source_type

Heard = Literal["both sides", "union side only", "district side only", "neither side", "no quote units"]
HEARD: tuple[Heard, ...] = get_args(Heard)
VOICES: Mapping[str, tuple[SourceType, ...]] = {
    "union": ("union leader", "rank and file"),
    "district": ("district",),
    "parents": ("parent",),
    "students": ("student",),
}
"""The sources that a report on a strike can be missing, and the kinds that stand for them."""


@dataclass(frozen=True)
class Columns:
    """Which of the user's columns hold date, outlet, phase and title; None where there is none."""

    date: str | None
    outlet: str | None
    phase: str | None
    title: str | None
    url: str | None

    @staticmethod
    def find(articles: Sequence[ResultArticle], date: str | None, outlet: str | None, phase: str | None) -> Columns:
        """Choose the columns; see `dates.column_of`."""
        names = list(dict.fromkeys(name for a in articles for name in a.columns))
        return Columns(
            column_of(names, date, DATE_COLUMNS, "--date-column"),
            column_of(names, outlet, OUTLET_COLUMNS, "--outlet-column"),
            column_of(names, phase, PHASE_COLUMNS, "--phase-column"),
            column_of(names, None, TITLE_COLUMNS, ""),
            column_of(names, None, ("url", "link"), ""),
        )


@dataclass(frozen=True)
class Entry:
    """An article as the report lists it; `missing` names the keys of `VOICES` that are not heard in it."""

    article: ResultArticle
    title: str
    outlet: str
    days: Days | None
    date_text: str
    phase: str
    heard: Heard
    missing: tuple[str, ...]
    kinds: tuple[SourceType, ...]

    @property
    def counts(self) -> dict[StanceLabel, int]:
        """How many units have each label."""
        return {s: sum(u.stance == s for u in self.article.units) for s in STANCES}

    @property
    def review(self) -> int:
        """How many units the model abstained from."""
        return sum(bool(u.abstain) for u in self.article.units)


def entry_of(article: ResultArticle, columns: Columns, strike: Strike | None, day_first: bool) -> Entry:
    """Say what an article is by its columns and units; with `strike`, its phase comes from its date."""

    def own(name: str | None) -> str:
        return " ".join(article.columns.get(name, "").split()) if name else ""

    host = urlsplit(own(columns.url)).netloc.removeprefix("www.") if columns.url and "://" in own(columns.url) else ""
    days = parse_date(own(columns.date), day_first)
    kinds = tuple(kind_of(u) for u in article.units)
    labels = {u.stance for u in article.units}
    union, district = STANCES[0] in labels, STANCES[1] in labels
    heard: Heard = "both sides" if union and district else "union side only" if union else "neither side"
    if district and not union:
        heard = "district side only"
    return Entry(
        article=article,
        title=own(columns.title) or article.id,
        outlet=own(columns.outlet) or host,
        days=days,
        date_text=own(columns.date),
        phase=strike.phase(days) if strike and days else "" if strike else own(columns.phase),
        heard=heard if labels else "no quote units",
        missing=tuple(name for name, of in VOICES.items() if not set(of) & set(kinds)),
        kinds=kinds,
    )


def kind_of(unit: Unit) -> SourceType:
    """Name the kind of the source of a unit."""
    return source_type(unit.affiliation, unit.speaker_role, unit.who)
