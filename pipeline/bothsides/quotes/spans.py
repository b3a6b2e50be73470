"""Tidying of tagged spans: a tag's edge inside a word moves to the word's edge, a mention ends with its noun."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..article import Span
from .words import CALENDAR, DETERMINERS, FUNCTION_WORDS, PRONOUNS, QUANTIFIERS

_WORD_PARTS = re.compile(r"[\w’'-]")
_JOINS = "’'-"
_WORD = re.compile(r"[^\s\u00a0]+")
_ENDS_A_MENTION = PRONOUNS | QUANTIFIERS | {"other", "two", "three", "four", "five", "here", "there"}


def tidied(text: str, spans: Sequence[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Tidy spans given in any order; they come out in reading order, and none grows into its neighbour.

    A mention that is nothing but an article or a preposition goes.
    """
    out: list[tuple[Span, str]] = []
    ordered = sorted(spans)
    for i, (span, kind) in enumerate(ordered):
        low = out[-1][0][1] if out else 0
        high = ordered[i + 1][0][0] if i + 1 < len(ordered) else len(text)
        start, end = _whole_words(text, span, low, high)
        if kind.startswith("speaker"):
            start, end = _mention(text, (start, end))
        if start < end:
            out.append(((start, end), kind))
    return out


def _whole_words(text: str, span: Span, low: int, high: int) -> Span:
    """Widen a span to whole words between two positions; a possessive ending stays outside."""
    start, end = span
    while start > low and _inside_word(text, start):
        start -= 1
    if _inside_word(text, end) and not re.match(r"['’](?:s\b|\W|$)", text[end : end + 3]):
        while end < high and _inside_word(text, end) and not re.match(r"['’](?:s\b|\W|$)", text[end : end + 3]):
            end += 1
    return start, end


def _inside_word(text: str, at: int) -> bool:
    """Tell whether a position stands between two characters of one word."""
    if not 0 < at < len(text) or not (_WORD_PARTS.match(text, at - 1) and _WORD_PARTS.match(text, at)):
        return False
    before, after = text[at - 1], text[at]
    if before in _JOINS:
        return after not in _JOINS and at > 1 and text[at - 2].isalnum()
    return after not in _JOINS or text[at + 1 : at + 2].isalnum()


def _mention(text: str, span: Span) -> Span:
    """Take off the words at a mention's end that no noun phrase ends in: `NAME on Friday`, `NAME of`, `NAME did not`."""
    start, end = span
    words = [(m.start(), m.end()) for m in _WORD.finditer(text, start, end)]
    low = [text[slice(*w)].strip(",.;:\"“”'’").lower() for w in words]
    while words:
        if low[-1] in CALENDAR and len(words) > 2 and low[-2] in ("on", "last", "late", "early", "since"):
            pass
        elif low[-1] in _ENDS_A_MENTION or (low[-1] and low[-1] not in FUNCTION_WORDS | DETERMINERS):
            return start, words[-1][1]
        elif len(words) > 1 and text[words[-1][0]].isupper():
            return start, words[-1][1]
        words.pop()
        low.pop()
    return start, start
