"""Contrasts: neutral statements from the mouth of the other side, for the stance head to learn that these stay neutral.

In real coverage, as in the training articles, the side of a speaker tells much of a statement's stance, so a model
leans on it also where it should not. What Kaushik et al. (ICLR 2020) have people write is taken from the corpus here: a
neutral statement alone, said by somebody of the other side, is as neutral as before. Partisan ones, alone and said by
their own speakers, stand beside them, lest the head learn that what stands alone is neutral.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from ..marks import UnitType
from ..unit import QuoteUnit
from .statement import OPPOSITE, Statement, statement


def contrasts(said: Sequence[tuple[str, QuoteUnit]], count: int, chance: random.Random) -> list[Statement]:
    """Make up to `count` neutral statements with a speaker of the other side, and as many partisan ones of their own.

    `said` are labelled units and their words; those of neither side, or whose speaker has no name, are left out. The
    units that come back carry stance and affiliation.
    """
    sided = [
        (words, unit) for words, unit in said if unit.affiliation in OPPOSITE and unit.speaker_name and unit.stance
    ]
    chance.shuffle(sided)
    speakers = {side: [unit for _, unit in sided if unit.affiliation == side] for side in OPPOSITE}
    if not all(speakers.values()):
        return []
    neutral = [(w, u) for w, u in sided if u.stance and u.stance.label == "neutral"][:count]
    partisan = [(w, u) for w, u in sided if u.stance and u.stance.label != "neutral"][:count]
    turned = [_alone(words, unit, chance.choice(speakers[OPPOSITE[unit.affiliation]])) for words, unit in neutral]
    return turned + [_alone(words, unit, unit) for words, unit in partisan]


def _alone(words: str, unit: QuoteUnit, speaker: QuoteUnit) -> Statement:
    form: UnitType = "direct" if unit.type == "direct" else "indirect"
    article, said = statement("", words, speaker.speaker_name, speaker.speaker_role, form)
    return article, replace(said, affiliation=speaker.affiliation, stance=unit.stance)
