"""From results and coded files to everything that `bothsides estimate` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ..agreement import (
    Agreement,
    BoundaryAgreement,
    PairAgreement,
    agreement,
    boundary_agreement,
    pair_agreements,
    verdict,
)
from ..balance import Measure, weight
from ..coded import CODE_LABELS, NO_QUOTE
from ..errors import InputError
from ..estimation.design import Bools, Codes, Population
from ..estimation.planning import codes_needed
from ..estimation.shares import FEWEST_CODES, Estimate, estimate, tuning_factor
from ..unit import STANCES
from .codes import CodedFiles
from .draw import FEWEST_PER_STRATUM, draw_order
from .results import Results

MODEL = "model"
"""The name under which the model stands among the coders."""

_RESAMPLES, _SEED = 1000, 13
_NEXT = 20
_SHOWN_VALUES = 5


@dataclass(frozen=True)
class Group:
    """One set of units, those with `value` in `column` (all of them where both are empty), and its estimate.

    `estimate` is None where the set has too few codes for an interval.
    """

    column: str
    value: str
    units: int
    codes: int
    estimate: Estimate | None


@dataclass(frozen=True)
class Evidence:
    """What the codes say: the groups (the first is the whole), the agreement, and how to go on."""

    measure: Measure
    groups: tuple[Group, ...]
    coders: dict[str, int]
    together: Agreement | None
    pairs: tuple[PairAgreement, ...]
    boundaries: tuple[BoundaryAgreement, ...]
    notes: tuple[str, ...]
    half_width: float | None
    needed: int | None
    next_units: tuple[str, ...] = field(default=())

    @property
    def whole(self) -> Estimate:
        """The estimate of all units that were asked for."""
        found = self.groups[0].estimate
        assert found is not None  # `weigh` raises where the whole has too few codes
        return found

    @property
    def verdict(self) -> str:
        """Whether the codes are reliable, or why that cannot be told."""
        if self.together is None:
            return "agreement unknown, for no unit was coded by two; give the first 50 of the sample to a second coder"
        if self.together.alpha is None:
            return "undefined: all codes are one and the same label"
        return verdict(self.together.alpha)

    def as_dict(self) -> dict[str, Any]:
        """Lay out everything for JSON; shares and half-widths are 0 to 1."""
        return {
            "measure": self.measure,
            "groups": [
                {"column": g.column, "value": g.value, "units": g.units, "codes": g.codes}
                | (g.estimate.as_dict() if g.estimate else {"shares": None})
                for g in self.groups
            ],
            "agreement": {
                "coders": self.coders,
                "all_coders": asdict(self.together) if self.together else None,
                "verdict": self.verdict,
                "pairs": [asdict(pair) for pair in self.pairs],
                "boundaries": [asdict(pair) for pair in self.boundaries],
            },
            "notes": list(self.notes),
            "plan": {"half_width": self.half_width, "codes_needed": self.needed, "next_units": list(self.next_units)},
        }

    def rows(self) -> list[dict[str, object]]:
        """Lay out the shares as a table, one row for each group and label."""
        rows: list[dict[str, object]] = []
        for group in self.groups:
            for label in STANCES:
                row: dict[str, object] = {
                    "measure": self.measure,
                    "column": group.column,
                    "value": group.value,
                    "units": group.units,
                    "codes": group.codes,
                    "label": label,
                }
                share = group.estimate.shares[label] if group.estimate else None
                row["naive"] = round(share.naive, 6) if share else None
                for name in ("alone", "corrected", "beyond"):
                    interval = getattr(share, name) if share else None
                    for end in ("value", "low", "high"):
                        row[f"{name}_{end}"] = round(getattr(interval, end), 6) if interval else None
                rows.append(row)
        return rows


def weigh(
    results: Results,
    coded: CodedFiles,
    by: Sequence[str] = (),
    only: Sequence[tuple[str, str]] = (),
    measure: Measure = "quotes",
    half_width: float | None = None,
) -> Evidence:
    """Estimate the shares of the whole and of the groups of each column in `by`, and measure the agreement.

    `only` restricts the whole to units with these values of these columns. `half_width` is a share (0.03).

    Raises `InputError` where the codes are too few for any interval, or a column is not there.
    """
    if coded.draw is None or not coded.codes:
        raise InputError("no unit has a code; fill in the column label, or code the tasks, and export again")
    if MODEL in coded.coders:
        raise InputError(f"a coder is named {MODEL!r}, as the model is; rename the coder, or the file of codes")
    strata = results.values(coded.draw.by) if coded.draw.by else {unit.id: "" for unit in results.units}
    ids = [unit.id for unit in results.units]
    codes = _codes(ids, coded)
    _check_strata([strata[id] for id in ids], codes.coded, coded.draw.by)
    population = _population(results, [strata[id] for id in ids], measure)
    inside = np.ones(len(ids), dtype=bool)
    for column, value in only:
        values = results.values(column)
        inside &= np.array([values[id] == value for id in ids])
    if not inside.any():
        raise InputError(f"no unit has {', '.join(f'{c}={v}' for c, v in only)}; check the values of --where")
    tuning = tuning_factor(population, codes) if (codes.coded & (codes.valid > 0)).any() else 0.0
    groups = [_group("", "", inside, population, codes, tuning)]
    if groups[0].estimate is None:
        raise InputError(_too_few(groups[0]))
    for column in by:
        values = results.values(column)
        column_values = np.array([values[id] for id in ids], dtype=object)
        for value in sorted({values[id] for id, here in zip(ids, inside, strict=True) if here}):
            groups.append(_group(column, value, inside & (column_values == value), population, codes, tuning))
    order = draw_order(coded.draw, strata)
    have = {id for id, is_coded in zip(ids, codes.coded, strict=True) if is_coded}
    needed = codes_needed(groups[0].estimate, half_width) if half_width is not None else None
    more = _NEXT if needed is None else needed - groups[0].codes
    ratings, coders = _ratings(results, coded)
    return Evidence(
        measure=measure,
        groups=tuple(groups),
        coders={name: int((ratings[:, i] >= 0).sum()) for i, name in enumerate(coders[:-1])},
        together=agreement(ratings[:, :-1], len(CODE_LABELS), _RESAMPLES, _SEED),
        pairs=tuple(pair_agreements(ratings, coders, CODE_LABELS, _RESAMPLES, _SEED)),
        boundaries=tuple(_boundaries(coded)),
        notes=tuple(_notes(coded, order, have)),
        half_width=half_width,
        needed=needed,
        next_units=tuple([id for id in order if id not in have][: max(0, more)]),
    )


def _population(results: Results, strata: Sequence[str], measure: Measure) -> Population:
    units = results.units
    return Population(
        predicted=np.array([STANCES.index(unit.stance) for unit in units]),
        probabilities=np.array([unit.probabilities for unit in units]),
        weights=np.array([weight(measure, unit.words, unit.position) for unit in units]),
        strata=np.unique(np.array(strata, dtype=object).astype(str), return_inverse=True)[1],
        articles=np.unique([unit.article_id for unit in units], return_inverse=True)[1],
    )


def _codes(ids: Sequence[str], coded: CodedFiles) -> Codes:
    index = {id: i for i, id in enumerate(ids)}
    labels = np.zeros((len(ids), len(STANCES)))
    coders = np.zeros(len(ids))
    for code in coded.codes:
        coders[index[code.unit]] += 1
        if code.label in STANCES:
            labels[index[code.unit], CODE_LABELS.index(code.label)] += 1
    return Codes(coders > 0, labels / np.maximum(coders, 1)[:, None])


def _check_strata(strata: Sequence[str], coded: Bools, by: str) -> None:
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


def _group(column: str, value: str, where: Bools, population: Population, codes: Codes, tuning: float) -> Group:
    count = int((codes.coded & where).sum())
    usable = count >= min(FEWEST_CODES, int(where.sum())) and bool((codes.valid[codes.coded & where] > 0).any())
    found = estimate(population, codes, tuning, where) if usable else None
    return Group(column, value, int(where.sum()), count, found)


def _too_few(whole: Group) -> str:
    if whole.codes >= FEWEST_CODES:
        return f"every coded unit is {NO_QUOTE}: there are no shares to estimate; check the codes"
    return (
        f"too few codes for an interval: {whole.codes} of {whole.units} units; "
        f"code at least {min(FEWEST_CODES, whole.units)}"
    )


def _ratings(results: Results, coded: CodedFiles) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[str]]:
    """Table the labels of the coders, and last of the model, for the units that have a code."""
    coders = [*coded.coders, MODEL]
    stances = {unit.id: unit.stance for unit in results.units}
    rows = {id: number for number, id in enumerate(sorted({code.unit for code in coded.codes}))}
    ratings = np.full((len(rows), len(coders)), -1)
    for code in coded.codes:
        ratings[rows[code.unit], coders.index(code.coder)] = CODE_LABELS.index(code.label)
    for id, row in rows.items():
        ratings[row, -1] = CODE_LABELS.index(stances[id])
    return ratings, coders


def _boundaries(coded: CodedFiles) -> list[BoundaryAgreement]:
    marks: dict[str, dict[str, frozenset[int]]] = {}
    for code in coded.codes:
        if code.marked and code.found:
            marks.setdefault(code.coder, {})[code.unit] = code.marked
            marks.setdefault(MODEL, {})[code.unit] = code.found
    names = [name for name in (*coded.coders, MODEL) if name in marks]
    found = []
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            pairs = [(marks[first][u], marks[second][u]) for u in sorted(marks[first].keys() & marks[second].keys())]
            if pairs:
                found.append(boundary_agreement(pairs, first, second, _RESAMPLES, _SEED))
    return found


def _notes(coded: CodedFiles, order: Sequence[str], have: set[str]) -> list[str]:
    notes = []
    if coded.blank:
        notes.append(f"{coded.blank} records have no label and were passed over")
    last = max((i for i, id in enumerate(order) if id in have), default=-1)
    if holes := sum(id not in have for id in order[: last + 1]):
        notes.append(
            f"{holes} units come before the last coded one in the draw and have no code: "
            "the intervals hold only if these were left out by chance"
        )
    return notes
