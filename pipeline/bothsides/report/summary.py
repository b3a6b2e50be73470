"""What the report says of a set of articles: every figure of its tables, computed from the units alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, get_args
from urllib.parse import urlsplit

from ..evaluation.bootstrap import Estimate
from ..unit import STANCES, StanceLabel
from .dates import (
    AFTER,
    BEFORE,
    DATE_COLUMNS,
    DURING,
    OUTLET_COLUMNS,
    PHASE_COLUMNS,
    TITLE_COLUMNS,
    Period,
    Strike,
    column_of,
    day_first,
    ordered_phases,
    parse_date,
    period_of,
    start_of,
)
from .results import ResultArticle, Unit
from .sources import SOURCE_TYPES, SourceType, source_type
from .voice import Comparison, Voice, compare, share_of_units, shares_of_articles, voice_of

Heard = Literal["both sides", "union side only", "district side only", "neither side", "no quote units"]
HEARD: tuple[Heard, ...] = get_args(Heard)
TYPES = ("direct", "mixed", "indirect")
VOICES: Mapping[str, tuple[SourceType, ...]] = {
    "union": ("union leader", "rank and file"),
    "district": ("district",),
    "parents": ("parent",),
    "students": ("student",),
}
"""The sources that a report on a strike can be missing, and the kinds that stand for them."""
MOST_REVIEWED = 200
UNNAMED = "(none given)"


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
    day: date | None
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


@dataclass(frozen=True)
class Group:
    """The voice of a group of articles or of units, and the share of all articles in which it is heard."""

    name: str
    voice: Voice
    heard_in: Estimate | None = None


@dataclass(frozen=True)
class Summary:
    """Every figure of the report."""

    entries: tuple[Entry, ...]
    columns: Columns
    voice: Voice
    comparison: Comparison
    period: Period | None
    times: tuple[tuple[date, Voice], ...]
    phases: tuple[Group, ...]
    spans: tuple[tuple[str, date, date], ...]
    outlets: tuple[Group, ...]
    sources: tuple[Group, ...]
    types: Mapping[StanceLabel, Mapping[str, Estimate | None]]
    first_word: Mapping[str, Estimate]
    last_word: Mapping[str, Estimate]
    heard: Mapping[str, Estimate]
    missing: Mapping[str, Estimate]
    review: tuple[tuple[Entry, Unit], ...]
    to_review: int

    @property
    def spoken(self) -> int:
        """How many articles have units."""
        return self.voice.articles


def summarise(articles: Sequence[ResultArticle], columns: Columns, strike: Strike | None = None) -> Summary:
    """Compute the report's figures; with `strike`, phases come from the dates."""
    by_day = day_first(a.columns.get(columns.date, "") for a in articles) if columns.date else False
    entries = tuple(_entry(a, columns, strike, by_day) for a in articles)
    spoken = [e for e in entries if e.article.units]
    heard_articles = [e.article for e in spoken]
    days = [e.day for e in spoken if e.day]
    period = period_of(days) if len(set(days)) > 1 else None
    reviewed = sorted(
        ((e, u) for e in spoken for u in e.article.units), key=lambda pair: (not pair[1].abstain, pair[1].confidence)
    )
    sources = []
    for kind in SOURCE_TYPES:
        voice = voice_of(heard_articles, lambda _, u, kind=kind: _kind(u) == kind)  # type: ignore[misc]
        present = [("yes" if kind in e.kinds else "no") for e in spoken]
        sources.append(Group(kind, voice, shares_of_articles(present, ("yes",)).get("yes")))
    return Summary(
        entries=entries,
        columns=columns,
        voice=voice_of(heard_articles),
        comparison=compare(heard_articles),
        period=period,
        times=_times(spoken, period) if period else (),
        phases=_phases(spoken, strike),
        spans=_spans(spoken, strike),
        outlets=_groups(spoken, [e.outlet for e in spoken]) if any(e.outlet for e in spoken) else (),
        sources=tuple(sources),
        types={
            stance: {
                kind: share_of_units(
                    heard_articles,
                    lambda u, kind=kind: u.type == kind,  # type: ignore[misc]
                    lambda u, stance=stance: u.stance == stance,  # type: ignore[misc]
                )
                for kind in TYPES
            }
            for stance in STANCES
        },
        first_word=shares_of_articles([_ends(a)[0] for a in heard_articles], STANCES),
        last_word=shares_of_articles([_ends(a)[1] for a in heard_articles], STANCES),
        heard=shares_of_articles([e.heard for e in entries], HEARD),
        missing={
            name: shares_of_articles(["no" if name in e.missing else "yes" for e in entries], ("no",))["no"]
            for name in VOICES
        },
        review=tuple(reviewed[:MOST_REVIEWED]),
        to_review=sum(e.review for e in entries),
    )


def _entry(article: ResultArticle, columns: Columns, strike: Strike | None, by_day: bool) -> Entry:
    def own(name: str | None) -> str:
        return " ".join(article.columns.get(name, "").split()) if name else ""

    host = urlsplit(own(columns.url)).netloc.removeprefix("www.") if columns.url and "://" in own(columns.url) else ""
    day = parse_date(own(columns.date), by_day)
    kinds = tuple(_kind(u) for u in article.units)
    labels = {u.stance for u in article.units}
    union, district = STANCES[0] in labels, STANCES[1] in labels
    heard: Heard = "both sides" if union and district else "union side only" if union else "neither side"
    if district and not union:
        heard = "district side only"
    return Entry(
        article=article,
        title=own(columns.title) or article.id,
        outlet=own(columns.outlet) or host,
        day=day,
        date_text=own(columns.date),
        phase=strike.phase(day) if strike and day else "" if strike else own(columns.phase),
        heard=heard if labels else "no quote units",
        missing=tuple(name for name, of in VOICES.items() if not set(of) & set(kinds)),
        kinds=kinds,
    )


def _kind(unit: Unit) -> SourceType:
    return source_type(unit.affiliation, unit.speaker_role, unit.who)


def _ends(article: ResultArticle) -> tuple[StanceLabel, StanceLabel]:
    """Give the stances of the first and of the last unit by where their contents begin and end."""
    first = min(article.units, key=lambda u: u.spans[0][0])
    return first.stance, max(article.units, key=lambda u: u.spans[-1][1]).stance


def _times(spoken: Sequence[Entry], period: Period) -> tuple[tuple[date, Voice], ...]:
    groups: dict[date, list[ResultArticle]] = {}
    for entry in spoken:
        if entry.day:
            groups.setdefault(start_of(entry.day, period), []).append(entry.article)
    return tuple((start, voice_of(groups[start])) for start in sorted(groups))


def _phases(spoken: Sequence[Entry], strike: Strike | None) -> tuple[Group, ...]:
    if not any(e.phase for e in spoken):
        return ()
    first = {e.phase: min((o.day for o in spoken if o.phase == e.phase and o.day), default=None) for e in spoken}
    names = [p for p in (BEFORE, DURING, AFTER) if p in first] if strike else ordered_phases(first)
    named = [n for n in names if n] + ([""] if "" in first else [])
    return tuple(Group(n or UNNAMED, voice_of([e.article for e in spoken if e.phase == n])) for n in named)


def _spans(spoken: Sequence[Entry], strike: Strike | None) -> tuple[tuple[str, date, date], ...]:
    """Give the phases that the figure over time can show: the strike, or phases of the articles that do not overlap."""
    if strike:
        return (("strike", strike.first, strike.last),)
    days: dict[str, list[date]] = {}
    for entry in spoken:
        if entry.phase and entry.day:
            days.setdefault(entry.phase, []).append(entry.day)
    spans = sorted(((name, min(of), max(of)) for name, of in days.items()), key=lambda s: s[1:])
    apart = all(a[2] < b[1] for a, b in pairwise(spans))
    return tuple(spans) if apart else ()


def _groups(spoken: Sequence[Entry], names: Sequence[str]) -> tuple[Group, ...]:
    by_name: dict[str, list[ResultArticle]] = {}
    for entry, name in zip(spoken, names, strict=True):
        by_name.setdefault(name or UNNAMED, []).append(entry.article)
    groups = [Group(name, voice_of(of)) for name, of in by_name.items()]
    return tuple(sorted(groups, key=lambda g: (-g.voice.units, g.name)))
