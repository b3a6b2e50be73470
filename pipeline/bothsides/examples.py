"""Training examples: windows of annotated articles with what is asked of each token and each unit.

Each epoch cuts the articles at other places, loses quotation marks and replaces names.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .augment import Annotated, NamePools, with_other_names, without_a_mark
from .params import TrainSplitterParams
from .quotes.targets import IGNORE, targets
from .quotes.windows import Tokens, Window, special_tokens, tokenise, training_windows
from .stance.pooling import unit_spans
from .unit import REASONS, SPOKEN_FOR, STANCES, QuoteUnit

if TYPE_CHECKING:
    from tokenizers import Tokenizer


PlacedUnit = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""The tokens of an article that a unit's content, source and cue stand on."""


@dataclass(frozen=True)
class UnitTarget:
    """A unit in a window: the positions of its content, source and cue, its stance, its side and its reason."""

    positions: list[list[int]]
    stance: int
    side: int
    reason: int


@dataclass(frozen=True)
class Example:
    """One window with a target a position for each of the three questions, and the units that lie in it."""

    window: Window
    tags: list[int]
    sides: list[int]
    roles: list[int]
    units: list[UnitTarget]


def examples(
    annotated: Sequence[Annotated],
    tokenizer: Tokenizer,
    params: TrainSplitterParams,
    chance: random.Random | None,
    pools: NamePools,
) -> list[Example]:
    """Part articles into training windows; with a source of chance, at new places, with lost marks and other names."""
    special = special_tokens(tokenizer)
    out = []
    for article, units in annotated:
        offset = 0
        if chance:
            offset = chance.randrange(params.window)
            if chance.random() < params.rename:
                article, units = with_other_names((article, units), pools, chance)
            if chance.random() < params.augment:
                article = without_a_mark(article, chance)
        tokens = tokenise(article, tokenizer)
        goal = targets(article, units, tokens)
        placed = placed_units(units, tokens)
        for window in training_windows(tokens, params.window, special, offset):
            tags, sides, roles = (_laid(window, row) for row in (goal.tags, goal.sides, goal.roles))
            out.append(Example(window, tags, sides, roles, unit_targets(window, units, placed)))
    return out


def placed_units(units: Sequence[QuoteUnit], tokens: Tokens) -> list[PlacedUnit]:
    """Find the tokens of each unit's content, source and cue."""
    inside = tokens.inside
    return [(inside(p.content), inside(p.source), inside(p.cue)) for p in unit_spans(units)]


def unit_targets(window: Window, units: Sequence[QuoteUnit], placed: Sequence[PlacedUnit]) -> list[UnitTarget]:
    """Find the units of which a window shows at least half of the content, and where it shows them.

    `placed` are the units' tokens in the article.
    """
    position = {token: position for position, token in enumerate(window.tokens) if token >= 0}
    found = []
    for unit, parts in zip(units, placed, strict=True):
        places = [[position[token] for token in part.tolist() if token in position] for part in parts]
        if places[0] and 2 * len(places[0]) >= len(parts[0]) and unit.stance:
            side = SPOKEN_FOR.index(unit.affiliation) if unit.affiliation in SPOKEN_FOR else IGNORE
            reason = REASONS.index(unit.reason) if unit.reason else IGNORE
            found.append(UnitTarget(places, STANCES.index(unit.stance.label), side, reason))
    return found


def _laid(window: Window, row: Sequence[int]) -> list[int]:
    return [row[t] if t >= 0 else IGNORE for t in window.tokens]
