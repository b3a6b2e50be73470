from __future__ import annotations

import csv
import io
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.predict.safe import csv_cell, csv_text, file_name, json_line, terminal_text, whole_characters

ANY = st.text(st.characters() | st.sampled_from('\r\n",\udce9\ud83d'))


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r=1", "--"]
)
def test_formulas_are_defused(text):
    assert csv_cell(text).startswith("'")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"]) | st.sampled_from("=+-@'")))
def test_the_text_of_a_cell_comes_back(text):
    # A text that begins with the apostrophe that a formula would get looks like a cell made safe.
    assert csv_text(csv_cell(text)) == (csv_text(text) if text.startswith("'") else text)


@pytest.mark.parametrize("text", ["-5", "+3.2e4", "a=b", "", "don't", "1-2"])
def test_plain_values_stay(text):
    assert csv_cell(text) == text


def test_values_that_are_no_text():
    assert [csv_cell(v) for v in (None, 3, 0.25, [[0, 4]])] == ["", "3", "0.25", "[[0, 4]]"]


@given(ANY)
def test_no_cell_begins_a_formula_or_steers_a_terminal(text):
    cell = csv_cell(text)
    assert cell[:1] not in set("=@\t") and not any(c in cell for c in "\x1b\x9b\x07\x08\x00")


@given(st.lists(st.lists(ANY, min_size=2, max_size=2)))
def test_csv_gives_back_the_cells_that_were_written(table):
    file = io.StringIO(newline="")
    cells = [[csv_cell(text) for text in row] for row in table]
    csv.writer(file, lineterminator="\n").writerows(cells)
    read = io.TextIOWrapper(io.BytesIO(file.getvalue().encode()), encoding="utf-8", newline="")
    assert list(csv.reader(read)) == cells


def test_cells_keep_their_lines_and_hold_whole_characters():
    assert csv_cell("a\rb\r\nc\nd") == "a\nb\r\nc\nd"
    assert csv_cell("caf\udce9.txt") == whole_characters("caf\udce9.txt") == "caf\ufffd.txt"


@given(ANY)
def test_terminal_text_is_one_printable_line(text):
    shown = terminal_text(text)
    assert shown.encode() is not None
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)


@given(ANY)
def test_json_lines_come_back_unaltered_and_hold_no_controls(text):
    line = json_line({"t": text})
    assert json.loads(line) == {"t": text}
    assert line.isprintable() or not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in line)
    line.encode()


@pytest.mark.parametrize(
    "id", ["../../etc/passwd", "/etc/passwd", "..", "", ".", "a/b", "a\\b", "nul\0", "x" * 500, "é"]
)
def test_ids_never_choose_a_path(id):
    name = file_name(id)
    assert name not in ("", ".", "..") and not name.startswith(".") and len(name) <= 109
    assert all(c.isascii() and (c.isalnum() or c in "_.-") for c in name)


def test_names_of_plain_ids_stay_and_others_differ():
    assert file_name("001_2ea2bd") == "001_2ea2bd"
    assert len({file_name(i).lower() for i in ("a b", "a_b", "a/b", "A", "a")}) == 5


@pytest.mark.parametrize("text", ["-" + "1" * 200_000 + "x", "+." + "1" * 200_000 + "e", "-1e" + "1" * 200_000 + "."])
def test_a_long_run_of_digits_takes_no_longer_than_it_is(text):
    start = time.process_time()
    assert csv_cell(text) == "'" + text
    assert time.process_time() - start < 2


@pytest.mark.parametrize("text", ["-5.", "+.5", "-0.5e-10", "-12.25", "+1E+3"])
def test_numbers_of_every_form_stay(text):
    assert csv_cell(text) == text
