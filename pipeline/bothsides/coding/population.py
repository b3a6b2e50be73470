"""Results and codes as the arrays that an estimate is made from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..balance import Measure, weight
from ..coded import CODE_LABELS
from ..errors import InputError
from ..estimation.design import FEWEST_PER_STRATUM, Bools, Codes, Population
from ..unit import STANCES
from .codes import CodedFiles
from .results import Results

_SHOWN_VALUES = 5


def population_of(results: Results, strata: Sequence[str], measure: Measure) -> Population:
    """Lay out all units of the results, with what each counts and the stratum that it may be drawn from."""
    units = results.units
    return Population(
        predicted=np.array([STANCES.index(unit.stance) for unit in units]),
        probabilities=np.array([unit.probabilities for unit in units]),
        weights=np.array([weight(measure, unit.words, unit.position) for unit in units]),
        strata=np.unique(np.array(strata, dtype=object).astype(str), return_inverse=True)[1],
        articles=np.unique([unit.article_id for unit in units], return_inverse=True)[1],
    )


def codes_of(ids: Sequence[str], coded: CodedFiles) -> Codes:
    """Lay out the codes of the units, those of several coders by their shares."""
    index = {id: i for i, id in enumerate(ids)}
    labels = np.zeros((len(ids), len(STANCES)))
    coders = np.zeros(len(ids))
    for code in coded.codes:
        coders[index[code.unit]] += 1
        if code.label in STANCES:
            labels[index[code.unit], CODE_LABELS.index(code.label)] += 1
    return Codes(coders > 0, labels / np.maximum(coders, 1)[:, None])


def check_strata(strata: Sequence[str], coded: Bools, by: str) -> None:
    """Raise `InputError` where a stratum of a draw has too few codes to tell how its units differ."""
    sizes: dict[str, list[int]] = {}
    for stratum, is_coded in zip(strata, coded, strict=True):
        size = sizes.setdefault(stratum, [0, 0])
        size[0] += 1
        size[1] += bool(is_coded)
    lacking = [s for s, (units, codes) in sizes.items() if codes < min(FEWEST_PER_STRATUM, units)]
    if by and lacking:
        named = ", ".join(map(repr, lacking[:_SHOWN_VALUES]))
        raise InputError(
            f"too few codes for an interval: fewer than {FEWEST_PER_STRATUM} units of {by} {named} are coded; "
            "code the sample in its order"
        )
