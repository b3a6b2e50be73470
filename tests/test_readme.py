from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bothsides.errors import InputError
from bothsides.stages.readme import figure_table, filled, stage_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_pipeline_and_of_the_committed_reports():
    assert filled(README, ROOT) == README, "run `python pipeline/run.py readme` and commit README.md"


def test_every_file_that_the_documents_link_to_is_there():
    made = {"models/bundle/card.md"}
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert link in made or (document.parent / link).exists(), f"{document.name}: {link}"


def test_a_matrix_stage_is_one_row():
    stages = {"train": {"desc": "Train.", "outs": ["models/${item.model}"], "metrics": [{"reports/a.json": {}}]}}
    assert stage_table(stages).splitlines()[-1] == "| `train` | Train. | `models/*`, `reports/a.json` |"


def test_a_figure_shows_its_interval_and_the_written_articles():
    metrics = json.loads((ROOT / "reports/metrics.json").read_text(encoding="utf-8"))
    row = next(line for line in figure_table(metrics).splitlines() if "joint F1" in line)
    units, written = metrics["units"], metrics["validation"]["units"]
    interval = f"{units['joint_f1_low']:.3f} to {units['joint_f1_high']:.3f}"
    assert row.endswith(f"| {units['joint_f1']:.3f} | {interval} | {written['joint_f1']:.3f} |")


def test_a_lost_marker_is_named():
    with pytest.raises(InputError, match="stages"):
        filled("# bothsides\n", ROOT)
