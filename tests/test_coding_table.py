from __future__ import annotations

import csv

import pytest
from coded import make_results
from test_coding_tasks import sample_of

from bothsides.coding.table import read_table, write_table
from bothsides.predict.source import Failure


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "codes.csv"
    write_table(path, sample_of(make_results(tmp_path / "out")))
    return path


def test_a_fresh_table_has_no_codes_and_is_safe_in_a_spreadsheet(table, tmp_path):
    found = list(read_table(table))
    assert [code.label for code in found] == [""] * 10 and {code.coder for code in found} == {"codes"}
    sample = sample_of(make_results(tmp_path / "second"))
    sample.tasks[0].unit.columns["speaker_name"] = "=HYPERLINK(1)"
    write_table(table, sample)
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["speaker"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8"), (";", "cp1252"), ("\t", "utf-16"), (";", "utf-8-sig")]
)
def test_what_a_spreadsheet_saves_is_read(table, tmp_path, delimiter, encoding):
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = [{k: v.replace("🙂", "é") for k, v in row.items()} for row in csv.DictReader(file)]
    rows[0] |= {"label": " Neutral", "coder": " Ann "}
    out = tmp_path / "bea.csv"
    with out.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, [*list(rows[0])[::-1], "remarks"], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    found = list(read_table(out))
    assert (found[0].label, found[0].coder) == (" Neutral", "Ann") and found[1].coder == "bea"
    assert [code.unit for code in found] == [row["unit_id"] for row in rows]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "no column unit_id, label"),
        (b"unit_id,label\n1,neutral\n", "no column results, seed, by, stratum"),
        (b"PK\x03\x04", "binary file"),
        (b'unit_id,label,results,seed,by,stratum\n"a,b\0', "binary file"),
    ],
)
def test_what_is_no_coded_table_is_one_failure(tmp_path, content, what):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    (found,) = read_table(path)
    assert isinstance(found, Failure) and what in found.reason and found.line in (None, 1)


def test_rows_without_any_text_are_passed_over_and_rows_are_counted_as_a_spreadsheet_does(table):
    content = table.read_text(encoding="utf-8-sig")
    commas = "," * content.split("\r\n")[0].count(",")
    table.write_text(f"{content}{commas}\r\n\r\n{commas}\r\n", encoding="utf-8")
    found = list(read_table(table))
    # The context of a quote holds line ends, so lines are no rows.
    assert content.count("\n") > 20 and [code.line for code in found] == list(range(2, 12))


def test_a_table_that_is_no_csv_further_down(table):
    with table.open("a", encoding="utf-8") as file:
        file.write("x" * 5_000_000)
    found = list(read_table(table))
    assert isinstance(found[-1], Failure) and "not CSV" in found[-1].reason and found[-1].line == 12
