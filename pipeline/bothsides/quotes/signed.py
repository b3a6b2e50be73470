"""Comments and letters of which a paragraph is a quotation and the name of its author: `“...” — NAME`."""

from __future__ import annotations

from collections.abc import Sequence

from ..article import Article, Span, paragraph_at
from ..marks import quotations
from ..unit import QuoteUnit
from .row import Row
from .untagged import signature
from .words import NOT_NAMES, plain

_LONGEST_TITLE = 8
"""Words that the name of a book or a broadcast has at most."""


def in_own_words(article: Article, units: Sequence[QuoteUnit]) -> list[QuoteUnit]:
    """Make one direct unit of each paragraph that is a quotation and its author's name, whatever is told inside it.

    `units` are the linked ones in reading order; what comes back is in reading order and disjoint. What a clause
    outside the marks reports stays as linked, and so does a quotation over several paragraphs.
    """
    quoted = Row(quotations(article), lambda q: q.outer)
    theirs: dict[int, QuoteUnit] = {}
    for number, paragraph in enumerate(article.paragraphs):
        marked = quoted.touching(paragraph)
        if not marked or marked[0].outer[0] != paragraph[0]:
            continue
        span = (marked[0].inner[0], marked[-1].inner[1])
        author = signature(article.text, span, paragraph)
        if (
            author is not None
            and author[0] >= span[1]
            and _is_comment(article.text[slice(*span)], author, article.text)
        ):
            theirs[number] = QuoteUnit(spans=(span,), type="direct", speaker=author)
    for unit in units:
        holding = {paragraph_at(article, edge) for s in unit.spans for edge in (s[0], s[1] - 1)}
        outside = unit.cue is not None and not any(_within(unit.cue, q.outer) for q in quoted.touching(unit.cue))
        if len(holding) > 1 or outside:
            for number in holding | ({paragraph_at(article, unit.cue[0])} if unit.cue else set()):
                theirs.pop(number, None)
    kept = [u for u in units if paragraph_at(article, u.start) not in theirs]
    return sorted([*kept, *theirs.values()], key=lambda u: u.start)


def _is_comment(words: str, author: Span, text: str) -> bool:
    """Tell whether a quotation is a whole sentence and a name stands after it: no title, no day, no `Read More`."""
    whole = words.rstrip("\"“”‘’' ")[-1:] in tuple(".!?…") or words.count(" ") >= _LONGEST_TITLE
    return whole and plain(text[slice(*author)].split()[0]) not in NOT_NAMES


def _within(span: Span, outer: Span) -> bool:
    return outer[0] <= span[0] and span[1] <= outer[1]
