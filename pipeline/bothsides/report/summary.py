"""What the report says of a set of articles: every figure of its tables, computed from the units alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ..evaluation.bootstrap import Estimate
from ..unit import STANCES, StanceLabel
from .dates import AFTER, BEFORE, DURING, Days, Period, Strike, day_first, ordered_phases, period_of, start_of
from .entries import HEARD, VOICES, Columns, Entry, entry_of, kind_of
from .results import ResultArticle, Unit
from .sources import SOURCE_TYPES
from .voice import Comparison, Voice, compare, share_of_units, shares_of_articles, voice_of

TYPES = ("direct", "mixed", "indirect")
MOST_REVIEWED = 200
UNNAMED = "(none given)"


@dataclass(frozen=True)
class Group:
    """The voice of a group of articles or of units, and the share of all articles in which it is heard."""

    name: str
    voice: Voice
    heard_in: Estimate | None = None


@dataclass(frozen=True)
class Summary:
    """Every figure of the report; `coarse` counts articles whose date, a month or a year, tells no phase or period."""

    entries: tuple[Entry, ...]
    columns: Columns
    voice: Voice
    comparison: Comparison
    period: Period | None
    coarse: int
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

    @property
    def days(self) -> Days | None:
        """The days from the first to the last of the articles; None where no date is known."""
        known = [e.days for e in self.entries if e.days]
        return Days(min(d.first for d in known), max(d.last for d in known)) if known else None


def summarise(articles: Sequence[ResultArticle], columns: Columns, strike: Strike | None = None) -> Summary:
    """Compute the report's figures; with `strike`, phases come from the dates."""
    by_day = day_first(a.columns.get(columns.date, "") for a in articles) if columns.date else False
    entries = tuple(entry_of(a, columns, strike, by_day) for a in articles)
    spoken = [e for e in entries if e.article.units]
    heard_articles = [e.article for e in spoken]
    dates = [e.days for e in spoken if e.days]
    period = period_of(dates) if len(set(dates)) > 1 else None
    placed = [e for e in spoken if period and e.days and e.days.within(period)]
    reviewed = sorted(
        ((e, u) for e in spoken for u in e.article.units), key=lambda pair: (not pair[1].abstain, pair[1].confidence)
    )
    sources = []
    for kind in SOURCE_TYPES:
        voice = voice_of(heard_articles, lambda _, u, kind=kind: kind_of(u) == kind)  # type: ignore[misc]
        present = ["yes" if kind in e.kinds else "no" for e in entries]
        sources.append(Group(kind, voice, shares_of_articles(present, ("yes",)).get("yes")))
    return Summary(
        entries=entries,
        columns=columns,
        voice=voice_of(heard_articles),
        comparison=compare(heard_articles),
        period=period,
        coarse=sum(
            bool(e.days and ((strike and not e.phase) or (period and not e.days.within(period)))) for e in entries
        ),
        times=_times(placed, period) if period else (),
        phases=_phases(spoken, strike),
        spans=_spans(placed, strike),
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


def _ends(article: ResultArticle) -> tuple[StanceLabel, StanceLabel]:
    """Give the stances of the first and of the last unit by where their contents begin and end."""
    first = min(article.units, key=lambda u: u.spans[0][0])
    return first.stance, max(article.units, key=lambda u: u.spans[-1][1]).stance


def _times(placed: Sequence[Entry], period: Period) -> tuple[tuple[date, Voice], ...]:
    groups: dict[date, list[ResultArticle]] = {}
    for entry in placed:
        if entry.days:
            groups.setdefault(start_of(entry.days.first, period), []).append(entry.article)
    return tuple((start, voice_of(groups[start])) for start in sorted(groups))


def _phases(spoken: Sequence[Entry], strike: Strike | None) -> tuple[Group, ...]:
    articles: dict[str, list[ResultArticle]] = {}
    days: dict[str, list[date]] = {}
    for entry in spoken:
        articles.setdefault(entry.phase, []).append(entry.article)
        days.setdefault(entry.phase, []).extend([entry.days.first] if entry.days else [])
    if not any(articles):
        return ()
    first = {phase: min(of, default=None) for phase, of in days.items()}
    names = [p for p in (BEFORE, DURING, AFTER) if p in first] if strike else ordered_phases(first)
    named = [n for n in names if n] + ([""] if "" in first else [])
    return tuple(Group(n or UNNAMED, voice_of(articles[n])) for n in named)


def _spans(placed: Sequence[Entry], strike: Strike | None) -> tuple[tuple[str, date, date], ...]:
    """Give the phases that the figure over time can show: the strike, or phases of the articles that do not overlap."""
    if strike:
        return (("strike", strike.first, strike.last),)
    days: dict[str, list[date]] = {}
    for entry in placed:
        if entry.phase and entry.days:
            days.setdefault(entry.phase, []).append(entry.days.first)
    spans = sorted(((name, min(of), max(of)) for name, of in days.items()), key=lambda s: s[1:])
    apart = all(a[2] < b[1] for a, b in pairwise(spans))
    return tuple(spans) if apart else ()


def _groups(spoken: Sequence[Entry], names: Sequence[str]) -> tuple[Group, ...]:
    by_name: dict[str, list[ResultArticle]] = {}
    for entry, name in zip(spoken, names, strict=True):
        by_name.setdefault(name or UNNAMED, []).append(entry.article)
    groups = [Group(name, voice_of(of)) for name, of in by_name.items()]
    return tuple(sorted(groups, key=lambda g: (-g.voice.units, g.name)))
