"""Training articles made afresh in each epoch: a quotation mark lost, names of people, places and bodies replaced.

What replaces a name comes from the other training articles, so no list of names is kept anywhere; people's names, the
places in the names of bodies, and bodies' acronyms are recognised by their form alone.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .article import Article, Span
from .marks import quotations
from .unit import QuoteUnit

Annotated = tuple[Article, list[QuoteUnit]]

_BODY_WORD = re.compile(
    r"\b(?:administration|association|board|chapter|city|coalition|college|committee|council|county|department|district|"
    r"federation|group|legislature|local|management|office|officials|parents|party|public|schools?|senate|society|state|"
    r"students|superintendents|system|teachers?|team|unified|union|university)\b",
    re.IGNORECASE,
)
_BODY = (
    r"(?:Teachers?|Education|Educators?|Federation|Public|School|Schools|City|County|Unified|Independent|Community|"
    r"Area|Consolidated|Classroom|Board|Parents?|Professional)"
)
_PLACE = re.compile(rf"\b(?!The\b|An?\b)((?:[A-Z][\w’'.-]+ ){{1,2}}?){_BODY}\b")
_ACRONYM = re.compile(r"\b([A-Z]{1,3})(TU|FT|EA|TA|PS|SD|SB)\b")
_NAME_WORD = re.compile(r"^[A-Z][\w’'.-]*$")
_LETTERS = "ABCDEFGHIJKLMNOPRSTUVW"


@dataclass(frozen=True)
class NamePools:
    """What replaces a name: first names, last names and places seen in the training data, each in sorted order."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    places: tuple[str, ...]


def name_pools(annotated: Sequence[Annotated]) -> NamePools:
    """Collect the names that may stand in for others."""
    units = [unit for _, units in annotated for unit in units]
    people = [words for unit in units if (words := _person(unit.speaker_name))]
    places = {m[1].strip() for unit in units for m in _PLACE.finditer(f"{unit.speaker_name}; {unit.speaker_role}")}
    return NamePools(
        tuple(sorted({words[0] for words in people if len(words) > 1})),
        tuple(sorted({words[-1] for words in people})),
        tuple(sorted(place for place in places if not _BODY_WORD.search(place))),
    )


def with_other_names(annotated: Annotated, pools: NamePools, chance: random.Random) -> Annotated:
    """Replace every name in an article, each consistently wherever it stands; the units move along."""
    article, units = annotated
    names = _replacements(article, units, pools, chance)
    if not names:
        return annotated
    pattern = re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(n) for n in sorted(names, key=lambda n: (-len(n), n))) + r")(?!\w)"
    )
    found = [(m.start(), m.end(), names[m[0]]) for m in pattern.finditer(article.text)]

    def renamed(text: str) -> str:
        return pattern.sub(lambda m: names[m[0]], text)

    moved = _Moved(found)
    return replace(article, text=renamed(article.text)), [
        replace(
            unit,
            spans=tuple(moved.span(span) for span in unit.spans),
            cue=moved.span(unit.cue) if unit.cue else None,
            speaker=moved.span(unit.speaker) if unit.speaker else None,
            speaker_name=renamed(unit.speaker_name),
            speaker_role=renamed(unit.speaker_role),
        )
        for unit in units
    ]


def without_a_mark(article: Article, chance: random.Random) -> Article:
    """Lose one quotation mark, as untidy copy does; a space takes its place, so that no offset moves.

    A quotation that is never closed may lose the end mark of its last sentence instead, a pair of marks one of both.
    """
    marks = [i for q in quotations(article) for i in (q.outer[0], q.outer[1] - 1) if not article.text[i].isalnum()]
    if not marks:
        return article
    at = chance.choice(marks)
    return replace(article, text=article.text[:at] + " " + article.text[at + 1 :])


class _Moved:
    """Where a character range stands after replacements; a range that cuts into one grows to hold all of it."""

    def __init__(self, replaced: Sequence[tuple[int, int, str]]) -> None:
        self._replaced = replaced
        self._starts = [start for start, _, _ in replaced]
        self._shift = [0]
        for start, end, text in replaced:
            self._shift.append(self._shift[-1] + len(text) - (end - start))

    def span(self, span: Span) -> Span:
        return self._edge(span[0], span[0], False), self._edge(span[1], span[1] - 1, True)

    def _edge(self, position: int, inside: int, end: bool) -> int:
        k = bisect_right(self._starts, inside) - 1
        if k >= 0 and inside < self._replaced[k][1]:
            start, _, text = self._replaced[k]
            return start + self._shift[k] + (len(text) if end else 0)
        return position + self._shift[k + 1]


def _replacements(
    article: Article, units: Sequence[QuoteUnit], pools: NamePools, chance: random.Random
) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for name in sorted({unit.speaker_name for unit in units}):
        person = _person(name)
        if person and pools.last:
            if len(person) > 1 and pools.first:
                names.setdefault(person[0], chance.choice(pools.first))
            names.setdefault(person[-1], chance.choice(pools.last))
    if pools.places:
        for match in _PLACE.finditer(article.text):
            if not _BODY_WORD.search(match[1]):
                names.setdefault(match[1].strip(), chance.choice(pools.places))
    for match in _ACRONYM.finditer(article.text):
        names.setdefault(match[0], "".join(chance.choice(_LETTERS) for _ in match[1]) + match[2])
    return names


def _person(name: str) -> list[str]:
    """Give the words of a name that looks like a person's, else nothing."""
    words = name.split()
    if not 1 <= len(words) <= 4 or any(not _NAME_WORD.match(w) for w in words):
        return []
    if _BODY_WORD.search(name) or _ACRONYM.search(name) or (len(words) == 1 and name.isupper()):
        return []
    return words
