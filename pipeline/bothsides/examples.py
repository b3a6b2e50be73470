"""Training examples: windows of annotated articles with what is asked of each token and each unit.

Each epoch cuts the articles at other places, loses quotation marks and replaces names.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .article import Span
from .augment import Annotated, NamePools, with_other_names, without_a_mark
from .params import TrainSplitterParams
from .quotes.targets import IGNORE, targets
from .quotes.windows import Window, special_tokens, tokenise, training_windows
from .stance.calibration import SPOKEN_FOR
from .stance.pooling import unit_spans
from .teaching import Probabilities, Teacher
from .unit import STANCES, QuoteUnit

if TYPE_CHECKING:
    from tokenizers import Tokenizer


PlacedUnit = tuple[list[int], list[int], list[int]]
"""The tokens of an article that a unit's content, source and cue stand on."""


@dataclass(frozen=True)
class UnitTarget:
    """A unit in a window: the positions of its content, source and cue, its stance and whom its source speaks for.

    `taught` are the teacher's probabilities of the stances and of the sides, where it has any.
    """

    positions: list[list[int]]
    stance: int
    side: int
    taught: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Example:
    """One window with a target a position for each of the three questions, and the units that lie in it.

    `taught` are the teacher's probabilities, (positions, labels), where it has read this very text.
    """

    window: Window
    tags: list[int]
    sides: list[int]
    roles: list[int]
    units: list[UnitTarget]
    taught: Probabilities | None = None


def examples(
    annotated: Sequence[Annotated],
    tokenizer: Tokenizer,
    params: TrainSplitterParams,
    chance: random.Random | None,
    pools: NamePools,
    teacher: Teacher,
) -> list[Example]:
    """Part articles into training windows; with a source of chance, at new places, with lost marks and other names."""
    special = special_tokens(tokenizer)
    out = []
    for given in annotated:
        article, units = given
        offset = 0
        if chance:
            offset = chance.randrange(params.window)
            if chance.random() < params.rename:
                article, units = with_other_names(given, pools, chance)
            if chance.random() < params.augment:
                article = without_a_mark(article, chance)
        tokens = tokenise(article, tokenizer)
        # Where words were changed, what the teacher said of a token is lost, but not what it said of a unit.
        soft = teacher.tokens_of(article.id, len(tokens)) if article is given[0] else None
        goal = targets(article, units, tokens)
        placed = placed_units(units, tokens.spans)
        answers = [teacher.units.get((article.id, number)) for number in range(1, len(units) + 1)]
        for window in training_windows(tokens, params.window, special, offset):
            tags, sides, roles = (_laid(window, row) for row in (goal.tags, goal.sides, goal.roles))
            found = unit_targets(window, units, placed, answers)
            out.append(Example(window, tags, sides, roles, found, None if soft is None else _taught(window, soft)))
    return out


def placed_units(units: Sequence[QuoteUnit], spans: Sequence[Span]) -> list[PlacedUnit]:
    """Find the tokens of each unit's content, source and cue; `spans` are the character ranges of the tokens."""
    columns = np.array(spans, dtype=np.int64).reshape(-1, 2)

    def inside(ranges: Sequence[Span]) -> list[int]:
        touched = np.zeros(len(columns), dtype=bool)
        for start, end in ranges:
            touched |= (columns[:, 0] < end) & (columns[:, 1] > start)
        return [int(token) for token in np.flatnonzero(touched)]

    return [(inside(p.content), inside(p.source), inside(p.cue)) for p in unit_spans(units)]


def unit_targets(
    window: Window,
    units: Sequence[QuoteUnit],
    placed: Sequence[PlacedUnit],
    taught: Sequence[tuple[float, ...] | None],
) -> list[UnitTarget]:
    """Find the units of which a window shows at least half of the content, and where it shows them.

    `placed` are the units' tokens in the article; `taught` is the teacher's answer to each unit.
    """
    position = {token: position for position, token in enumerate(window.tokens) if token >= 0}
    found = []
    for unit, parts, answer in zip(units, placed, taught, strict=True):
        places = [[position[token] for token in part if token in position] for part in parts]
        if places[0] and 2 * len(places[0]) >= len(parts[0]) and unit.stance:
            side = SPOKEN_FOR.index(unit.affiliation) if unit.affiliation in SPOKEN_FOR else IGNORE
            found.append(UnitTarget(places, STANCES.index(unit.stance.label), side, answer))
    return found


def _laid(window: Window, row: Sequence[int]) -> list[int]:
    return [row[t] if t >= 0 else IGNORE for t in window.tokens]


def _taught(window: Window, soft: Probabilities) -> Probabilities:
    """Lay out what the teacher says of a window's positions; of special tokens nothing is asked."""
    return np.stack([soft[t] if t >= 0 else np.zeros(soft.shape[1], dtype=np.float32) for t in window.tokens])
