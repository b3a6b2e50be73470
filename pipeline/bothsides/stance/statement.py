"""A statement alone: a little article that says nothing but who said what."""

from __future__ import annotations

from ..article import Article
from ..marks import UnitType
from ..unit import QuoteUnit

Statement = tuple[Article, QuoteUnit]
OPPOSITE = {"union": "district", "district": "union"}
"""The other side of each side."""

_CUE = "said"


def statement(id: str, quote: str, name: str, role: str, type: UnitType = "direct") -> Statement:
    """Write an article that says nothing but who said what, with its unit; what is empty is left out.

    A `direct` quote stands in quotation marks, an `indirect` one is the clause that the cue governs.
    """
    source = ", ".join(part for part in (name, role) if part)
    mark = '"' if type == "direct" and quote else ""
    text = f"{source} {_CUE}{':' if type == 'direct' else ''} " if source else ""
    start = len(text) + len(mark)
    text += f"{mark}{quote}{mark}"
    unit = QuoteUnit(
        ((start, start + len(quote)),),
        type,
        cue=(len(source) + 1, len(source) + 1 + len(_CUE)) if source else None,
        speaker=(0, len(source)) if source else None,
        speaker_name=name,
        speaker_role=role,
    )
    return Article(id, text), unit
