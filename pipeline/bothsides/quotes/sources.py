"""The sources of an article, what is known of each, and what follows from it: role and affiliation."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..article import Span
from ..unit import SPOKEN_FOR, Affiliation
from .persons import Person
from .words import PRONOUNS

_BOTH_SIDES = re.compile(r"\b(?:both|two) (?:sides|parties|teams)\b|^both$", re.IGNORECASE)
_ROLE_WEIGHT = 2.0
_LINE_MARKS = "–—-•|: "


@dataclass(frozen=True)
class Evidence:
    """What the tagger knows beyond the units.

    `affiliation` gives the log-probabilities (union, district, other; shape (3,)) of the mention in a span, `roles`
    are the spans that the tagger takes for role words.
    """

    affiliation: Callable[[Span], NDArray[np.float64]]
    roles: tuple[Span, ...] = ()


@dataclass
class Source:
    """One source of an article: a person, a body, a description without a name, or several of them together.

    `mentions` are those that speak, `places` wherever else the article names a body, `served` where it spells out the
    bodies whose acronyms stand in the role.
    """

    name: str
    person: Person | None = None
    members: tuple[Source, ...] = ()
    body: bool = False
    plural: bool = False
    roles: list[Span] = field(default_factory=list)
    mentions: list[Span] = field(default_factory=list)
    places: Sequence[Span] = ()
    served: Sequence[Span] = ()


def role_of(text: str, source: Source) -> str:
    """Give the role words of a source, parts that stand apart joined with `; `, each but once."""
    if source.members:
        return "; ".join(r for r in (role_of(text, m) for m in source.members) if r)
    parts: list[str] = []
    for start, end in source.roles:
        part = " ".join(text[start:end].split()).lstrip(_LINE_MARKS)
        if part and not any(part.lower() in p.lower() for p in parts):
            parts.append(part)
    return "; ".join(parts)


def affiliation_of(text: str, source: Source, evidence: Evidence) -> Affiliation:
    """Name the side that a source speaks for: the highest mean log-probability over its mentions, names and role words.

    Role words and the bodies that they abbreviate count twice, pronouns only where there is nothing else. A joint
    source whose members differ and `both sides` are `other`; a source of which nothing is known is `unknown`. Values
    that are not finite count as very improbable (-20).
    """
    if _BOTH_SIDES.search(source.name):
        return "other"
    if source.members:
        sides = {affiliation_of(text, m, evidence) for m in source.members}
        return sides.pop() if len(sides) == 1 else "other"
    spans = set(source.served) | set(source.mentions) | set(source.roles) | set(source.places)
    if source.person is not None:
        spans |= set(source.person.occurrences)
    telling = {s for s in spans if text[slice(*s)].strip().lower() not in PRONOUNS}
    chosen = sorted(telling or spans)
    if not chosen:
        return "unknown"
    rows = np.stack([np.asarray(evidence.affiliation(span), dtype=np.float64) for span in chosen])
    twice = {*source.roles, *source.served}
    weights = np.array([_ROLE_WEIGHT if span in twice else 1.0 for span in chosen])
    return SPOKEN_FOR[int(np.argmax(weights @ np.nan_to_num(rows, nan=-20.0, neginf=-20.0, posinf=0.0)))]


def attached(spans: Sequence[Span], occurrences: Sequence[tuple[Span, int]], text: str) -> dict[int, list[Span]]:
    """Attach given role spans to sources: each to the nearest occurrence in its paragraph that little stands between.

    `occurrences` are (span, source number) in reading order; a role span that overlaps an occurrence is left out.
    """
    starts = [span[0] for span, _ in occurrences]
    result: dict[int, list[Span]] = {}
    for span in sorted(set(spans)):
        i = bisect_left(starts, span[0])
        best: tuple[int, int] | None = None
        for (start, end), source in occurrences[max(0, i - 3) : i + 3]:
            gap = (end, span[0]) if end <= span[0] else (span[1], start)
            if gap[0] > gap[1]:
                continue
            between = text[gap[0] : gap[1]]
            # A sentence end or a line break parts a description from its name; longer gaps are other clauses.
            if len(between) <= 60 and "\n" not in between and not re.search(r"[.!?][\"”’]?\s", between):
                cost = len(between) + (15 if re.search(r"\b(?:and|but|while)\b", between) else 0)
                cost -= 20 * (start >= span[1] and between.istitle())  # a part of the title before a name
                if best is None or cost < best[0]:
                    best = (cost, source)
        if best is not None:
            result.setdefault(best[1], []).append(span)
    return result
