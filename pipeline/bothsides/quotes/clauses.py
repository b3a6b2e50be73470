"""Where clauses, and the descriptions in them, begin and end: ends of sentences, marks, brackets, dashes, commas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..article import Span
from .titles import SHORT_FORMS

ABBREVIATION_END = re.compile(rf"(?:\b(?:{'|'.join(SHORT_FORMS)}|Inc|No)|\b[A-Za-z])\.$")
_BOUNDARY = re.compile(r"[.!?](?=[\s\"”’')]|$)|[\"“”«»;:\n\r()\[\]]| [–—-]+ |—")
_LIST = re.compile(r"(?:[\w’'-]+ ){0,2}[\w’'-]+(?:, (?:[\w’'-]+ ){0,2}[\w’'-]+)* and (?:[\w’'-]+ ?){1,3}(?:,|$)")
_GOES_ON = re.compile(r"(?:and|or|who|whose|which)\b")
_LONGEST_MIDDLE = 90


def clause_start(text: str, low: int, end: int) -> int:
    """Give where the clause begins that holds `end`, at `low` at the earliest."""
    return max((right for _, right in _boundaries(text, low, end)), default=low)


def clause_end(text: str, begin: int, limit: int) -> int:
    """Give where the clause ends that holds `begin`, at `limit` at the latest."""
    return next((left for left, _ in _boundaries(text, begin, limit)), limit)


def first_comma(text: str, begin: int, stop: int) -> int:
    """Give the first comma that closes a phrase; one inside a list (`art, music and drama`) does not."""
    at = text.find(", ", begin, stop)
    if at >= 0 and _LIST.match(text, at + 2, stop):
        at = text.find(", ", at + 2, stop)
    return at if at >= 0 else stop


def goes_on(middle: str) -> bool:
    """Tell whether what stands between two commas goes on with the same description (a list inside it)."""
    return len(middle) < _LONGEST_MIDDLE and bool(_GOES_ON.match(middle.lstrip()))


def _boundaries(text: str, low: int, high: int) -> Iterator[Span]:
    for m in _BOUNDARY.finditer(text, low, high):
        if m.group() != "." or not ABBREVIATION_END.search(text, max(0, m.start() - 6), m.end()):
            yield m.span()
