"""Training examples: windows of annotated articles with what is asked of each token and each unit.

Each epoch cuts the articles at other places, loses quotation marks and replaces names.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
        for window in training_windows(tokens, params.window, special, offset):
            tags, sides, roles = (_laid(window, row) for row in (goal.tags, goal.sides, goal.roles))
            taught = [teacher.units.get((article.id, number)) for number in range(1, len(units) + 1)]
            found = unit_targets(window, tokens.spans, units, taught)
            out.append(Example(window, tags, sides, roles, found, None if soft is None else _taught(window, soft)))
    return out


def unit_targets(
    window: Window,
    spans: Sequence[tuple[int, int]],
    units: Sequence[QuoteUnit],
    taught: Sequence[tuple[float, ...] | None],
) -> list[UnitTarget]:
    """Find the units of which a window shows at least half of the content, and where it shows them.

    `spans` are the character ranges of the article's tokens; `taught` is the teacher's answer to each unit.
    """
    shown = [(position, spans[t]) for position, t in enumerate(window.tokens) if t >= 0]

    def positions(ranges: Sequence[tuple[int, int]]) -> list[int]:
        return [p for p, (start, end) in shown if any(start < e and end > s for s, e in ranges)]

    found = []
    for unit, parts, answer in zip(units, unit_spans(units), taught, strict=True):
        here = positions(parts.content)
        whole = sum(any(start < e and end > s for s, e in parts.content) for start, end in spans)
        if here and 2 * len(here) >= whole and unit.stance:
            side = SPOKEN_FOR.index(unit.affiliation) if unit.affiliation in SPOKEN_FOR else IGNORE
            places = [here, positions(parts.source), positions(parts.cue)]
            found.append(UnitTarget(places, STANCES.index(unit.stance.label), side, answer))
    return found


def _laid(window: Window, row: Sequence[int]) -> list[int]:
    return [row[t] if t >= 0 else IGNORE for t in window.tokens]


def _taught(window: Window, soft: Probabilities) -> Probabilities:
    """Lay out what the teacher says of a window's positions; of special tokens nothing is asked."""
    return np.stack([soft[t] if t >= 0 else np.zeros(soft.shape[1], dtype=np.float32) for t in window.tokens])
