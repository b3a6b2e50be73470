"""Quotation marks: where the quoted stretches of a paragraph are, though marks get lost, mixed and nested.

Double marks (straight, curly, angular, and the pairs `` and '') are always quotation marks. Single ones are only
where the article quotes with them, because most of them are apostrophes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal, get_args

from .article import Article, Span

UnitType = Literal["direct", "indirect", "mixed"]
UNIT_TYPES: tuple[UnitType, ...] = get_args(UnitType)

_OPENING, _CLOSING, _EITHER = "“«„‟", "”»", '"＂'
_DOUBLE = re.compile(r"``|''|[“«„‟”»\"＂]")
_BEFORE_OPENING = re.compile(r"[\s(\[–—-]")
_AFTER_CLOSING = re.compile(r"[\s.,;:!?)\]–—-]")
_SINGLE_OPEN = re.compile(r"(?<![^\s(\[—–-])['‘’](?=[\w$£\[(…])")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?;:…)\]—–-])['’](?!\w)")
_SINGLE_STYLE = re.compile(r"(?:^|[\s(])['‘](?=\w)[^'‘’\n]*(?:['’]\w[^'‘’\n]*)*[.,!?]['’](?!\w)", re.MULTILINE)


@dataclass(frozen=True)
class Quotation:
    """A quoted stretch: `outer` with its marks, `inner` without them; `closed` is false where a mark is missing."""

    outer: Span
    inner: Span
    closed: bool


def quotes_singly(text: str) -> bool:
    """Tell whether an article quotes with single marks: such quotations outnumber those with double marks.

    Those inside the other kind do not count, so that quotations within quotations decide nothing.
    """
    if not _SINGLE_STYLE.search(text):
        return False
    singles = doubles = 0
    for line in text.splitlines():
        marks = [m.start() for m in _DOUBLE.finditer(line.replace("''", "  "))]
        inside = [m.span() for m in _SINGLE_STYLE.finditer(line)]
        singles += sum(bisect_left(marks, start + 1) % 2 == 0 for start, _ in inside)
        doubles += sum(not any(s < at < e for s, e in inside) for at in marks)
    return 2 * singles > doubles


def quotations(article: Article) -> list[Quotation]:
    """Find the quoted stretches of an article, in reading order.

    A mark that is never closed in its paragraph opens a stretch to the paragraph's end, as in quotations that run
    over several paragraphs, or to the next opening mark. A closing mark without an opening one opens a stretch from the
    paragraph's start where no other mark stands before it. Quotations within quotations of the same marks are part of
    the outer one. Straight marks open or close by what stands beside them.
    """
    singly = quotes_singly(article.text)
    found: list[Quotation] = []
    for start, end in article.paragraphs:
        found += _paragraph_quotations(article.text, start, end, singly)
    return found


def unit_type(text: str, spans: tuple[Span, ...], quoted: list[Quotation]) -> UnitType:
    """Name a unit's type by the share of its letters and digits that stands inside quotation marks.

    95% and more is `direct`, 5% and more `mixed`, the rest `indirect`.
    """
    total = inside = 0
    for start, end in spans:
        near = [q.outer for q in quoted if q.outer[0] < end and start < q.outer[1]]
        for i in range(start, end):
            if text[i].isalnum():
                total += 1
                inside += any(s <= i < e for s, e in near)
    share = inside / total if total else 0.0
    return "direct" if share >= 0.95 else "mixed" if share >= 0.05 else "indirect"


def _paragraph_quotations(text: str, start: int, end: int, singly: bool) -> list[Quotation]:
    found: list[Quotation] = []
    opened: Span | None = None
    depth = 0
    marks = _marks(text, start, end, singly)
    # How many more marks close than open from each mark on: what tells a quotation within a quotation from a lost mark.
    surplus = [0] * (len(marks) + 1)
    for i in range(len(marks) - 1, -1, -1):
        surplus[i] = surplus[i + 1] + {"open": -1, "close": 1}.get(marks[i][2], 0)
    for i, (mark_start, mark_end, kind) in enumerate(marks):
        if opened is None and kind in ("open", "either"):
            opened, depth = (mark_start, mark_end), 1
        elif opened is not None and kind == "open":
            if mark_start == opened[1]:
                opened = (opened[0], mark_end)
            elif surplus[i] > 0:
                depth += 1
            else:
                found.append(Quotation((opened[0], mark_start), (opened[1], mark_start), False))
                opened, depth = (mark_start, mark_end), 1
        elif opened is not None and kind in ("close", "either"):
            depth -= 1
            if depth <= 0:
                found.append(Quotation((opened[0], mark_end), (opened[1], mark_start), True))
                opened = None
        elif opened is None and kind == "close" and not found:
            found.append(Quotation((start, mark_end), (start, mark_start), False))
    if opened is not None:
        found.append(Quotation((opened[0], end), (opened[1], end), False))
    return found


def _marks(text: str, start: int, end: int, singly: bool) -> list[tuple[int, int, str]]:
    if singly:
        opens = [(m.start(), m.end(), "open") for m in _SINGLE_OPEN.finditer(text, start, end)]
        closes = [(m.start(), m.end(), "close") for m in _SINGLE_CLOSE.finditer(text, start, end)]
        return _without_apostrophes(text, sorted(opens + closes))
    marks = []
    for m in _DOUBLE.finditer(text, start, end):
        kind = "either"
        if m.group() in _OPENING or m.group() == "``":
            kind = "open"
        elif m.group() in _CLOSING:
            kind = "close"
        elif m.group() in _EITHER:
            kind = _side(text, m.start(), m.end(), start, end)
        marks.append((m.start(), m.end(), kind))
    return marks


def _without_apostrophes(text: str, marks: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Keep one closing mark after each opening one: the first that stands after punctuation, or else the first.

    The apostrophe of `teachers' pay` stands after a letter.
    """
    kept: list[tuple[int, int, str]] = []
    closing: list[tuple[int, int, str]] = []
    for mark in [*marks, (len(text), len(text), "open")]:
        if mark[2] == "close":
            closing.append(mark)
            continue
        kept += [m for m in closing if text[m[0] - 1] in ".,!?;:…"][:1] or closing[:1]
        kept.append(mark)
        closing = []
    return kept[:-1]


def _side(text: str, mark_start: int, mark_end: int, start: int, end: int) -> str:
    """Tell whether a straight mark opens or closes, by the characters beside it within its paragraph."""
    opens = mark_start == start or bool(_BEFORE_OPENING.match(text, mark_start - 1))
    closes = mark_end == end or bool(_AFTER_CLOSING.match(text, mark_end))
    return "either" if opens == closes else "open" if opens else "close"
