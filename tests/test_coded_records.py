from __future__ import annotations

import json
from pathlib import Path

import pytest

from bothsides.coded_records import CHOICE, Fault, line_records, table_records, task_records


def table(tmp_path: Path, content: str, encoding: str = "utf-8"):
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode(encoding))
    return table_records(path, encoding)


def lines(tmp_path: Path, *content: object):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(c if isinstance(c, str) else json.dumps(c) for c in content), encoding="utf-8")
    return list(line_records(path))


def tasks(tmp_path: Path, content: object):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return list(task_records(path))


def item(name: str, **value: object):
    return {"from_name": name, "value": value}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_with_any_delimiter_and_short_rows(tmp_path, delimiter):
    rows = [["Label ", "quote", "coder"], ["neutral", "a", ""], ["neutral"]]
    columns, records = table(tmp_path, "\r\n".join(delimiter.join(row) for row in rows))
    assert columns == ["label", "quote", "coder"]
    assert [r.fields for r in records] == [
        {"label": "neutral", "quote": "a", "coder": ""},
        {"label": "neutral", "quote": "", "coder": ""},
    ]


def test_a_header_with_other_marks_in_its_names_is_parted_where_it_has_most_columns(tmp_path):
    columns, _ = table(tmp_path, '"a;b;c;d",label,coder,quote\n')
    assert columns == ["a;b;c;d", "label", "coder", "quote"]


def test_rows_have_the_numbers_that_a_spreadsheet_shows_and_empty_ones_are_none(tmp_path):
    _, records = table(tmp_path, 'label,quote\na,"one\n\ntwo"\n , \n\nb,x\n,\n,\n')
    assert [(r.number, r.fields["label"]) for r in records] == [(2, "a"), (5, "b")]


def test_what_is_no_table(tmp_path):
    assert table(tmp_path, "") == ([], [])
    _, (fault,) = table(tmp_path, "label\n" + "x" * 4_000_001)
    assert isinstance(fault, Fault) and fault.number == 2 and fault.reason.startswith("not CSV (field larger")
    (tmp_path / "b.csv").write_bytes("André".encode("latin-1"))
    with pytest.raises(UnicodeDecodeError):
        table_records(tmp_path / "b.csv", "utf-8")


@pytest.mark.parametrize("name", ["meta", "metadata"])
@pytest.mark.parametrize("as_text", [False, True])
def test_what_was_imported_beside_the_text_may_be_in_a_field_of_its_own(tmp_path, name, as_text):
    meta = {"article_id": "d", "label": "old"}
    (record,) = lines(tmp_path, {"label": ["x"], name: json.dumps(meta) if as_text else meta})
    assert (record.fields["article_id"], record.fields["label"]) == ("d", ["x"])


def test_lines_have_their_own_numbers_and_labels_may_be_called_labels(tmp_path):
    found = lines(tmp_path, "\ufeff", {"labels": ["x"], "meta": {"label": []}}, "", {"label": [], "meta": None})
    assert [(r.number, r.fields["label"]) for r in found] == [(2, ["x"]), (4, [])]


@pytest.mark.parametrize("line", ["{]", "[]", "7", "[" * 100_000, "1" * 5000])
def test_a_line_that_is_no_record_is_the_last(tmp_path, line):
    _, fault = lines(tmp_path, {"label": []}, line, {"label": []})
    assert isinstance(fault, Fault) and fault.number == 2 and fault.reason.startswith("not JSON lines") and fault.advice


@pytest.mark.parametrize("meta", [[1], 5, "[1]", "x", "{", True])
def test_metadata_that_are_no_object(tmp_path, meta):
    (fault,) = lines(tmp_path, {"label": ["x"], "meta": meta})
    assert isinstance(fault, Fault) and fault.number == 1 and fault.reason.startswith("not JSON lines")


def test_lines_in_another_encoding(tmp_path):
    (tmp_path / "a.jsonl").write_bytes('{"coder": "André"}'.encode("latin-1"))
    (fault,) = line_records(tmp_path / "a.jsonl")
    assert isinstance(fault, Fault) and "UTF-8" in fault.advice


def test_every_annotation_is_a_record_and_an_open_task_is_one_without_a_label(tmp_path):
    done = {
        "completed_by": 3,
        "result": [item(CHOICE, choices=["neutral"]), item("unit", start=0), {"type": "relation"}],
    }
    content = [
        {"data": {"a": 1}, "annotations": [done, {**done, "was_cancelled": True}, {"completed_by": {"email": "ann"}}]},
        {"data": {"a": 2}, "annotations": []},
    ]
    found = tasks(tmp_path, content)
    assert [(r.number, r.annotation.coder, r.annotation.choices) for r in found] == [
        (1, "coder 3", ("neutral",)),
        (1, "ann", ()),
        (2, "", ()),
    ]
    assert len(found[0].annotation.result) == 3 and found[2].fields == {"a": 2}


def test_of_several_choices_the_name_tells_the_label_and_one_alone_needs_no_name(tmp_path):
    def chosen(*result: object):
        (record,) = tasks(tmp_path, [{"data": {}, "annotations": [{"result": result}]}])
        return record.annotation.choices

    assert chosen(item("difficulty", choices=["hard"]), item(CHOICE, choices=["neutral"])) == ("neutral",)
    assert chosen(item("label", choices=["neutral"]), item("unit", labels=["quote"])) == ("neutral",)


@pytest.mark.parametrize(
    "annotation",
    [
        7,
        "x",
        None,
        {"result": 3},
        {"result": [7]},
        {"result": [{"from_name": CHOICE, "value": 3}]},
        {"result": [item(CHOICE, choices="neutral")]},
        {"result": [item(CHOICE, choices=[5])]},
    ],
)
def test_an_annotation_of_another_form_is_a_fault_of_its_task(tmp_path, annotation):
    content = [{"data": {}, "annotations": [annotation]}, {"data": {}, "annotations": []}]
    fault, after = tasks(tmp_path, content)
    assert isinstance(fault, Fault) and fault.number == 1 and "JSON-MIN" in fault.advice
    assert after.number == 2


@pytest.mark.parametrize("content", [{}, [1], [{"data": {}}], [{"data": 1, "annotations": []}], 7])
def test_what_is_no_export(tmp_path, content):
    (fault,) = tasks(tmp_path, content)
    assert isinstance(fault, Fault) and fault.number is None and fault.reason.startswith("no export of Label Studio")
