"""The linker: groups tagged spans into quote units, one a cue, and trims and snaps their content to quotation marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..article import Article, Span, paragraph_at
from ..marks import Quotation, quotations, unit_type
from ..unit import QuoteUnit

_SNAP_SHARE = 0.5
_EDGE_BEFORE = re.compile(r"[\s\"“”„«»‘`,;:.)\]–—-]+")
_EDGE_AFTER = re.compile(r"(?:[\s\"“”«»,;:(\[–—-]|(?<=[\s,])'+)+$")
_SENTENCE_START = re.compile(r"(?:^|[.?!:…][\"'”’)\]]*\s+)$")


@dataclass
class _Group:
    """A unit in the making; `cue` is none for a quotation that no clause reports."""

    paragraph: int
    cue: Span | None
    speaker: Span | None = None
    contents: list[Span] = field(default_factory=list)


def link(article: Article, spans: Sequence[tuple[Span, str]]) -> list[QuoteUnit]:
    """Group tagged spans into units in reading order.

    `spans` are (character range, kind) with the kinds of `tags.KINDS`. Content goes to the nearest cue on the side
    that its tag names; a cue takes the nearest speaker whose tag points to it, or else shares the subject of the clause
    before it. Units come out disjoint, with non-empty content.
    """
    quoted = quotations(article)
    cues = [_Group(paragraph_at(article, s[0]), s) for s, kind in spans if kind == "cue"]
    alone: list[_Group] = []
    for span, kind in _contents(article, spans, quoted):
        group = _cue_for(article, span, kind, cues)
        if group is None:
            group = _Group(paragraph_at(article, span[0]), None)
            alone.append(group)
        group.contents.append(span)
    _give_speakers(article, [(s, kind) for s, kind in spans if kind.startswith("speaker")], cues, alone)
    groups = sorted((g for g in [*cues, *alone] if g.contents), key=lambda g: min(g.contents))
    units = []
    for group in groups:
        contents = _joined(article.text, sorted(group.contents))
        kind = unit_type(article.text, contents, quoted)
        units.append(QuoteUnit(spans=contents, type=kind, cue=group.cue, speaker=group.speaker))
    return units


def trimmed(article: Article, span: Span, quoted: Sequence[Quotation]) -> Span:
    """Leave out what the guidelines leave out at the edges: marks, white space, separating punctuation.

    A final full stop stays where the quotation is itself a sentence. Returns an empty range where nothing is left.
    """
    text, (start, end) = article.text, span
    if match := _EDGE_BEFORE.match(text, start, end):
        start = match.end()
    while True:
        tail = _EDGE_AFTER.search(text[start:end])
        if tail:
            end = start + tail.start()
        elif end > start and text[end - 1] == "'" and any(q.outer[1] == end for q in quoted):
            end -= 1
        elif end > start and text[end - 1] == "." and not _own_sentence(article, start, end, quoted):
            if re.search(r"\b(?:[A-Za-z]\.)+[A-Za-z]?\.$|\b[ap]\.m\.$", text[start:end]):
                return start, end
            end -= 1
        else:
            return (start, end) if start < end else (start, start)


def _own_sentence(article: Article, start: int, end: int, quoted: Sequence[Quotation]) -> bool:
    for q in quoted:
        if q.outer[0] < end <= q.outer[1] and (end >= q.inner[1] or not q.closed):
            paragraph = article.paragraphs[paragraph_at(article, q.outer[0])]
            return bool(_SENTENCE_START.search(article.text[paragraph[0] : q.outer[0]])) and start <= q.inner[1]
    return False


def _contents(
    article: Article, spans: Sequence[tuple[Span, str]], quoted: Sequence[Quotation]
) -> list[tuple[Span, str]]:
    """Snap and trim the content spans and take away what would overlap."""
    occupied = [s for s, kind in spans if not kind.startswith("content")]
    out: list[tuple[Span, str]] = []
    for span, kind in spans:
        if not kind.startswith("content"):
            continue
        start, end = trimmed(article, _snapped(article, span, quoted, occupied), quoted)
        if out and start < out[-1][0][1]:
            start = out[-1][0][1]
            start, end = trimmed(article, (start, max(start, end)), quoted)
        if any(c.isalnum() for c in article.text[start:end]):
            out.append(((start, end), kind))
    return out


def _snapped(article: Article, span: Span, quoted: Sequence[Quotation], occupied: Sequence[Span]) -> Span:
    """Move an edge that falls inside a quotation to the quotation's edge, outwards where most of it is content."""
    start, end = span
    for q in quoted:
        low, high = q.inner
        if not (low < end and start < high):
            continue
        if any(low < o[1] and o[0] < high for o in occupied):
            continue
        share = (min(end, high) - max(start, low)) / max(1, high - low)
        if share >= _SNAP_SHARE:
            start, end = min(start, low), max(end, high)
        elif start < low and end < high and share < 0.2:
            end = q.outer[0]
        elif low < start and high < end and share < 0.2:
            start = q.outer[1]
    return start, max(start, end)


def _cue_for(article: Article, span: Span, kind: str, cues: list[_Group]) -> _Group | None:
    if kind == "content-none":
        return None
    paragraph = paragraph_at(article, span[0])
    before = [g for g in cues if g.cue and g.cue[1] <= span[0]]
    after = [g for g in cues if g.cue and g.cue[0] >= span[1] and g.paragraph == paragraph]
    here = [g for g in before if g.paragraph == paragraph]
    announced = [g for g in before if g.paragraph == paragraph - 1]
    if kind == "content-left":
        choice = here[-1:] or announced[-1:] or after[:1]
    else:
        choice = after[:1] or here[-1:]
    return choice[0] if choice else None


def _give_speakers(
    article: Article, speakers: Sequence[tuple[Span, str]], cues: list[_Group], alone: list[_Group]
) -> None:
    """Give each cue its speaker: first the ones that point to it, then for the rest the subject they share."""
    for span, kind in speakers:
        paragraph = paragraph_at(article, span[0])
        near = [g for g in cues if g.cue and g.paragraph == paragraph]
        if kind == "speaker-left":
            choice = [g for g in near if g.cue and g.cue[1] <= span[0]][-1:]
        else:
            choice = [g for g in near if g.cue and g.cue[0] >= span[1]][:1]
        if not choice:
            choice = sorted(near, key=lambda g: abs(g.cue[0] - span[0]) if g.cue else 0)[:1]
        if choice and choice[0].speaker is None:
            choice[0].speaker = span
        elif not choice:
            _speaks_alone(article, span, paragraph, alone)
    for group in cues:
        if group.speaker is None and group.cue:
            here = [s for s, _ in speakers if paragraph_at(article, s[0]) == group.paragraph]
            before = [s for s in here if s[1] <= group.cue[0]]
            group.speaker = before[-1] if before else here[0] if here else None


def _speaks_alone(article: Article, speaker: Span, paragraph: int, alone: list[_Group]) -> None:
    near = [g for g in alone if g.paragraph == paragraph and g.speaker is None]
    if near:
        min(near, key=lambda g: min(abs(c[0] - speaker[1]) for c in g.contents)).speaker = speaker


def _joined(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """Join neighbouring spans between which no letter or digit stands."""
    out = [spans[0]]
    for start, end in spans[1:]:
        if any(c.isalnum() for c in text[out[-1][1] : start]):
            out.append((start, end))
        else:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
    return tuple(out)
