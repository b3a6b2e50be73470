from __future__ import annotations

import ast
import csv
from pathlib import Path

from bothsides.spreadsheet import write_csv

PACKAGE = Path(__file__).parents[1] / "pipeline/bothsides"


def test_no_cell_is_a_formula_and_figures_stay_figures(tmp_path: Path) -> None:
    rows = [
        {"quote": '=HYPERLINK("x")', "gap": -0.5, "found": None},
        {"quote": "@union, we wait", "gap": 2, "found": 1},
    ]
    write_csv(tmp_path / "new/t.csv", rows)
    with (tmp_path / "new/t.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert read == [["quote", "gap", "found"], ['\'=HYPERLINK("x")', "-0.5", ""], ["'@union, we wait", "2", "1"]]


def test_no_rows_give_an_empty_file(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", [])
    assert (tmp_path / "t.csv").read_bytes() == b""


def test_no_stage_writes_csv_past_it() -> None:
    for path in (PACKAGE / "stages").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert "csv" not in {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
