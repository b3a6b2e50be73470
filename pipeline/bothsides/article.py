"""The article: its text exactly as given, its paragraphs as character ranges, and the user's own columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

Span = tuple[int, int]
"""A character range into an article's text: start inclusive, end exclusive."""

_BLANK_LINE = re.compile(r"(?>\r\n|\n|\r)[^\S\r\n]*(?>\r\n|\n|\r)\s*")
_BREAK = re.compile(r"[\r\n]")
_LINE = re.compile(r"[^\r\n]+")
_LONGEST_WRAPPED_LINE = 100
_SENTENCE_END = re.compile(r"[.!?:][\"'”’)\]]*$")


@dataclass(frozen=True)
class Article:
    """One news article.

    `text` is what the user gave, unaltered (for HTML: as extracted). `columns` are the input's other columns
    (outlet, date, url, ...), carried through untouched.
    """

    id: str
    text: str
    columns: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """The paragraphs in reading order, without surrounding white space."""
        return paragraph_spans(self.text)

    @cached_property
    def paragraph_starts(self) -> tuple[int, ...]:
        """The first character of each paragraph."""
        return tuple(start for start, _ in self.paragraphs)

    @property
    def words(self) -> int:
        """The number of white-space separated words of the text."""
        return len(self.text.split())


def paragraph_spans(text: str) -> tuple[Span, ...]:
    """Find the paragraphs of a text.

    Blank lines part paragraphs. Inside a block without blank lines each line is a paragraph of its own, unless the
    block is hard-wrapped: short lines, most of which break off in the middle of a sentence.
    """
    spans: list[Span] = []
    start = 0
    for gap in _BLANK_LINE.finditer(text):
        spans += _block_paragraphs(text, start, gap.start())
        start = gap.end()
    return tuple(spans + _block_paragraphs(text, start, len(text)))


def unwrapped(article: Article) -> Article:
    """Give an article whose line breaks inside paragraphs are spaces; every character keeps its place."""
    wrapped = [span for span in article.paragraphs if _BREAK.search(article.text, *span)]
    if not wrapped:
        return article
    pieces, at = [], 0
    for start, end in wrapped:
        pieces += [article.text[at:start], _BREAK.sub(" ", article.text[start:end])]
        at = end
    return Article(article.id, "".join([*pieces, article.text[at:]]), article.columns)


def paragraph_at(article: Article, position: int) -> int:
    """Give the index (from 0) of the paragraph that holds a character position, or of the last one before it."""
    return max(0, bisect_right(article.paragraph_starts, position) - 1)


def _block_paragraphs(text: str, start: int, end: int) -> list[Span]:
    lines = [_stripped(text, m.start(), m.end()) for m in _LINE.finditer(text, start, end)]
    lines = [span for span in lines if span[0] < span[1]]
    if len(lines) > 1 and _hard_wrapped(text, lines):
        return [(lines[0][0], lines[-1][1])]
    return lines


def _hard_wrapped(text: str, lines: list[Span]) -> bool:
    inner = lines[:-1]
    if max(e - s for s, e in inner) > _LONGEST_WRAPPED_LINE:
        return False
    broken = sum(not _SENTENCE_END.search(text[s:e]) for s, e in inner)
    return 2 * broken > len(inner) and sum(e - s for s, e in inner) >= 45 * len(inner)


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
