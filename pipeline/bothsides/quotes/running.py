"""Speech that runs over paragraphs: what print alone tells of it, where the tagger left a paragraph out.

A statement that is printed word for word, a list of demands, and a quotation that a paragraph leaves open go on over
paragraphs in which no reporting clause stands, and often no quotation mark either. The first paragraph tells what they
are; how such copy is printed tells which of the following ones belong to it. Interviews are in `dialogue`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ..article import Article, paragraph_at
from ..marks import Quotation, quotations
from ..unit import QuoteUnit
from .dialogue import FIRST_PERSON, whole
from .link import ITEM
from .parties import LABEL
from .row import Row

_OWN_VOICE = re.compile(r"\b(?:for comment|this (?:story|article)|newsletters?|subscribers?)\b|\w@\w", re.IGNORECASE)
"""What an outlet says of itself beside a report, in the first person too."""
_SENTENCE_ENDS = ".!?…"
_MARKS = '"“”«»'


def run_on(article: Article, units: Sequence[QuoteUnit], furniture: Collection[int]) -> list[QuoteUnit]:
    """Add to linked units, given in reading order, the paragraphs over which their speech runs on.

    `furniture` are the paragraphs to look past. What comes back is in reading order and disjoint. Of the units that
    were there, printed speech becomes direct and keeps its final full stop, and a quotation that is left open gets its
    speaker.
    """
    quoted = Row(quotations(article), lambda q: q.outer)
    held = {paragraph_at(article, edge) for u in units for s in u.spans for edge in (s[0], s[1] - 1)}
    free = [i for i in range(len(article.paragraphs)) if i not in held and i not in furniture]
    spoken = [_in_full(article, u, quoted) for u in units]
    spoken += _items(article, units, free)
    for unit in list(spoken):
        if unit.type == "direct" and not _marked(unit, quoted):
            spoken += _continued(article, unit, free)
    # Two units that end in one paragraph go on alike.
    told = {u.start: u for u in spoken}
    return _left_open(article, [told[start] for start in sorted(told)], quoted)


def _marked(unit: QuoteUnit, quoted: Row[Quotation]) -> bool:
    return any(quoted.touching(span) for span in unit.spans)


def _in_full(article: Article, unit: QuoteUnit, quoted: Row[Quotation]) -> QuoteUnit:
    """Give printed speech the full stop that ends its paragraph: it is made of whole sentences."""
    start, end = unit.spans[-1]
    rest = article.text[end : article.paragraphs[paragraph_at(article, start)][1]]
    if unit.type != "direct" or rest != "." or _marked(unit, quoted):
        return unit
    return replace(unit, spans=(*unit.spans[:-1], (start, end + 1)))


def _continued(article: Article, unit: QuoteUnit, free: Sequence[int]) -> list[QuoteUnit]:
    """Take the paragraphs after a printed statement that speak in the first person: a report has none of its own."""
    found = []
    for paragraph in _following(paragraph_at(article, unit.end - 1), free):
        words = article.text[slice(*article.paragraphs[paragraph])]
        if not FIRST_PERSON.search(words) or _OWN_VOICE.search(words) or words[-1] not in _SENTENCE_ENDS:
            break
        if LABEL.match(words) or any(mark in words for mark in _MARKS):
            break
        found += whole(article, article.paragraphs[paragraph], "direct")
    return found


def _items(article: Article, units: Sequence[QuoteUnit], free: Sequence[int]) -> list[QuoteUnit]:
    """Take the further items of lists that a clause announces and of which some item is told as a whole.

    An item with a clause of its own ends no list, but the items after it have the speaker of the announcement.
    """
    found: list[QuoteUnit] = []
    untold, listed = set(free), -1
    for unit in units:
        last = paragraph_at(article, unit.end - 1)
        start, end = article.paragraphs[last]
        item = ITEM.match(article.text, start, end)
        announced = last > listed and unit.cue is not None and unit.cue[1] <= start
        if not item or not announced or unit.spans[-1][0] > item.end() or unit.end < end - 1:
            continue
        interrupted = False
        for listed in range(last + 1, len(article.paragraphs)):
            start, end = article.paragraphs[listed]
            further = ITEM.match(article.text, start, end)
            if not further or not _alike(item.group(), further.group()):
                break
            if listed not in untold:
                interrupted = True
            elif unit.speaker or not interrupted:
                speaker = unit.speaker if interrupted else None
                found += [replace(u, speaker=speaker) for u in whole(article, (further.end(), end), unit.type)]
    return found


def _alike(mark: str, other: str) -> bool:
    return mark[0] == other[0] or (mark[0].isdigit() and other[0].isdigit())


def _following(last: int, free: Sequence[int]) -> Iterator[int]:
    """Yield the free paragraphs that follow right after one, up to the next that is not free."""
    for i in range(bisect_right(free, last), len(free)):
        if free[i] != last + 1:
            return
        last = free[i]
        yield last


def _left_open(article: Article, units: Sequence[QuoteUnit], quoted: Row[Quotation]) -> list[QuoteUnit]:
    """Give a quotation that its paragraph leaves open the speaker of the next one, if that goes on with a mark.

    So print has it: a mark opens each paragraph of a quotation, and one closes the last. A quotation that goes on with
    an earlier one keeps the source of that.
    """
    out = list(units)
    goes_on: list[bool] = []
    for i, unit in enumerate(out):
        here, earlier = paragraph_at(article, unit.start), out[i - 1] if i else None
        known = earlier is not None and paragraph_at(article, earlier.end - 1) == here - 1
        told = not known or earlier is None or bool(earlier.cue or earlier.speaker) or goes_on[i - 1]
        goes_on.append(told and here > 0 and _ends_open(article, here - 1, quoted))
    for i in range(len(out) - 2, -1, -1):
        unit, following, here = out[i], out[i + 1], paragraph_at(article, out[i].start)
        if unit.cue or unit.speaker or goes_on[i] or paragraph_at(article, following.start) != here + 1:
            continue
        opened = _begins_quoted(article, here, quoted) and _ends_open(article, here, quoted)
        if opened and _begins_quoted(article, here + 1, quoted):
            out[i] = replace(unit, speaker=following.speaker)
    return out


def _begins_quoted(article: Article, paragraph: int, quoted: Row[Quotation]) -> bool:
    start = article.paragraphs[paragraph][0]
    return any(q.outer[0] == start for q in quoted.touching((start, start + 1)))


def _ends_open(article: Article, paragraph: int, quoted: Row[Quotation]) -> bool:
    end = article.paragraphs[paragraph][1]
    return any(q.outer[1] == end and not q.closed for q in quoted.touching((end - 1, end)))
