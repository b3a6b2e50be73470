"""From results and coded files to everything that `bothsides estimate` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ..agreement import Agreement, BoundaryAgreement, PairAgreement, agreement, pair_agreements, reliability
from ..balance import Measure
from ..coded import CODE_LABELS, NO_QUOTE
from ..errors import InputError
from ..estimation.design import Bools, Codes, Population
from ..estimation.planning import codes_needed
from ..estimation.shares import FEWEST_CODES, Estimate, estimate, tuning_factor
from ..unit import STANCES
from .codes import CodedFiles
from .draw import draw_order
from .population import check_strata, codes_of, population_of
from .ratings import MODEL, boundaries_of, ratings_of
from .results import Results

_RESAMPLES, _SEED = 1000, 13
_NEXT = 20


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
        return reliability(self.together)

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
    codes = codes_of(ids, coded)
    check_strata([strata[id] for id in ids], codes.coded, coded.draw.by)
    population = population_of(results, [strata[id] for id in ids], measure)
    inside = np.ones(len(ids), dtype=bool)
    for column, value in only:
        values = results.values(column)
        inside &= np.array([values[id] == value for id in ids])
    if not inside.any():
        raise InputError(f"no unit has {', '.join(f'{c}={v}' for c, v in only)}; check the values of --where")
    tuning = tuning_factor(population, codes) if (codes.coded & (codes.valid > 0)).any() else 0.0
    whole = _group("", "", inside, population, codes, tuning)
    if whole.estimate is None:
        raise InputError(_too_few(whole))
    groups = [whole]
    for column in by:
        values = results.values(column)
        groups += _groups(column, [values[id] for id in ids], inside, population, codes, tuning)
    part = {id for id, here in zip(ids, inside, strict=True) if here}
    order = [id for id in draw_order(coded.draw, strata) if id in part]
    have = {id for id, is_coded in zip(ids, codes.coded, strict=True) if is_coded}
    needed = codes_needed(whole.estimate, half_width) if half_width is not None else None
    more = _NEXT if needed is None else needed - whole.codes
    ratings, coders = ratings_of(results, coded)
    return Evidence(
        measure=measure,
        groups=tuple(groups),
        coders={name: int((ratings[:, i] >= 0).sum()) for i, name in enumerate(coders[:-1])},
        together=agreement(ratings[:, :-1], len(CODE_LABELS), _RESAMPLES, _SEED),
        pairs=tuple(pair_agreements(ratings, coders, CODE_LABELS, _RESAMPLES, _SEED)),
        boundaries=tuple(boundaries_of(coded, _RESAMPLES, _SEED)),
        notes=tuple(_notes(coded, order, have)),
        half_width=half_width,
        needed=needed,
        next_units=tuple([id for id in order if id not in have][: max(0, more)]),
    )


def _group(column: str, value: str, where: Bools, population: Population, codes: Codes, tuning: float) -> Group:
    units, count = int(where.sum()), int((codes.coded & where).sum())
    usable = _usable(units, count, bool((codes.valid[codes.coded & where] > 0).any()))
    found = estimate(population, codes, tuning, where) if usable else None
    return Group(column, value, units, count, found)


def _groups(
    column: str, values: Sequence[str], inside: Bools, population: Population, codes: Codes, tuning: float
) -> list[Group]:
    """Make a group of each value that a unit inside has.

    The units of all are counted at once, and only those that get an estimate are looked at one by one: a column may
    have as many values as there are articles.
    """
    names, index = np.unique(np.array(values, dtype=object), return_inverse=True)
    units, coded, valid = (
        np.bincount(index[chosen], minlength=len(names))
        for chosen in (inside, inside & codes.coded, inside & codes.coded & (codes.valid > 0))
    )
    return [
        _group(column, names[i], inside & (index == i), population, codes, tuning)
        if _usable(units[i], coded[i], valid[i] > 0)
        else Group(column, names[i], int(units[i]), int(coded[i]), None)
        for i in np.flatnonzero(units)
    ]


def _usable(units: int, coded: int, any_valid: bool) -> bool:
    """Tell whether a set of units gets an estimate: enough codes, or all that there can be, and one quote in them."""
    return coded >= min(FEWEST_CODES, units) and any_valid


def _too_few(whole: Group) -> str:
    if whole.codes >= FEWEST_CODES:
        return f"every coded unit is {NO_QUOTE}: there are no shares to estimate; check the codes"
    return (
        f"too few codes for an interval: {whole.codes} of {whole.units} units; "
        f"code at least {min(FEWEST_CODES, whole.units)}"
    )


def _notes(coded: CodedFiles, order: Sequence[str], have: set[str]) -> list[str]:
    """Note what was passed over; `order` holds the units that the figures are about, as they are drawn."""
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
