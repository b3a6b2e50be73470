"""Pooling: a unit as three mean vectors of hidden states, of its content, of its source and of its cue.

The source is every mention of the speaker that some unit of the article hangs on, so that "the superintendent" of one
paragraph tells who "she" is in the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..article import Span
from ..quotes.reading import Reading
from ..runtime import Logits
from ..unit import QuoteUnit

PARTS = 3
"""Content, source, cue."""


@dataclass(frozen=True)
class UnitSpans:
    """The character ranges of a unit's three parts; source and cue may be empty."""

    content: tuple[Span, ...]
    source: tuple[Span, ...]
    cue: tuple[Span, ...]


def unit_spans(units: Sequence[QuoteUnit]) -> list[UnitSpans]:
    """Find the parts of each unit of one article."""
    mentions: dict[str, set[Span]] = {}
    for unit in units:
        if unit.speaker and (key := _source(unit)):
            mentions.setdefault(key, set()).add(unit.speaker)
    return [
        UnitSpans(
            unit.spans,
            tuple(sorted(mentions.get(_source(unit), set()) | ({unit.speaker} if unit.speaker else set()))),
            (unit.cue,) if unit.cue else (),
        )
        for unit in units
    ]


def pooled(reading: Reading, units: Sequence[QuoteUnit]) -> Logits:
    """Give the units of one article as vectors (units, 3 x width); a part without tokens is zero."""
    width = reading.hidden.shape[1]
    out = np.zeros((len(units), PARTS * width), dtype=np.float32)
    for row, spans in zip(out, unit_spans(units), strict=True):
        for part, ranges in enumerate((spans.content, spans.source, spans.cue)):
            tokens = reading.tokens.inside(ranges)
            if len(tokens):
                row[part * width : (part + 1) * width] = _mean(reading.hidden, tokens)
    return out


def _mean(hidden: Logits, tokens: NDArray[np.int64]) -> Logits:
    mean: Logits = hidden[tokens].mean(axis=0, dtype=np.float32)
    return mean


def _source(unit: QuoteUnit) -> str:
    return (unit.speaker_name or unit.speaker_role).casefold()
