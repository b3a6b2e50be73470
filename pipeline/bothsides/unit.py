"""The quote unit and its stance: what one source is reported to have said under one attribution, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from .article import Article, Span, paragraph_at
from .marks import UnitType

StanceLabel = Literal["union-aligned", "district-aligned", "neutral"]
Affiliation = Literal["union", "district", "other", "unknown"]
Reason = Literal["terms", "blame", "case", "conduct", "support", "act", "procedure", "fact", "mood", "balance", "aside"]

STANCES: tuple[StanceLabel, ...] = get_args(StanceLabel)
"""The labels in the order of every probability vector: union-aligned, district-aligned, neutral."""
AFFILIATIONS: tuple[Affiliation, ...] = get_args(Affiliation)
SPOKEN_FOR: tuple[Affiliation, ...] = AFFILIATIONS[:3]
"""Whom a source may speak for, in the order of every logit and probability vector: union, district, other."""
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why a statement has its stance (docs/codebook.md), in the order of every logit vector."""
PARTISAN_REASONS = REASONS[:5]
"""Those of union- and district-aligned statements; the others are of neutral ones."""


@dataclass(frozen=True)
class Stance:
    """A unit's stance: label, calibrated probabilities in the order of `STANCES`, and where it came from.

    `abstain` is empty, or the reason why the label should be reviewed. `provenance` is `gold`, `coder:<name>`,
    `weak` or `model:<hash>`.
    """

    label: StanceLabel
    probabilities: tuple[float, float, float]
    abstain: str = ""
    provenance: str = "gold"

    @property
    def confidence(self) -> float:
        """The probability of the label."""
        return self.probabilities[STANCES.index(self.label)]

    @staticmethod
    def certain(label: StanceLabel, provenance: str) -> Stance:
        """A stance that a person decided: probability 1 for its label."""
        union, district, neutral = (float(label == s) for s in STANCES)
        return Stance(label, (union, district, neutral), "", provenance)


@dataclass(frozen=True)
class QuoteUnit:
    """What one source is reported to have said under one attribution; all spans are ranges into the article's text.

    `reason` is why it has its stance, where an annotator has said so; only training reads it.
    """

    spans: tuple[Span, ...]
    type: UnitType
    cue: Span | None = None
    speaker: Span | None = None
    speaker_name: str = ""
    speaker_role: str = ""
    affiliation: Affiliation = "unknown"
    stance: Stance | None = None
    reason: Reason | None = None

    @property
    def start(self) -> int:
        """The first character of the content."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """The end of the last content span."""
        return self.spans[-1][1]

    def quote(self, text: str) -> str:
        """The content as shown to a reader: its spans joined by ` ... `."""
        return " ... ".join(text[s:e] for s, e in self.spans)

    def words(self, text: str) -> int:
        """The number of words of the content."""
        return sum(len(text[s:e].split()) for s, e in self.spans)


def unit_row(article: Article, number: int, unit: QuoteUnit) -> dict[str, object]:
    """Lay out one unit as a row of the `quotes` table; the article's own columns come last.

    `position` is where the content begins, as a share of the text (0 to 1); `paragraph` counts from 1.
    See `own_columns` for those that have the name of one of ours.
    """
    text, stance = article.text, unit.stance
    row: dict[str, object] = {
        "article_id": article.id,
        "unit": number,
        "spans": [list(span) for span in unit.spans],
        "quote": unit.quote(text),
        "type": unit.type,
        "cue": text[slice(*unit.cue)] if unit.cue else "",
        "speaker": text[slice(*unit.speaker)] if unit.speaker else "",
        "speaker_name": unit.speaker_name,
        "speaker_role": unit.speaker_role,
        "affiliation": unit.affiliation,
        "stance": stance.label if stance else "",
        "p_union": stance.probabilities[0] if stance else None,
        "p_district": stance.probabilities[1] if stance else None,
        "p_neutral": stance.probabilities[2] if stance else None,
        "confidence": stance.confidence if stance else None,
        "abstain": stance.abstain if stance else "",
        "paragraph": paragraph_at(article, unit.start) + 1,
        "position": round(unit.start / max(1, len(text)), 4),
        "words": unit.words(text),
        "cue_span": list(unit.cue) if unit.cue else None,
        "speaker_span": list(unit.speaker) if unit.speaker else None,
    }
    return row | own_columns(article, row)


def own_columns(article: Article, ours: Mapping[str, object]) -> dict[str, str]:
    """Name an article's own columns beside ours, so that none is lost.

    One that has the name of one of ours becomes `article_<name>`, with the prefix repeated until the name is free;
    every other one keeps its name.
    """
    named: dict[str, str] = {}
    for column, value in article.columns.items():
        name = column
        if column in ours:
            while name in ours or name in article.columns or name in named:
                name = f"article_{name}"
        named[name] = value
    return named
