from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from bothsides.errors import InputError
from bothsides.params import load_params
from bothsides.stages import error_page
from bothsides.unit import REASONS


def test_the_page_shows_twenty_of_each_from_the_committed_reports(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "reports", tmp_path / "reports")
    (tmp_path / "docs").mkdir()
    error_page.main(tmp_path, load_params(ROOT / "params.yaml"))
    text = (tmp_path / "docs/errors.md").read_text(encoding="utf-8")
    units, reasons, stances = text.split("## Stance")
    shown = [line for line in units.split("## Units")[1].splitlines() if line.startswith(("| real", "| written"))]
    assert len(shown) == 20
    told = [
        line.split(" | ") for line in reasons.splitlines() if line.startswith("| ") and line.split(" | ")[1].isdigit()
    ]
    assert [row[0].removeprefix("| ") for row in told] == list(REASONS)
    for row in told:
        assert sum(map(float, [cell.rstrip(" |") for cell in row[2:]])) == pytest.approx(1, abs=0.02)
    worst = [line for line in stances.splitlines() if line.startswith(("| real", "| written"))]
    assert len(worst) == 20
    assert {line.count("|") - line.count("\\|") for line in worst} == {7}
    assert text == (ROOT / "docs/errors.md").read_text(encoding="utf-8"), "run `python pipeline/run.py error_page`"


def test_without_reports_the_page_stays(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"errors.csv: is missing"):
        error_page.main(tmp_path, load_params(ROOT / "params.yaml"))


def row(**changes: str) -> dict[str, str]:
    plain = {"affiliation": "union", "found_affiliation": "union", "gold": "union-aligned", "stance": "neutral"}
    return plain | changes


@pytest.mark.parametrize(
    "given, cause",
    [
        (row(found_affiliation="district"), "taken to speak for district, not for union"),
        (row(), "without a word of judgement"),
        (row(affiliation="other", found_affiliation=""), "bystander"),
        (row(gold="neutral", stance="union-aligned"), "fact or process"),
        (row(gold="neutral", stance="district-aligned"), "said without taking it"),
        (row(stance="district-aligned"), "words of the other side"),
        (row(gold="district-aligned", stance="union-aligned"), "against its own side"),
    ],
)
def test_the_cause_follows_from_labels_and_sides(given: dict[str, str], cause: str) -> None:
    assert cause in error_page.likely_cause(given)


def test_what_would_break_a_table_is_made_harmless() -> None:
    assert error_page._cell("a | <b>\nc") == "a \\| &lt;b> c"
    assert error_page._cell("word " * 100).endswith("word ...")
    assert error_page._cell(" ") == "(nothing)"
