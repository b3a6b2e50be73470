"""Dialogues: interviews and transcripts of broadcasts, in which a label before each turn says who speaks.

No clause reports what is said there and no marks stand around it, so the tagger leaves most of it out. What tells a
dialogue from a fact box (`Salary: ...`) or a page of explanations is in `parties`. What is in doubt stays as it was
linked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ..article import Article, Span, paragraph_at
from ..marks import UnitType, quotations
from ..unit import QuoteUnit
from .contents import trimmed
from .mentions import find_names
from .parties import Turn, answering, parted

FIRST_PERSON = re.compile(
    r"\b(?:[Ww]e|[Oo]ur|[Mm]y)\b|(?<![\w-])(?<!Title )(?<!War )(?<!Phase )(?<!Part )(?<!Type )I(?=['’ ][a-z])"
)
_STAGE = re.compile(r"(?:\s|\([^()\n]*\))*")
"""What begins a turn and nobody says: `(SOUNDBITE OF CHANTING)`, `(Laughter)`."""
_SENTENCE = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’]))\s+|\n+")
_TALKS = re.compile(
    r"\b(?:(?:spoke|speaks?|talk(?:s|ed)?|sat down|conversation|interview|Q&A)(?: \w+)? (?:with|to)|interview(?:ed|s)|"
    r"answer(?:s|ed) (?:\w+ )?questions|took questions|testified)\b"
)
"""What the introduction says of the person who answers."""
_WRITER = re.compile(r"\b(?:reporter|correspondent|columnist|editor|writer|[Bb]y)[ \u00a0]$")


def in_turns(article: Article, units: Sequence[QuoteUnit], furniture: Collection[int]) -> list[QuoteUnit]:
    """Make the turns of a dialogue units of their speakers, but for those who ask and those on the outlet's staff.

    `units` are the linked ones in reading order, `furniture` the paragraphs to look past. What comes back is in reading
    order and disjoint; in an article that is no dialogue it is what was given. A turn is printed speech: one direct
    unit a paragraph. What a clause reports within a turn is part of it. A turn in quotation marks stays as linked.
    """
    quoting = {paragraph_at(article, u.start) for u in units if u.cue and u.type != "indirect"}
    turns = parted(article, quoting)
    spoken: dict[int, QuoteUnit] = {}
    parties = answering(article, turns)
    asked = {paragraph for t in turns if parties and t.party not in parties for paragraph in t.paragraphs}
    for party in sorted(parties):
        own = [turn for turn in turns if turn.party == party]
        presented = None if own[0].mention else _presented(article, own, turns[0].paragraphs[0], quoting)
        for turn in own:
            for paragraph in turn.paragraphs if (turn.mention or presented) else ():
                span = _said(article, turn, paragraph)
                words = whole(article, span, "direct")
                labelled = paragraph == turn.paragraphs[0]
                if words and article.text[span[0]] not in "\"“‘'" and (labelled or paragraph not in furniture):
                    spoken[paragraph] = replace(words[0], speaker=turn.mention or presented)
    # What nobody is said to have said in the turn of one who asks is not the answer of before that goes on.
    linked = [u for u in units if u.cue or u.speaker or paragraph_at(article, u.start) not in asked]
    kept = [part for unit in linked if (part := _outside(article, unit, spoken))]
    return sorted([*kept, *spoken.values()], key=lambda u: u.start)


def whole(article: Article, span: Span, type_: UnitType) -> list[QuoteUnit]:
    """Make a unit without a clause of a stretch, none of one without words; printed speech keeps its full stop."""
    start, end = trimmed(article, span, ())
    stop = type_ == "direct" and article.text[end : span[1]] == "."
    words = any(c.isalnum() for c in article.text[start:end])
    return [QuoteUnit(spans=((start, end + stop),), type=type_)] if words else []


def _said(article: Article, turn: Turn, paragraph: int) -> Span:
    start, end = article.paragraphs[paragraph]
    stage = _STAGE.match(article.text, max(start, turn.words), end)
    return (stage.end() if stage else start), end


def _presented(article: Article, answers: Sequence[Turn], first: int, quoting: Collection[int]) -> Span | None:
    """Give the mention, in the introduction, of the person who gives the answers after an `A:`.

    It is the only one named where that tells of the talk, or else whom it names more than twice as often as anybody.
    Where a third of the answers quotes somebody, or too few are in the first person, the outlet explains and nobody
    answers: a third of them where the introduction tells of the talk, else half.
    """
    spans = [_said(article, turn, turn.paragraphs[0]) for turn in answers]
    marked = [q.outer for q in quotations(article)]
    own = 0
    for start, end in spans:
        outside = [at.start() for at in FIRST_PERSON.finditer(article.text, start, end)]
        own += any(not any(low < at < high for low, high in marked) for at in outside)
    start = article.paragraphs[first][0]
    ends = [0, *(m.end() for m in _SENTENCE.finditer(article.text, 0, start)), start]
    telling = [s for s in pairwise(ends) if _TALKS.search(article.text, *s)]
    if (3 if telling else 2) * own < len(spans) or 3 * sum(t.paragraphs[0] in quoting for t in answers) >= len(spans):
        return None
    persons = [p for p in find_names(article.text).persons if p.human]
    named = {p.name: [o for o in p.occurrences if o[1] <= start] for p in persons}
    told = {n: [o for o in some if any(s <= o[0] < e for s, e in telling)] for n, some in named.items()}
    found = _outnumbering(told, 0) or _outnumbering(named, 2)
    # `Our reporter NAME answers your questions.`
    return None if found and _WRITER.search(article.text, max(0, found[0] - 40), found[0]) else found


def _outnumbering(named: Mapping[str, Sequence[Span]], times: int) -> Span | None:
    """Give the first mention of the only person, or with `times` of the one with more than so many times as many."""
    most, *others = sorted(named.values(), key=len, reverse=True) or [[]]
    second = len(others[0]) if others else 0
    return most[0] if len(most) > times * second and (times or not second) else None


def _outside(article: Article, unit: QuoteUnit, spoken: Collection[int]) -> QuoteUnit | None:
    """Give what of a linked unit stands outside the paragraphs of turns, None where that is nothing."""
    if unit.cue and paragraph_at(article, unit.cue[0]) in spoken:
        return None
    spans = tuple(span for span in unit.spans if paragraph_at(article, span[0]) not in spoken)
    return replace(unit, spans=spans) if spans else None
