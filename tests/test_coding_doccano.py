from __future__ import annotations

import json

import pytest
from coded import make_results
from test_coding_tasks import sample_of

from bothsides.coding.codes import RawCode
from bothsides.coding.doccano import read_doccano, write_doccano
from bothsides.predict.source import Failure


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "doccano.jsonl"
    write_doccano(path, sample_of(make_results(tmp_path / "out")))
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read(tmp_path, records, name="ben.jsonl"):
    path = tmp_path / name
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return list(read_doccano(path))


def test_the_quote_stands_in_brackets_and_no_label_is_suggested(records):
    for record in records:
        assert record["label"] == [] and record["text"].startswith("speaker unknown\n\n")
        quote = record["text"].split("⟦")[1].split("⟧")[0]
        assert quote.startswith(("Our union", "Meals"))


def test_codes_have_the_name_of_the_file_as_coder(tmp_path, records):
    # As doccano exports: the metadata beside the text, an id and comments of its own.
    done = [{"id": i, **record, "label": ["neutral"], "Comments": []} for i, record in enumerate(records)]
    found = read(tmp_path, [*done[:9], {**done[9], "label": []}])
    assert {code.coder for code in found} == {"ben"}
    assert [code.label for code in found] == ["neutral"] * 9 + [""]
    assert found[0].draw == (records[0]["results"], "13", "")


@pytest.mark.parametrize("as_text", [False, True])
def test_metadata_in_a_field_of_its_own(tmp_path, records, as_text):
    meta = {k: v for k, v in records[0].items() if k not in ("text", "label")}
    record = {"text": "x", "label": ["neutral"], "meta": json.dumps(meta) if as_text else meta}
    (found,) = read(tmp_path, [record])
    assert isinstance(found, RawCode) and found.unit == records[0]["unit_id"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"label": ["neutral", "union-aligned"]}, "2 labels for one unit"),
        ({"label": [[0, 3, "neutral"]]}, "no list of labels"),
        ({"label": "neutral"}, "no list of labels"),
        ({"meta": "{"}, "not JSON lines"),
        ({"meta": [1]}, "not JSON lines"),
        ({"meta": 5}, "not JSON lines"),
        ({"meta": "[1]"}, "not JSON lines"),
    ],
)
def test_a_record_that_is_no_code(tmp_path, records, change, what):
    (found,) = read(tmp_path, [records[0] | change])
    assert isinstance(found, Failure) and what in found.reason and found.advice


def test_a_problem_is_told_by_the_line_of_the_file_and_the_unit(tmp_path, records):
    path = tmp_path / "ben.jsonl"
    wrong = json.dumps(records[1] | {"label": ["neutral", "union-aligned"]})
    path.write_text(f"\n{json.dumps(records[0])}\n\n{wrong}\n", encoding="utf-8")
    blank, failure = read_doccano(path)
    assert (blank.line, failure.line) == (2, 4) and records[1]["unit_id"] in failure.reason


def test_an_export_without_the_metadata(tmp_path):
    (found,) = read(tmp_path, [{"id": 1, "text": "x", "label": ["neutral"]}, {"id": 2, "text": "y", "label": []}])
    assert "no field unit_id, results, seed, by, stratum" in str(found)
    (tmp_path / "x.jsonl").write_text("[]\n")
    assert "not JSON lines" in str(next(read_doccano(tmp_path / "x.jsonl")))
