"""What the stance model leans on: each unit as a statement that stands alone, with the speaker masked, the words taken
away, or the sides swapped.

The model reads articles, so a probe is a little article of one sentence. `isolated` says all that the others take
something from: a model that leans on names answers worse when they are masked; one that leans on the speaker's side
alone answers as well without the words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..article import Article
from ..stance.statement import OPPOSITE, Statement, statement
from ..unit import QuoteUnit

Probe = Callable[[Article, QuoteUnit], Statement]


def given(unit: QuoteUnit) -> QuoteUnit:
    """Take the answers away from a gold unit: its stance, and the side of its speaker.

    The annotator's affiliation is half of the stance label, so a model that was told it would be judged too kindly.
    """
    return replace(unit, stance=None, affiliation="unknown")


def isolated(article: Article, unit: QuoteUnit) -> Statement:
    """Keep who speaks, by name and role, and the words."""
    return statement(article.id, unit.quote(article.text), unit.speaker_name, unit.speaker_role)


def masked(article: Article, unit: QuoteUnit) -> Statement:
    """Take away who speaks by name; the role stays."""
    return statement(article.id, unit.quote(article.text), "", unit.speaker_role)


def quote_only(article: Article, unit: QuoteUnit) -> Statement:
    """Take away everything but the words said."""
    return statement(article.id, unit.quote(article.text), "", "")


def speaker_only(article: Article, unit: QuoteUnit) -> Statement:
    """Take away the words said."""
    return statement(article.id, "", unit.speaker_name, unit.speaker_role)


PROBES: dict[str, Probe] = {
    "isolated": isolated,
    "masked_speaker": masked,
    "quote_only": quote_only,
    "speaker_only": speaker_only,
}


def swapped(article: Article, units: Sequence[QuoteUnit]) -> list[Statement | None]:
    """Put the words of each unit into the mouth of the article's first speaker from the other side.

    None for units of neither side, and where the other side does not speak in the article.
    """
    first: dict[str, QuoteUnit] = {}
    for unit in units:
        first.setdefault(unit.affiliation, unit)
    out: list[Statement | None] = []
    for unit in units:
        other = first.get(OPPOSITE.get(unit.affiliation, ""))
        quote = unit.quote(article.text)
        out.append(statement(article.id, quote, other.speaker_name, other.speaker_role) if other else None)
    return out
