"""The articles as the page carries them: parts of text with their units, as compressed JSON.

The text is never markup: it travels as data, and the page's script puts it in as text.
"""

from __future__ import annotations

import base64
import json
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from ..article import Span, paragraph_spans
from ..unit import STANCES
from .results import ResultArticle
from .sources import source_type

CONTENT, SPEAKER, CUE = 0, 1, 2
LARGEST_PACK = 3_200_000
"""Characters of base64 from which a page is full: with its tables it stays under 5 MB."""
MOST_ARTICLES = 1000
"""Articles from which a page is full."""

Part = str | tuple[int, int, str]
"""A stretch of text without a unit, or its role in a unit, the unit's index in the article, and the text."""


def parts_of(article: ResultArticle) -> list[list[Part]]:
    """Cut the text into paragraphs and these into parts; stretches that overlap an earlier one are passed over."""
    text = article.text or ""
    marked: list[tuple[Span, int, int]] = []
    for index, unit in enumerate(article.units):
        marked += [(span, CONTENT, index) for span in unit.spans]
    for index, unit in enumerate(article.units):
        marked += [(span, SPEAKER, index) for span in (unit.speaker_span,) if span]
        marked += [(span, CUE, index) for span in (unit.cue_span,) if span]
    # Kept in order and apart, so that places in it are found by halving: an article can have thousands of each.
    taken: list[tuple[Span, int, int]] = []
    for kind in (CONTENT, SPEAKER, CUE):
        for (start, end), of, index in marked:
            if of == kind and 0 <= start < end <= len(text):
                place = bisect_left(taken, end, key=_start)
                if not place or _end(taken[place - 1]) <= start:
                    taken.insert(place, ((start, end), of, index))
    return [list(_parts(text, span, taken)) for span in paragraph_spans(text)]


def _start(marked: tuple[Span, int, int]) -> int:
    return marked[0][0]


def _end(marked: tuple[Span, int, int]) -> int:
    return marked[0][1]


def _parts(text: str, paragraph: Span, taken: Sequence[tuple[Span, int, int]]) -> Iterator[Part]:
    at, last = paragraph
    for place in range(bisect_right(taken, at, key=_end), bisect_left(taken, last, key=_start)):
        (start, end), kind, index = taken[place]
        # A span over several paragraphs is shown in each of them.
        start, end = max(start, at), min(end, last)
        if at < start:
            yield text[at:start]
        yield kind, index, text[start:end]
        at = end
    if at < last:
        yield text[at:last]


def article_data(article: ResultArticle, title: str, facts: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Lay out an article for the page: `p` paragraphs (None without a text), `u` units, `m` facts shown above it."""
    return {
        "id": article.id,
        "t": title,
        "m": [list(fact) for fact in facts],
        "p": parts_of(article) if article.text is not None else None,
        "u": [
            {
                "n": unit.number,
                "s": STANCES.index(unit.stance),
                "w": unit.who,
                "r": unit.speaker_role,
                "k": source_type(unit.affiliation, unit.speaker_role, unit.who),
                "y": unit.type,
                "c": [round(100 * p) for p in unit.probabilities],
                "a": unit.abstain,
                "q": unit.quote,
            }
            | ({"v": unit.speaker} if unit.speaker and unit.speaker != unit.who else {})
            for unit in article.units
        ],
    }


def packed(articles: Sequence[dict[str, Any]]) -> str:
    """Compress articles (zlib) and write them as base64, which holds nothing that could end the element it is in."""
    data = json.dumps(articles, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def pages(articles: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Part articles into pages, in order, none over `LARGEST_PACK` (unless one article is) or `MOST_ARTICLES`."""
    found: list[list[dict[str, Any]]] = [[]]
    size = 0
    for article in articles:
        # An article compresses better among others, so this is an upper bound of what it adds.
        own = len(packed([article]))
        if found[-1] and (len(found[-1]) == MOST_ARTICLES or size + own > LARGEST_PACK):
            found.append([])
            size = 0
        found[-1].append(article)
        size += own
    return found
