"""Mirrored statements, the same kind of argument made by each side, and what the model makes of them.

A model that favours a side, leans on names, or labels by the speaker alone shows it here: a pair counts only where
both members get their own label, and neutral pairs tell whether a side's statement may be neutral at all. The
statements stand alone (`stance.statement.statement`). Intervals are over pairs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from ..augment import NamePools, with_other_names
from ..errors import InputError
from ..marks import UnitType
from ..stance.statement import Statement, statement
from ..tables import Record, read_jsonl
from ..unit import StanceLabel
from .bootstrap import Counts, Estimate, Floats, Resamples, Totals, ratio
from .judging import Classify, alone
from .stance import SIDE_STANCE

Side = Literal["union", "district"]
SIDES: tuple[Side, ...] = get_args(Side)

_OTHER: dict[Side, Side] = {"union": "district", "district": "union"}
_TYPES: tuple[UnitType, ...] = ("direct", "indirect")


@dataclass(frozen=True)
class Member:
    """One statement of a pair: who says it, as an article would tell, and what."""

    name: str
    role: str
    quote: str
    stance: StanceLabel


@dataclass(frozen=True)
class Pair:
    """Two statements of one kind and form, one from each side; both are partisan, or both are neutral."""

    kind: str
    type: UnitType
    union: Member
    district: Member

    @property
    def neutral(self) -> bool:
        """Whether the pair serves neither side."""
        return self.union.stance == "neutral"

    def member(self, side: Side) -> Member:
        """Give the statement of one side."""
        return self.union if side == "union" else self.district


def read_pairs(path: Path) -> list[Pair]:
    """Read the pairs, one JSON object a line; docs/mirrored-pairs.md describes them.

    Raises `InputError` naming file and line where one is not of the right form, and where there is none of a kind.
    """
    try:
        pairs = [_pair(record, f"{path}:{number}") for number, record in enumerate(read_jsonl(path), start=1)]
    except OSError as error:
        raise InputError(f"{path}: cannot be read; restore it from the repository") from error
    for what, neutral in (("partisan", False), ("neutral", True)):
        if not any(pair.neutral == neutral for pair in pairs):
            raise InputError(f"{path}: has no {what} pair; add some, as docs/mirrored-pairs.md tells")
    return pairs


def mirrored_figures(
    pairs: Sequence[Pair], classify: Classify, pools: NamePools, resamples: int, seed: int
) -> dict[str, int | Estimate]:
    """Ask the model about every statement whole and under each change, and score the answers.

    `pairs` and `neutral_pairs` count the partisan and the neutral ones. Of partisan pairs: `flipped`, both members get
    their own label; `union_recall`, `district_recall` and their difference `recall_gap`. Of neutral pairs:
    `neutral_kept`, both are called neutral, and the recall of each side's. Over all statements: `accuracy`, the same
    with the quote or the speaker alone, and `opposed`, the share that gets the other side's label. What a change leaves
    of the labels: `masked_unchanged`, without the name; `renamed_unchanged`, with people, places and bodies named
    otherwise; `swapped_unchanged` of partisan and `neutral_swapped_unchanged` of neutral statements, from the mouth of
    the other member's speaker.
    """
    chance = random.Random(seed)
    changes: dict[str, Callable[[Pair, Side], Statement]] = {
        "whole": _whole,
        "masked": lambda pair, side: _said(pair, side, "", pair.member(side).role),
        "quote_only": lambda pair, side: _said(pair, side, "", ""),
        "speaker_only": lambda pair, side: statement(pair.kind, "", pair.member(side).name, pair.member(side).role),
        "swapped": lambda pair, side: _said(pair, side, pair.member(_OTHER[side]).name, pair.member(_OTHER[side]).role),
        "renamed": lambda pair, side: renamed_statement(_whole(pair, side), pools, chance),
    }
    asked = {
        name: alone([[change(pair, side) for side in SIDES] for pair in pairs], classify)
        for name, change in changes.items()
    }
    drawn = Resamples.draw(len(pairs), resamples, seed)
    counts = [_counts(pair, {name: labels[i] for name, labels in asked.items()}) for i, pair in enumerate(pairs)]
    neutral = sum(pair.neutral for pair in pairs)
    return {"pairs": len(pairs) - neutral, "neutral_pairs": neutral, **drawn.estimate(counts, _figures)}


def renamed_statement(said: Statement, pools: NamePools, chance: random.Random) -> Statement:
    """Name the people, places and bodies of a statement otherwise."""
    article, unit = said
    renamed, (moved,) = with_other_names((article, [unit]), pools, chance)
    return renamed, moved


def _whole(pair: Pair, side: Side) -> Statement:
    return _said(pair, side, pair.member(side).name, pair.member(side).role)


def _said(pair: Pair, side: Side, name: str, role: str) -> Statement:
    return statement(pair.kind, pair.member(side).quote, name, role, pair.type)


def _counts(pair: Pair, asked: Mapping[str, Sequence[StanceLabel | None]]) -> Counts:
    """Count what one pair adds; the labels of each change stand in the order of `SIDES`."""
    kind = "neutral" if pair.neutral else "partisan"
    gold = [pair.member(side).stance for side in SIDES]
    right = [found == label for found, label in zip(asked["whole"], gold, strict=True)]
    counts: dict[str, float] = {"statements": len(SIDES), f"{kind}_pairs": 1, f"{kind}_both": all(right)}
    for side, ok, found in zip(SIDES, right, asked["whole"], strict=True):
        counts |= {f"{kind}_{side}": ok}
        counts["opposed"] = counts.get("opposed", 0) + (found == SIDE_STANCE[_OTHER[side]])
    for name, labels in asked.items():
        counts[f"{name}_right"] = sum(found == label for found, label in zip(labels, gold, strict=True))
        same = sum(found == whole for found, whole in zip(labels, asked["whole"], strict=True))
        counts |= {f"{name}_same": same, f"{name}_{kind}_same": same}
    return counts


def _figures(totals: Totals) -> dict[str, Floats]:
    partisan, neutral, all_of_them = totals["partisan_pairs"], totals["neutral_pairs"], totals["statements"]
    recall = {side: ratio(totals[f"partisan_{side}"], partisan) for side in SIDES}
    kept = {side: ratio(totals[f"neutral_{side}"], neutral) for side in SIDES}
    return {
        "flipped": ratio(totals["partisan_both"], partisan),
        **{f"{side}_recall": value for side, value in recall.items()},
        "recall_gap": recall["union"] - recall["district"],
        "opposed": ratio(totals["opposed"], all_of_them),
        "neutral_kept": ratio(totals["neutral_both"], neutral),
        **{f"neutral_{side}_recall": value for side, value in kept.items()},
        "neutral_recall_gap": kept["union"] - kept["district"],
        "accuracy": ratio(totals["whole_right"], all_of_them),
        "quote_only_accuracy": ratio(totals["quote_only_right"], all_of_them),
        "speaker_only_accuracy": ratio(totals["speaker_only_right"], all_of_them),
        "masked_unchanged": ratio(totals["masked_same"], all_of_them),
        "renamed_unchanged": ratio(totals["renamed_same"], all_of_them),
        "swapped_unchanged": ratio(totals["swapped_partisan_same"], len(SIDES) * partisan),
        "neutral_swapped_unchanged": ratio(totals["swapped_neutral_same"], len(SIDES) * neutral),
    }


def _pair(record: Record, where: str) -> Pair:
    try:
        pair = Pair(record["kind"], record["type"], _member(record["union"]), _member(record["district"]))
    except (KeyError, TypeError) as error:
        wish = "kind, type, and under union and district name, role, quote and stance, all of them text"
        raise InputError(f"{where}: is no pair of statements; it must have {wish}") from error
    if pair.type not in _TYPES:
        raise InputError(f"{where}: the type is {pair.type!r}; it must be direct or indirect")
    stances = (pair.union.stance, pair.district.stance)
    if stances not in (("neutral", "neutral"), ("union-aligned", "district-aligned")):
        found = " and ".join(map(str, stances))
        raise InputError(f"{where}: the stances are {found}; give each member its side's, or both neutral")
    return pair


def _member(record: Record) -> Member:
    values = [record[field.name] for field in fields(Member)]
    if not all(isinstance(value, str) and value for value in values):
        raise TypeError
    return Member(*values)
