"""What the classifiers by words read of a unit: the same in training and in prediction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..article import Article, paragraph_at
from ..unit import QuoteUnit

CONTEXT_CHARACTERS = 250
"""The longest stretch of text kept before and after a unit."""

_SENTENCE = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[A-Z0-9])")


@dataclass(frozen=True)
class UnitInput:
    """A unit as the classifier sees it, free of offsets; every field but `quote` may be empty.

    `before` and `after` hold the rest of the sentence around the unit and the sentence next to it, at most
    `CONTEXT_CHARACTERS` characters each.
    """

    quote: str
    speaker_name: str = ""
    role: str = ""
    affiliation: str = "unknown"
    cue: str = ""
    before: str = ""
    after: str = ""

    @property
    def source(self) -> str:
        """Who speaks, as one phrase: the name, then the role."""
        return ", ".join(part for part in (self.speaker_name, self.role) if part)


def unit_input(article: Article, unit: QuoteUnit) -> UnitInput:
    """Take from an article what the classifier reads of one of its units."""
    before, after = surroundings(article, unit)
    return UnitInput(
        quote=unit.quote(article.text),
        speaker_name=unit.speaker_name,
        role=unit.speaker_role,
        affiliation=unit.affiliation,
        cue=article.text[slice(*unit.cue)] if unit.cue else "",
        before=before,
        after=after,
    )


def row_input(row: Mapping[str, Any]) -> UnitInput:
    """Take the same from a row of the dataset, whose columns carry what `unit_input` finds."""
    return UnitInput(
        quote=row["quote"],
        speaker_name=row["speaker_name"],
        role=row["speaker_role"],
        affiliation=row["affiliation"],
        cue=row["cue"],
        before=row["before"],
        after=row["after"],
    )


def surroundings(article: Article, unit: QuoteUnit) -> tuple[str, str]:
    """Give the text before and after a unit: to the edge of its sentence and one sentence further.

    Neither leaves the paragraph where the paragraph holds text on that side; else the neighbouring paragraph counts.
    """
    text, paragraphs = article.text, article.paragraphs
    if not paragraphs:
        return "", ""
    first, last = paragraph_at(article, unit.start), paragraph_at(article, max(unit.start, unit.end - 1))
    before = text[paragraphs[first][0] : unit.start].strip()
    if not any(c.isalnum() for c in before) and first > 0:
        before = text[slice(*paragraphs[first - 1])]
    after = text[unit.end : paragraphs[last][1]].strip()
    if not any(c.isalnum() for c in after) and last + 1 < len(paragraphs):
        after = text[slice(*paragraphs[last + 1])]
    starts = [0, *(m.end() for m in _SENTENCE.finditer(before))]
    ends = [*(m.end() for m in _SENTENCE.finditer(after)), len(after)]
    near_before, near_after = before[starts[-2:][0] :], after[: ends[:2][-1]]
    return near_before[-CONTEXT_CHARACTERS:].strip(), near_after[:CONTEXT_CHARACTERS].strip()
