"""What the stance model reads: the same units with the speaker masked, the words taken away, or the sides swapped.

A model that leans on names answers worse when they are masked; one that leans on the speaker's side alone answers as
well without the words. Each probe changes what is known of a unit and never the article's text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..unit import QuoteUnit

Probe = Callable[[QuoteUnit], QuoteUnit]

_OPPOSITE = {"union": "district", "district": "union"}


def given(unit: QuoteUnit) -> QuoteUnit:
    """Take the answers away from a gold unit: its stance, and the side of its speaker.

    The annotator's affiliation is half of the stance label, so a model that was told it would be judged too kindly.
    """
    return replace(unit, stance=None, affiliation="unknown")


def masked(unit: QuoteUnit) -> QuoteUnit:
    """Take away who speaks by name; the role stays."""
    return replace(given(unit), speaker=None, speaker_name="")


def quote_only(unit: QuoteUnit) -> QuoteUnit:
    """Take away everything but the words said."""
    return replace(masked(unit), speaker_role="", cue=None)


def speaker_only(unit: QuoteUnit) -> QuoteUnit:
    """Take away the words said."""
    return replace(given(unit), spans=((unit.start, unit.start),))


PROBES: dict[str, Probe] = {"masked_speaker": masked, "quote_only": quote_only, "speaker_only": speaker_only}


def swapped(units: list[QuoteUnit]) -> list[QuoteUnit | None]:
    """Put the words of each unit into the mouth of the article's first speaker from the other side.

    None for units of neither side, and where the other side does not speak in the article.
    """
    first: dict[str, QuoteUnit] = {}
    for unit in units:
        first.setdefault(unit.affiliation, unit)
    out: list[QuoteUnit | None] = []
    for unit in units:
        other = first.get(_OPPOSITE.get(unit.affiliation, ""))
        who = other and replace(
            given(unit), speaker=other.speaker, speaker_name=other.speaker_name, speaker_role=other.speaker_role
        )
        out.append(who)
    return out
