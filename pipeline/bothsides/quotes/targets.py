"""Training targets: what the tagger should say about each token of an annotated article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..article import Article, Span
from ..unit import SPOKEN_FOR, QuoteUnit
from .tags import ROLES, TAGS
from .windows import Tokens

IGNORE = -100
"""The target of a token that says nothing about a question (PyTorch's default `ignore_index`)."""


@dataclass(frozen=True)
class Targets:
    """One number a token for each question: tag, side of whoever is mentioned, role words."""

    tags: list[int]
    sides: list[int]
    roles: list[int]


def targets(article: Article, units: Sequence[QuoteUnit], tokens: Tokens) -> Targets:
    """Lay the gold units of an article and their sources over its tokens."""
    size = len(tokens)
    tags, sides, roles = [0] * size, [IGNORE] * size, [0] * size
    for span, kind in marked_spans(units):
        _paint(tags, tokens, span, TAGS.index(f"B-{kind}"), TAGS.index(f"I-{kind}"))
    for name, role, affiliation in sorted({(u.speaker_name, u.speaker_role, u.affiliation) for u in units}):
        if affiliation not in SPOKEN_FOR:
            continue
        side = SPOKEN_FOR.index(affiliation)
        role_spans = find_roles(article, name, role)
        for span in role_spans:
            _paint(roles, tokens, span, ROLES.index("B-role"), ROLES.index("I-role"))
        for span in [*role_spans, *_occurrences(article.text, name)]:
            _paint(sides, tokens, span, side, side)
    for unit in units:
        if unit.speaker and unit.affiliation in SPOKEN_FOR:
            side = SPOKEN_FOR.index(unit.affiliation)
            _paint(sides, tokens, unit.speaker, side, side)
    return Targets(tags, sides, roles)


def marked_spans(units: Sequence[QuoteUnit]) -> list[tuple[Span, str]]:
    """List every span of the units with the kind of tag it bears, in reading order; a shared mention comes once."""
    marked: dict[Span, str] = {}
    cues: dict[Span, list[Span]] = {}
    for unit in units:
        if unit.speaker:
            cues.setdefault(unit.speaker, []).append(unit.cue or unit.spans[0])
        if unit.cue:
            marked[unit.cue] = "cue"
        for span in unit.spans:
            marked[span] = "content-none" if unit.cue is None else f"content-{_side(span, unit.cue)}"
    for speaker, served in cues.items():
        nearest = min(served, key=lambda cue: max(cue[0] - speaker[1], speaker[0] - cue[1]))
        marked[speaker] = f"speaker-{_side(speaker, nearest)}"
    return sorted(marked.items())


def find_roles(article: Article, name: str, role: str) -> list[Span]:
    """Find where an article says a source's role: for each part, the occurrence nearest to the source's name."""
    names = _occurrences(article.text, name) or _occurrences(article.text, name.split()[-1] if name else "")
    found = []
    for part in filter(None, (p.strip() for p in role.split(";"))):
        places = _occurrences(article.text, part)
        if places:
            found.append(min(places, key=lambda p: min((abs(p[0] - n[0]) for n in names), default=p[0])))
    return found


def _side(span: Span, cue: Span) -> str:
    return "left" if cue[0] < span[0] else "right"


def _occurrences(text: str, words: str) -> list[Span]:
    if not words:
        return []
    return [m.span() for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)]


def _paint(row: list[int], tokens: Tokens, span: Span, begin: int, inside: int) -> None:
    first = True
    for i, (start, end) in enumerate(tokens.spans):
        if start >= span[1]:
            break
        if end > span[0]:
            row[i] = begin if first else inside
            first = False
