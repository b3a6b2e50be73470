"""The page units.md: the measured table, the targets, and what others published about the same sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from measuring import provisional

Results = Mapping[str, Any]

NAMES = {
    "bothsides": "bothsides",
    "accurate": "bothsides --tier accurate",
    "floor": "fp32 matrix products of the fast encoder alone",
    "textacy": "textacy 0.13",
    "gendergaptracker": "GenderGapTracker's rules",
}
SETS = {
    "gold": "real articles (seeds/gold)",
    "validation": "written articles held out",
    "polnear": "PolNeAR, development split",
}
TARGETS = {
    ("gold", "relaxed"): 0.93,
    ("gold", "joint"): 0.88,
    ("gold", "exact"): 0.80,
    ("gold", "speaker_name"): 0.92,
    ("gold", "affiliation"): 0.95,
    ("validation", "joint"): 0.93,
    ("polnear", "relaxed"): 0.68,
    ("polnear", "joint"): 0.60,
}
SPEED_TARGET, TARGET_FLOOR = 9.0, 16.0
"""Articles a CPU-second to reach, and what the matrix products alone came to on the machine where that was set."""
COLUMNS = ("relaxed", "joint", "exact", "speaker_name", "affiliation")
# Quoted from this project's notes of November 2026; none of it was run by this script.
QUOTED = (
    ("real articles", "GenderGapTracker", "0.642", "0.567"),
    ("PolNeAR, test split", "GenderGapTracker", "0.503", "0.432"),
    ("PolNeAR, test split", "sayswho", "0.306", "0.274"),
    ("PolNeAR, test split", "textacy", "0.283", "0.267"),
    ("PolNeAR", "a second annotator", "0.794", "0.755"),
)


HEAD = """\
# Quote units

Written by `make benchmark-units`, which README.md in this folder explains; do not edit. F1 of units: *relaxed* where
at least half of the content overlaps, *joint* where the speaker is right too, *exact* where the content is the same to
the letter. Scored with `{scorer}`. Name and affiliation: the share that is right of the gold units found.

The sizes: {sizes}.

{scores}

{refused}Against the targets:

{targets}

## Speed

300-word articles a CPU-second, units found and speakers resolved, one thread each, in turns: the median of {rounds}
passes, the smallest and the largest.

{speeds}

GenderGapTracker's rules were written anew from its source for this comparison, and run on spaCy's small English model;
the tool itself takes the large one. textacy finds direct quotations only.

## Quoted, not run here

{quoted}

{provisional}<sub>{machine[cpu]}, {machine[cores]} cores, Python {machine[python]}, load {machine[load]} at the end;
model {model}</sub>
"""


def page(results: Results) -> str:
    """Write the page."""
    speed, units = results["speed"], results["units"]
    ours = speed["bothsides"]["median"]
    speed_rows = [
        [NAMES[n], f"{r['median']:.3g} ({r['low']:.3g} to {r['high']:.3g})"] for n, r in _ordered(speed, NAMES)
    ]
    targets = [
        *_target_lines(results["scores"]),
        f"- 300-word articles a CPU-second: {ours:.3g}, target {SPEED_TARGET:g}: {_met(ours >= SPEED_TARGET)}"
        + _share_of_floor(ours, speed),
    ]
    return HEAD.format(
        scorer=results["scorer"],
        sizes="; ".join(f"{SETS[s]}: {n} articles, {units[s]} units" for s, n in _ordered(results["articles"], SETS)),
        scores=_table(["set", "tool", *(c.replace("_", " ") for c in COLUMNS)], _score_rows(results)),
        refused=_refused(results),
        targets="\n".join(targets),
        rounds=results["rounds"],
        speeds=_table(["tool", "articles a CPU-second"], speed_rows),
        quoted=_table(["set", "tool", "relaxed", "joint"], QUOTED),
        provisional=provisional(results["machine"], results["rounds"]),
        machine=results["machine"],
        model=results["model"],
    )


def _score_rows(results: Results) -> list[list[str]]:
    rows = []
    for name, tools in _ordered(results["scores"], SETS):
        for tool, figures in _ordered(tools, NAMES):
            shown = [f"{figures[c]:.3f}" if c in figures else "" for c in COLUMNS]
            rows.append([SETS[name], NAMES[tool], *shown])
        rows += [
            [SETS[name], NAMES[tool], f"not run: {why}", "", "", "", ""] for tool, why in results["not_run"].items()
        ]
    return rows


def _refused(results: Results) -> str:
    counts = [
        f"{tools['textacy']['refused']} of {results['articles'][name]} in {SETS[name]}"
        for name, tools in _ordered(results["scores"], SETS)
        if tools.get("textacy", {}).get("refused")
    ]
    if not counts:
        return ""
    where = "; ".join(counts)
    return f"textacy refuses articles with an odd number of quotation marks ({where}): they count as without units.\n\n"


def _target_lines(scores: Results) -> list[str]:
    lines = []
    for (name, measure), target in TARGETS.items():
        if name in scores:
            value = scores[name]["bothsides"][measure]
            gap = "" if value >= target else f", by {target - value:.3f}"
            what = f"{SETS[name]}, {measure.replace('_', ' ')}"
            larger = scores[name].get("accurate", {}).get(measure)
            beside = "" if larger is None else f" (accurate tier: {larger:.3f}, {_met(larger >= target)})"
            lines.append(f"- {what}: {value:.3f}, target {target:.2f}: {_met(value >= target)}{gap}{beside}")
    return lines


def _share_of_floor(ours: float, speed: Results) -> str:
    if "floor" not in speed:
        return ""
    floor = speed["floor"]["median"]
    return (
        f" ({ours / floor:.0%} of the {floor:.3g} that the encoder's fp32 matrix products alone reach on this machine; "
        f"the target was set where these reach {TARGET_FLOOR:g}, as {SPEED_TARGET / TARGET_FLOOR:.0%} of them)"
    )


def _ordered(values: Results, order: Mapping[str, str]) -> list[tuple[str, Any]]:
    """Give the items in the order of the names shown: JSON keeps them by the alphabet."""
    return [(name, values[name]) for name in order if name in values]


def _met(met: bool) -> str:
    return "met" if met else "not met"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])
