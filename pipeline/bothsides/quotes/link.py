"""The linker: groups tagged spans into quote units, one a cue, and trims and snaps their content to quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from ..article import Article, Span, paragraph_at
from ..marks import Quotation, UnitType, quotations, unit_type
from ..unit import QuoteUnit
from .contents import FIRST_PERSON, disjoint_contents, without_own_words
from .row import Row
from .spans import tidied
from .untagged import beside, serves, signature
from .words import DOCUMENTS

ITEM = re.compile(r"(?:[•▪●◦*–—-]|\d{1,2}[.)])\s")
"""How an item of a list begins."""

_LETTER = re.compile(r"[^\W_]")
_LABEL = re.compile(
    r"(?:read|see|watch|also|more|related|photos?|image|video|caption|listen|opinion|advertisement|ad|by|credit|"
    r"story continues)\b[^.!?\n]{0,160}$",
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(
    r"It (?:is|was|has been) (?:also |now |widely )?(?:understood|believed|thought|expected|feared|hoped|known)\b",
    re.IGNORECASE,
)
_MOST_BETWEEN = 3

T = TypeVar("T")


@dataclass
class _Group:
    """A unit in the making; `cue` is none for a quotation that no clause reports."""

    paragraph: int
    cue: Span | None
    speaker: Span | None = None
    contents: list[Span] = field(default_factory=list)


def link(
    article: Article, spans: Sequence[tuple[Span, str]], furniture: frozenset[int] = frozenset()
) -> list[QuoteUnit]:
    """Group tagged spans into units in reading order.

    `spans` are (character range, kind) with the kinds of `tags.KINDS`; `furniture` are the paragraphs to look past.
    Content goes to the nearest cue on the side that its tag names; a cue takes the noun phrase that is plainly its
    subject, or else the nearest speaker whose tag points to it, or shares the subject of the clause before it. Units
    come out disjoint, with non-empty content. Words outside quotation marks without a cue or a speaker, which nothing
    announces, are nobody's speech, whatever the tags say.
    """
    spans = tidied(article.text, spans)
    quoted = Row(quotations(article), lambda q: q.outer)
    cues = _by_paragraph(article, [_Group(paragraph_at(article, s[0]), s) for s, kind in spans if kind == "cue"], _cue)
    alone: dict[int, list[_Group]] = {}
    busy = {paragraph_at(article, span[0]) for span, _ in spans}
    rows = {paragraph: Row(of_paragraph, _cue) for paragraph, of_paragraph in cues.items()}
    earlier = partial(before, article, busy, furniture)
    listed = _introduced(article, earlier, cues)
    for span, kind in disjoint_contents(article, spans, quoted):
        paragraph = paragraph_at(article, span[0])
        label = signature(article.text, span, article.paragraphs[paragraph])
        told = bool(label) or listed[paragraph] or bool(quoted.touching(span))
        group = _cue_for(span, kind, cues.get(earlier(paragraph), []) if told else [], rows.get(paragraph))
        if group is None and kind != "content-none" and not told:
            continue
        if group is None:
            group = _Group(paragraph, None)
            alone.setdefault(paragraph, []).append(group)
        if group.cue is not None and group.paragraph == paragraph:
            span = without_own_words(article.text, span, bool(quoted.touching(span)))
        group.contents.append(span)
    speakers = _by_paragraph(article, [s for s in spans if s[1].startswith("speaker")], lambda s: s[0])
    edges = sorted(edge for span, kind in spans if not kind.startswith("speaker") for edge in span)
    for paragraph in [p for p in speakers if p not in cues and p not in alone]:
        # A name that signs the quotation of the paragraph before: `— NAME`.
        signed = earlier(paragraph)
        if signed in alone:
            speakers.setdefault(signed, []).extend(speakers.pop(paragraph))
    for paragraph in sorted({*cues, *speakers, *alone}):
        find = partial(_subject, article, edges, article.paragraphs[paragraph])
        sign = partial(_signature, article, article.paragraphs[paragraph])
        here = (speakers.get(paragraph, []), cues.get(paragraph, []), alone.get(paragraph, []))
        _give_speakers(article.text, *here, find, sign)
    groups = [g for some in (cues, alone) for of_paragraph in some.values() for g in of_paragraph if g.contents]
    units: list[QuoteUnit] = []
    printed = -1
    for group in sorted(groups, key=lambda g: min(g.contents)):
        if _own_voice(article.text, group.speaker, quoted):
            continue
        contents = _joined(article.text, sorted(group.contents))
        type_: UnitType = unit_type(article.text, contents, [q for s in contents for q in quoted.touching(s)])
        first, last = paragraph_at(article, contents[0][0]), paragraph_at(article, contents[-1][0])
        goes_on = group.cue is None and printed >= 0 and earlier(first) == printed
        announced = group.cue is not None and group.paragraph < first and listed[first]
        if type_ == "indirect" and (goes_on or announced):
            # A statement that a clause announces and that is printed word for word, without marks, is direct.
            type_, printed = "direct", last
        if type_ == "indirect" and group.cue is None and group.speaker is None and not listed[first]:
            continue
        units.append(QuoteUnit(spans=contents, type=type_, cue=group.cue, speaker=group.speaker))
    return units


def before(article: Article, busy: set[int], furniture: frozenset[int], paragraph: int) -> int:
    """Give the paragraph before one, past page furniture and what looks like it; `busy` are those with tagged spans.

    Returns -1 where there is none.
    """
    for i in range(paragraph - 1, max(-1, paragraph - 1 - _MOST_BETWEEN), -1):
        between = i in furniture or (i not in busy and _between(article.text[slice(*article.paragraphs[i])]))
        if not between:
            return i
    return paragraph - 1


def _between(paragraph: str) -> bool:
    """Tell whether a paragraph interrupts the article: it is a labelled line, or short without an end of a sentence."""
    return bool(_LABEL.match(paragraph)) or (len(paragraph) < 90 and paragraph[-1] not in ".!?:”\"’'…")


def _own_voice(text: str, speaker: Span | None, quoted: Row[Quotation]) -> bool:
    """Tell whether a speaker is the writer: a first person that stands in no quotation, or `It is understood that`."""
    if speaker is None or any(quoted.touching(speaker)):
        return False
    return bool(FIRST_PERSON.fullmatch(text, *speaker) or _IMPERSONAL.match(text, speaker[0]))


def _introduced(article: Article, earlier: Callable[[int], int], cues: Mapping[int, Sequence[_Group]]) -> list[bool]:
    """Tell of each paragraph whether the one before announces it, or whether it goes on with a list after such."""
    out: list[bool] = []
    items = [bool(ITEM.match(article.text, *span)) for span in article.paragraphs]
    for paragraph, item in enumerate(items):
        previous = earlier(paragraph)
        in_list = item and previous >= 0 and items[previous] and out[previous]
        out.append(in_list or _announces(article, previous, cues.get(previous, ())))
    return out


def _announces(article: Article, paragraph: int, cues: Sequence[_Group]) -> bool:
    """Tell whether a paragraph ends in a colon, or in the cue of a message: `released the following statement.`."""
    end = article.paragraphs[paragraph][1] if paragraph >= 0 else 0
    ending = [article.text[slice(*_cue(group))].split()[-1].lower() for group in cues if _cue(group)[1] == end - 1]
    return article.text[end - 1 : end] == ":" or any(word in DOCUMENTS for word in ending)


def _by_paragraph(article: Article, items: Iterable[T], span_of: Callable[[T], Span]) -> dict[int, list[T]]:
    """Group what lies in a text by paragraph, so that linking a long article takes time in proportion to its length."""
    grouped: dict[int, list[T]] = {}
    for item in items:
        grouped.setdefault(paragraph_at(article, span_of(item)[0]), []).append(item)
    return grouped


def _cue(group: _Group) -> Span:
    return group.cue or (0, 0)


def _cue_for(span: Span, kind: str, announcing: Sequence[_Group], here: Row[_Group] | None) -> _Group | None:
    """Choose a content's cue among those of its paragraph (`here`) and of the one before (`announcing`)."""
    if kind == "content-none":
        return None
    left = here.before(span[0]) if here else None
    right = here.after(span[1]) if here else None
    if kind == "content-left":
        return left or (announcing[-1] if announcing else None) or right
    return right or left


def _subject(article: Article, edges: Sequence[int], paragraph: Span, group: _Group) -> Span | None:
    """Find an untagged subject beside a cue; `edges` are those of the article's cues and contents, sorted."""
    start, end = _cue(group)
    i, j = bisect_left(edges, start), bisect_right(edges, end)
    low = max(paragraph[0], edges[i - 1] if i else 0)
    high = min(paragraph[1], edges[j] if j < len(edges) else paragraph[1])
    follows = any(s[1] <= start and not _LETTER.search(article.text, s[1], start) for s in group.contents)
    return beside(article.text, (start, end), low, high, follows)


def _signature(article: Article, paragraph: Span, group: _Group) -> Span | None:
    """Find an untagged name that introduces or signs a quotation without a cue, in its paragraph."""
    return signature(article.text, (min(group.contents)[0], max(group.contents)[1]), paragraph)


def _give_speakers(
    text: str,
    speakers: Sequence[tuple[Span, str]],
    cues: Sequence[_Group],
    alone: Sequence[_Group],
    find: Callable[[_Group], Span | None],
    sign: Callable[[_Group], Span | None],
) -> None:
    """Give the cues of a paragraph their speakers: the plain subject beside a cue, or else one that points to it.

    The rest share the subject before them. A speaker without any cue in the paragraph speaks the nearest quotation
    that has none.
    """
    row = Row(cues, _cue)
    silent = list(alone) if not cues else []
    for span, kind in speakers:
        left, right = row.before(span[0]), row.after(span[1])
        near = [g for g in ((left, right) if kind == "speaker-left" else (right, left)) if g is not None][:1]
        if near and near[0].speaker is None:
            near[0].speaker = span
        elif silent:
            nearest = min(silent, key=lambda g: min(abs(c[0] - span[1]) for c in g.contents))
            nearest.speaker = span
            silent.remove(nearest)
    for group in alone:
        group.speaker = group.speaker or sign(group)
    mentions = Row([s for s, _ in speakers], lambda s: s)
    for group in cues:
        subject = find(group)
        if subject is not None and serves(text[slice(*subject)]):
            group.speaker = subject
        elif subject is not None and (group.speaker is None or not _one_mention(text, group.speaker, subject)):
            known = [s for s in mentions.touching(subject) if s[0] < subject[1] and subject[0] < s[1]]
            group.speaker = known[0] if known else subject
        if group.speaker is None and speakers:
            group.speaker = mentions.before(_cue(group)[0]) or speakers[0][0]


def _one_mention(text: str, one: Span, other: Span) -> bool:
    """Tell whether two spans overlap, or are a name and its apposition with a comma between."""
    start, end = min(one[1], other[1]), max(one[0], other[0])
    return start > end or text[start:end].strip(" \u00a0") == ","


def _joined(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """Join neighbouring spans between which no letter or digit stands."""
    out = [spans[0]]
    for start, end in spans[1:]:
        if any(c.isalnum() for c in text[out[-1][1] : start]):
            out.append((start, end))
        else:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
    return tuple(out)
