"""Training articles made afresh in each epoch: a quotation mark lost, names replaced, page furniture inserted.

What replaces a name comes from the other training articles, so no list of names is kept anywhere; people's names, the
places in the names of bodies, and bodies' acronyms are recognised by their form alone. Page furniture are the lines
that copy from the web has between its paragraphs and nobody says: link lines, captions, embeds, prompts.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from .article import Article, Span
from .errors import InputError
from .marks import quotations
from .params import TrainSplitterParams
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
_SENTENCE_END = re.compile(r"\b[a-z]\w{2,}[.!?][\"'”’)]*(?= [\"'“‘(]?[A-Z])")
_PLACES_OF_FURNITURE = (1, 4)
_LINES_IN_A_ROW = (1, 1, 1, 2, 3)


@dataclass(frozen=True)
class NamePools:
    """What replaces a name: first names, last names and places seen in the training data, each in sorted order."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Augmentation:
    """What makes articles afresh: a source of chance, names that may stand in for others, lines of page furniture."""

    chance: random.Random
    names: NamePools
    furniture: Sequence[str]

    def of(self, annotated: Annotated, params: TrainSplitterParams) -> Annotated:
        """Make an article afresh: other names and breaks, page furniture, a mark less, each in its share of cases."""
        if self.chance.random() < params.rename:
            annotated = with_other_names(annotated, self.names, self.chance)
        if self.chance.random() < params.reflow:
            annotated = reflowed(annotated, self.chance)
        if self.chance.random() < params.furniture:
            annotated = with_furniture(annotated, self.furniture, self.chance)
        if self.chance.random() < params.augment:
            annotated = without_a_mark(annotated[0], self.chance), annotated[1]
        return annotated


def read_furniture(path: Path) -> tuple[str, ...]:
    """Read lines of page furniture, one a line of the file; blank lines do not count.

    Raises `InputError` where the file is missing.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        remedy = "restore the file, or set train_splitter.furniture in params.yaml to 0.0"
        raise InputError(f"{path}: the lines of page furniture cannot be read ({error.strerror}); {remedy}") from error
    return tuple(line.strip() for line in text.splitlines() if line.strip())


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

    return replace(article, text=renamed(article.text)), [
        replace(unit, speaker_name=renamed(unit.speaker_name), speaker_role=renamed(unit.speaker_role))
        for unit in _moved(units, found)
    ]


def with_furniture(annotated: Annotated, lines: Sequence[str], chance: random.Random) -> Annotated:
    """Insert page furniture as paragraphs of its own at one to four places of an article; the units move along.

    `lines` are what is drawn from. At a place stand one to three lines that stand in a row there too, such as the
    heading of a list of links and its first links. No unit's content is torn.
    """
    article, units = annotated
    spans = [span for unit in units for span in unit.spans]
    places = [p for p in article.paragraph_starts if not any(start < p < end for start, end in spans)]
    if not places or not lines:
        return annotated
    inserted = []
    for place in sorted(chance.sample(places, min(len(places), chance.randint(*_PLACES_OF_FURNITURE)))):
        first = chance.randrange(len(lines))
        block = lines[first : first + chance.choice(_LINES_IN_A_ROW)]
        inserted.append((place, place, "".join(f"{line}\n\n" for line in block)))
    pieces, at = [], 0
    for place, _, block in inserted:
        pieces += [article.text[at:place], block]
        at = place
    return replace(article, text="".join([*pieces, article.text[at:]])), _moved(units, inserted)


def reflowed(annotated: Annotated, chance: random.Random) -> Annotated:
    """Lose a random share of the breaks between paragraphs, or break at a random share of the ends of sentences.

    Line breaks and spaces take each other's place, so that no offset moves. No new break stands inside a unit, since a
    quotation that goes on in the next paragraph would be annotated otherwise.
    """
    article, units = annotated
    if chance.random() < 0.5:
        places = [(end, start) for (_, end), (start, _) in pairwise(article.paragraphs)]
        filling = " "
    else:
        taken = [_extent(unit) for unit in units]
        ends = (m.end() for m in _SENTENCE_END.finditer(article.text))
        places = [(at, at + 1) for at in ends if not any(start <= at < end for start, end in taken)]
        filling = "\n"
    share, text = chance.random(), list(article.text)
    for start, end in places:
        if chance.random() < share:
            text[start:end] = filling * (end - start)
    return replace(article, text="".join(text)), units


def without_a_mark(article: Article, chance: random.Random) -> Article:
    """Lose one quotation mark, as untidy copy does; a space takes its place, so that no offset moves."""
    marks = [i for q in quotations(article) for i in (q.outer[0], q.outer[1] - 1) if not article.text[i].isalnum()]
    if not marks:
        return article
    at = chance.choice(marks)
    return replace(article, text=article.text[:at] + " " + article.text[at + 1 :])


def _extent(unit: QuoteUnit) -> Span:
    spans = [*unit.spans, *(span for span in (unit.cue, unit.speaker) if span)]
    return min(start for start, _ in spans), max(end for _, end in spans)


def _moved(units: Sequence[QuoteUnit], replaced: Sequence[tuple[int, int, str]]) -> list[QuoteUnit]:
    moved = _Moved(replaced)
    return [
        replace(
            unit,
            spans=tuple(moved.span(span) for span in unit.spans),
            cue=moved.span(unit.cue) if unit.cue else None,
            speaker=moved.span(unit.speaker) if unit.speaker else None,
        )
        for unit in units
    ]


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
