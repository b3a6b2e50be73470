"""The fairness gate: what a model must show before it may become the champion, check by check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..params import FairnessParams
from .floors import figure


@dataclass(frozen=True)
class Check:
    """One check: what it asks, the figure's path in reports/metrics.json, its value if measured, and its limit.

    A gap between the sides is judged by its size (`gap`) and may not be above the limit; any other figure not below it.
    """

    asks: str
    figure: str
    value: float | None
    limit: float
    gap: bool = False

    @property
    def passed(self) -> bool:
        """Whether the figure was measured and is within its limit."""
        if self.value is None:
            return False
        return abs(self.value) <= self.limit if self.gap else self.value >= self.limit

    @property
    def line(self) -> str:
        """The check and how it went, in one line."""
        bound = f"at most {self.limit} either way" if self.gap else f"at least {self.limit}"
        found = "was not measured" if self.value is None else f"is {self.value}"
        return f"{self.asks}: {self.figure} {found}, must be {bound}"


def fairness_checks(metrics: Mapping[str, Any], limits: FairnessParams) -> list[Check]:
    """Hold the figures of reports/metrics.json against the limits of the gate."""
    mirrored = "fairness/mirrored"
    unchanged = limits.unchanged
    asked = [
        (
            "both sides are recognised alike on validation",
            "validation/fairness/stance_recall_gap",
            limits.recall_gap,
            True,
        ),
        ("both sides are recognised alike in mirrored pairs", f"{mirrored}/recall_gap", limits.mirrored_gap, True),
        ("a mirrored pair gets both its labels", f"{mirrored}/flipped", limits.flipped, False),
        ("a neutral pair stays neutral on both sides", f"{mirrored}/neutral_kept", limits.neutral_kept, False),
        (
            "a neutral statement is called neutral alike on both sides",
            f"{mirrored}/neutral_recall_gap",
            limits.mirrored_gap,
            True,
        ),
        (
            "a neutral statement keeps its label with the other side's speaker",
            f"{mirrored}/neutral_swapped_unchanged",
            limits.swapped,
            False,
        ),
        ("a statement keeps its label without the speaker's name", f"{mirrored}/masked_unchanged", unchanged, False),
        ("a statement keeps its label under other names", f"{mirrored}/renamed_unchanged", unchanged, False),
        (
            "a unit of an article keeps its label under other names",
            "validation/fairness/renamed_unchanged",
            unchanged,
            False,
        ),
    ]
    return [Check(asks, path, figure(metrics, path), limit, gap) for asks, path, limit, gap in asked]


def gate_report(checks: list[Check]) -> dict[str, Any]:
    """Lay out reports/fairness.json: each check by its figure, and what failed, one line each."""
    return {
        "checks": {
            check.figure: {"value": check.value, "limit": check.limit, "passed": check.passed} for check in checks
        },
        "failures": [check.line for check in checks if not check.passed],
    }
