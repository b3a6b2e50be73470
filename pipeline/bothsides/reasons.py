"""Why annotated units have their stance: a layer of annotation beside the articles, which only training reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from .errors import InputError
from .tables import read_jsonl
from .unit import PARTISAN_REASONS, REASONS, QuoteUnit, Reason

FILE = "reasons.jsonl"


def read_reasons(path: Path) -> dict[str, tuple[Reason, ...]]:
    """Read the reasons by article, one for each of its units in reading order; nothing where there is no such file.

    A line is one article: `{"article": ..., "reasons": [...]}`. Raises `InputError` naming file, article and what is
    wrong.
    """
    found: dict[str, tuple[Reason, ...]] = {}
    for record in read_jsonl(path) if path.exists() else ():
        article, given = record.get("article"), record.get("reasons")
        if not isinstance(article, str) or not isinstance(given, list) or record.keys() != {"article", "reasons"}:
            raise InputError(f'{path}: a line is not {{"article": ..., "reasons": [...]}}; it has {sorted(record)}')
        if article in found:
            raise InputError(f"{path}: {article} stands there twice; remove one of its lines")
        if unknown := [r for r in given if r not in REASONS]:
            raise InputError(f"{path}: {article} has the reason {unknown[0]!r}; it must be one of {', '.join(REASONS)}")
        found[article] = tuple(given)
    return found


def with_reasons(
    article: str, units: Sequence[QuoteUnit], reasons: Mapping[str, Sequence[Reason]], path: Path
) -> tuple[QuoteUnit, ...]:
    """Give the units of an article their reasons, where any are told; `path` is the file that they came from.

    Raises `InputError` where there is not one for each unit, or one does not fit its unit's stance.
    """
    if article not in reasons:
        return tuple(units)
    given = reasons[article]
    if len(given) != len(units):
        raise InputError(f"{path}: {article} has {len(given)} reasons and {len(units)} units; give each unit one")
    for number, (unit, reason) in enumerate(zip(units, given, strict=True), start=1):
        label = unit.stance.label if unit.stance else "neutral"
        if (reason in PARTISAN_REASONS) == (label == "neutral"):
            raise InputError(f"{path}: {article}, unit {number} is {label}, which {reason!r} cannot be the reason for")
    return tuple(replace(unit, reason=reason) for unit, reason in zip(units, given, strict=True))
