"""`python pipeline/run.py readme`: writes the README's tables of stages and figures from dvc.yaml and the reports."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..params import Params

_FIGURES = (
    ("quote units found: half of the content overlaps (relaxed F1)", "units/relaxed_f1"),
    ("... and the mention of the speaker is right (joint F1)", "units/joint_f1"),
    ("quote units found to the letter, whoever speaks (exact F1)", "units/exact_f1"),
    ("full name of the speaker right, of matched units", "units/name_accuracy"),
    ("affiliation of the speaker right, of matched units", "units/affiliation_accuracy"),
    ("stance of given units (macro-F1)", "stance/macro_f1"),
    ("unit found, mention of the speaker and stance right (F1)", "end_to_end/labelled_f1"),
    ("baseline: the speaker's true side as the label (macro-F1)", "baselines/speaker_side/macro_f1"),
    ("baseline: labelling functions (macro-F1)", "baselines/functions/macro_f1"),
    ("baseline: TF-IDF (macro-F1)", "baselines/tfidf/macro_f1"),
)


def main(root: Path, params: Params) -> None:
    """Rewrite the tables between the README's markers.

    Raises `InputError` where the README lacks a marker.
    """
    path = root / "README.md"
    path.write_text(filled(path.read_text(encoding="utf-8"), root), encoding="utf-8")


def filled(readme: str, root: Path) -> str:
    """Give the README with its tables as dvc.yaml and reports/metrics.json have them now."""
    import yaml

    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    metrics = json.loads((root / "reports/metrics.json").read_text(encoding="utf-8"))
    for name, table in (("stages", stage_table(stages)), ("figures", figure_table(metrics))):
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(readme):
            raise InputError(f"README.md: the markers <!-- {name} --> and <!-- /{name} --> are missing; put them back")
        readme = pattern.sub(lambda m, t=table: m.group(1) + t + m.group(2), readme)  # type: ignore[misc]
    return readme


def stage_table(stages: Mapping[str, Any]) -> str:
    """Lay out name, description and outputs of each stage."""
    rows = ["| stage | what it does | writes |", "| --- | --- | --- |"]
    for name, stage in stages.items():
        outs = [
            next(iter(o)) if isinstance(o, dict) else o for o in [*stage.get("outs", []), *stage.get("metrics", [])]
        ]
        shown = ", ".join(f"`{o.replace('${item.model}', '*')}`" for o in outs)
        rows.append(f"| `{name}` | {stage['desc']} | {shown} |")
    return "\n".join(rows)


def figure_table(metrics: Mapping[str, Any]) -> str:
    """Lay out the headline figures: the real articles with their intervals, the written ones held out beside them."""
    held_out = metrics["validation"]["articles"]
    rows = [
        f"| | {metrics['articles']} real articles | 95% interval | {held_out} written, held out |",
        "| --- | --- | --- | --- |",
    ]
    for text, path in _FIGURES:
        value, low, high = (_at(metrics, path + suffix) for suffix in ("", "_low", "_high"))
        rows.append(f"| {text} | {value:.3f} | {low:.3f} to {high:.3f} | {_at(metrics['validation'], path):.3f} |")
    return "\n".join(rows)


def _at(metrics: Mapping[str, Any], path: str) -> float:
    value: Any = metrics
    for key in path.split("/"):
        value = value[key]
    return float(value)
