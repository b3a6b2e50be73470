"""The content spans of units: snapped to quotation marks and trimmed as the guidelines say, and disjoint."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..article import Article, Span, paragraph_at
from ..marks import Quotation
from .row import Row

_SNAP_SHARE, _CUT_SHARE = 0.5, 0.2
"""Shares of a quotation: from the one on, content that reaches into it takes all of it; under the other, none."""

_HIDDEN = "\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Characters without width: breaks, joiners, marks of the writing direction, byte order marks."""
_EDGE_BEFORE = re.compile(rf"[\s\"“”„«»‘`,;:.)\]•▪●◦*–—{_HIDDEN}-]+")
_EDGE_AFTER = re.compile(rf"(?:[\s\"“”«»,;:(\[–—{_HIDDEN}-]|(?<=[\s,])'+)+$")
_SENTENCE_WITH_I = re.compile(r"[.!?]\s+(?=(?:[^.!?\n]*?\s)?I(?:['’](?:m|ve|d|ll))?\s)")
FIRST_PERSON = re.compile(r"\b(?:I|we|me|us|my|our)\b", re.IGNORECASE)
_TURN = re.compile(r"(?:however|meanwhile|though),\s+", re.IGNORECASE)
"""What the writer puts between the source and what it said: `According to NAME, however, ...`."""
_SENTENCE_START = re.compile(r"(?:^|[.?!:…][\"'”’)\]]*\s+)$")
_ENDS_IN_INITIALS = re.compile(r"\b(?:[A-Za-z]\.)+[A-Za-z]?\.$|\b[ap]\.m\.$")


def disjoint_contents(
    article: Article, spans: Sequence[tuple[Span, str]], quoted: Row[Quotation]
) -> list[tuple[Span, str]]:
    """Snap and trim the content among tagged spans in reading order, and take away what would overlap.

    Content without a letter or digit goes.
    """
    occupied = Row([s for s, kind in spans if not kind.startswith("content")], lambda s: s)
    out: list[tuple[Span, str]] = []
    for span, kind in spans:
        if not kind.startswith("content"):
            continue
        start, end = _snapped(span, quoted, occupied)
        start, end = trimmed(article, (start, end), quoted.touching((start, end)))
        if out and start < out[-1][0][1]:
            start = out[-1][0][1]
            end = max(start, end)
            start, end = trimmed(article, (start, end), quoted.touching((start, end)))
        if any(c.isalnum() for c in article.text[start:end]):
            out.append(((start, end), kind))
    return out


def _snapped(span: Span, quoted: Row[Quotation], occupied: Row[Span]) -> Span:
    """Move an edge that falls inside a quotation to the quotation's edge, outwards where most of it is content."""
    start, end = span
    for q in quoted.touching(span):
        low, high = q.inner
        if not (low < end and start < high):
            continue
        if any(low < o[1] and o[0] < high for o in occupied.touching(q.inner)):
            continue
        share = (min(end, high) - max(start, low)) / max(1, high - low)
        if share >= _SNAP_SHARE:
            start, end = min(start, low), max(end, high)
        elif start < low and end < high and share < _CUT_SHARE:
            end = q.outer[0]
        elif low < start and high < end and share < _CUT_SHARE:
            start = q.outer[1]
    return start, max(start, end)


def trimmed(article: Article, span: Span, quoted: Sequence[Quotation]) -> Span:
    """Leave out what the guidelines leave out at the edges: marks, white space, separating punctuation.

    A final full stop stays where the quotation is itself a sentence. Returns an empty range where nothing is left.
    """
    text, (start, end) = article.text, span
    if match := _EDGE_BEFORE.match(text, start, end):
        start = match.end()
    if (turn := _TURN.match(text, start, end)) and not any(q.inner[0] <= start < q.inner[1] for q in quoted):
        start = turn.end()
    while True:
        tail = _EDGE_AFTER.search(text, start, end)
        if tail:
            end = tail.start()
        elif end > start and text[end - 1] == "'" and any(q.outer[1] == end for q in quoted):
            end -= 1
        elif end > start and text[end - 1] == "." and not _own_sentence(article, start, end, quoted):
            if _ENDS_IN_INITIALS.search(text, max(start, end - 12), end):
                return start, end
            end -= 1
        else:
            return (start, end) if start < end else (start, start)


def without_own_words(text: str, span: Span, quoted: bool) -> Span:
    """End what is told in other words before a sentence in which the writer says `I`: nobody else does there.

    `quoted` tells that quotation marks touch it.
    """
    first = None if quoted else _SENTENCE_WITH_I.search(text, *span)
    return span if first is None or FIRST_PERSON.search(text, span[0], first.start()) else (span[0], first.start())


def _own_sentence(article: Article, start: int, end: int, quoted: Sequence[Quotation]) -> bool:
    for q in quoted:
        if q.outer[0] < end <= q.outer[1] and (end >= q.inner[1] or not q.closed):
            paragraph = article.paragraphs[paragraph_at(article, q.outer[0])]
            before = article.text[max(paragraph[0], q.outer[0] - 12) : q.outer[0]]
            return bool(_SENTENCE_START.search(before)) and start <= q.inner[1]
    return False
