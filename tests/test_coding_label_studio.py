from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from coded import annotate, make_results
from test_coding_tasks import sample_of

from bothsides.coded import CODE_LABELS
from bothsides.coding.label_studio import INTERFACE, read_label_studio, write_label_studio
from bothsides.predict.source import Failure


@pytest.fixture
def tasks(tmp_path):
    path = tmp_path / "label-studio.json"
    write_label_studio(path, sample_of(make_results(tmp_path / "out"), last=72), suggest=False)
    return path


def changed(tasks, out, change):
    annotate(tasks, out)
    exported = json.loads(out.read_text())
    change(exported)
    out.write_text(json.dumps(exported))
    return list(read_label_studio(out))


def results_of(task, name):
    return [item for item in task["annotations"][0]["result"] if item["from_name"] == name]


def test_tasks_fit_the_interface(tasks):
    root = ET.fromstring(INTERFACE)
    names = {e.get("name"): e.get("toName") for e in root.iter() if e.get("name")}
    assert [e.get("value") for e in root.iter("Choice")] == list(CODE_LABELS)
    fields = {e.get("value")[1:] for e in root.iter() if (e.get("value") or "").startswith("$")}
    for task in json.loads(tasks.read_text(encoding="utf-8")):
        assert fields <= task["data"].keys()
        for item in task["predictions"][0]["result"]:
            assert names[item["from_name"]] == item["to_name"] == "text"
            value = item["value"]
            assert task["data"]["text"][value["start"] : value["end"]] == value["text"]


def test_the_label_is_suggested_only_where_it_is_asked_for(tasks, tmp_path):
    kinds = [r["type"] for t in json.loads(tasks.read_text()) for r in t["predictions"][0]["result"]]
    assert set(kinds) == {"labels"}
    results = make_results(tmp_path / "second")
    write_label_studio(tasks, sample_of(results), suggest=True)
    stances = {unit.id: unit.stance for unit in results.units}
    for task in json.loads(tasks.read_text()):
        assert task["predictions"][0]["result"][-1]["value"] == {"choices": [stances[task["data"]["unit_id"]]]}


@pytest.mark.parametrize(
    ("by", "coder"), [("ann@example.org", "ann@example.org"), (3, "coder 3"), ({"id": 4}, "coder 4"), (None, "coder")]
)
def test_codes_and_coders(tasks, tmp_path, by, coder):
    found = list(read_label_studio(annotate(tasks, tmp_path / "export.json", by=by)))
    assert len(found) == 72 and {code.coder for code in found} == {coder}
    assert all(code.label in CODE_LABELS and code.marked == code.found and code.marked for code in found)


def test_a_mark_is_compared_in_letters(tasks, tmp_path):
    def trim(exported):
        mark = results_of(exported[0], "unit")[0]["value"]
        mark |= {"start": mark["start"] + 4, "text": mark["text"][4:]}

    first, second, *_ = changed(tasks, tmp_path / "export.json", trim)
    assert first.marked < first.found and second.marked == second.found


def test_places_counted_as_javascript_does_are_read(tasks, tmp_path):
    def count_twice(exported):
        for task in exported:
            for item in results_of(task, "unit"):
                for end in ("start", "end"):
                    before = task["data"]["text"][: item["value"][end]]
                    item["value"][end] = len(before.encode("utf-16-le")) // 2

    found = changed(tasks, tmp_path / "export.json", count_twice)
    assert all(code.marked == code.found for code in found)


def test_skipped_tasks_are_blank_and_two_annotations_are_two_codes(tasks, tmp_path):
    def skip(exported):
        exported[0]["annotations"][0]["was_cancelled"] = True
        exported[1]["annotations"] = []
        exported[2]["annotations"].append({**exported[2]["annotations"][0], "completed_by": 9})

    found = changed(tasks, tmp_path / "export.json", skip)
    assert [code.label for code in found[:2]] == ["", ""]
    assert len(found) == 73 and {found[2].coder, found[3].coder} == {"anna@example.org", "coder 9"}


def wrong_choice(exported):
    results_of(exported[0], "stance")[0]["value"]["choices"] = ["neutral", "union-aligned"]


def moved_mark(exported):
    results_of(exported[0], "unit")[0]["value"]["start"] += 1


def mark_beyond(exported):
    results_of(exported[0], "unit")[0]["value"].update(end=10**6)


def odd_value(exported):
    results_of(exported[0], "stance")[0]["value"] = 3


def no_annotation(exported):
    exported[0]["annotations"] = [7]


def endless_context(exported):
    exported[0]["data"]["context_start"] = 1e400


def no_link(exported):
    for task in exported:
        del task["data"]["unit_id"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (wrong_choice, "2 labels for one unit"),
        (moved_mark, "a marked span does not stand in the text"),
        (mark_beyond, "a marked span does not stand in the text"),
        (odd_value, "not an annotation of the sample's labelling interface"),
        (no_annotation, "not an annotation of the sample's labelling interface"),
        (endless_context, "not an annotation of the sample's labelling interface"),
        (no_link, "no field unit_id"),
    ],
)
def test_what_is_wrong_is_said_once(tasks, tmp_path, change, what):
    failures = [f for f in changed(tasks, tmp_path / "export.json", change) if isinstance(f, Failure)]
    assert [what in f.reason for f in failures] == [True] and failures[0].advice


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"unit_id": "a#1", "stance": "neutral"}]', "[" * 100000])
def test_what_is_no_export_is_one_failure(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content)
    (found,) = read_label_studio(path)
    assert isinstance(found, Failure) and "JSON-MIN" in found.advice
