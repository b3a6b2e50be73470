from __future__ import annotations

import json

import pytest

from bothsides.encoder import sha256_of
from bothsides.errors import InputError
from bothsides.predict.manifest import RunFigures, check_finished, finished_counts, write_manifest, write_run
from bothsides.predict.stamps import Stamp
from bothsides.predict.write import Counts

PLAN = {"model": "m", "formats": ["csv"]}


def test_a_manifest_says_what_made_the_results(tmp_path):
    (tmp_path / "quotes.csv").write_text("a\n")
    counts = Counts(2, 5, 1, ["quotes.csv"])
    assert write_manifest(tmp_path, PLAN, counts) == "manifest.json"
    value = json.loads((tmp_path / "manifest.json").read_text())
    assert value["counts"] == {"articles": 2, "quotes": 5, "failed": 1} and value["plan"] == PLAN
    assert value["files"] == {"quotes.csv": sha256_of(tmp_path / "quotes.csv")}
    assert value["versions"]["onnxruntime"] and "seconds" not in json.dumps(value)
    assert finished_counts(tmp_path, PLAN) == counts
    assert finished_counts(tmp_path, PLAN | {"model": "n"}) is None


def test_a_run_says_how_it_went(tmp_path):
    figures = RunFigures("2026-01-01T00:00:00+00:00", 2.0, 2, 4)
    stamps = [Stamp("a.txt", 1, 2, "ab"), Stamp("caf\udce9.txt", 3, 4, "cd")]
    assert write_run(tmp_path, figures, Counts(8, 0, 2), iter(stamps)) == "run.json"
    value = json.loads((tmp_path / "run.json").read_text())
    assert (value["jobs"], value["resumed_inputs"], value["inputs_per_second"]) == (2, 4, 3.0)
    assert [Stamp(*row) for row in value["inputs"]] == stamps


def test_unfinished_or_foreign_results_have_no_counts(tmp_path):
    assert finished_counts(tmp_path, PLAN) is None
    for text in ("{", "[]", "{}", '{"plan": {"model": "m", "formats": ["csv"]}, "counts": 3}'):
        (tmp_path / "manifest.json").write_text(text)
        assert finished_counts(tmp_path, PLAN) is None
    write_manifest(tmp_path, PLAN, Counts())
    (tmp_path / ".bothsides").mkdir()
    (tmp_path / ".bothsides" / "journal.jsonl").write_text("")
    assert finished_counts(tmp_path, PLAN) is None


@pytest.mark.parametrize("text", [None, "{", "[]", "{}", '{"inputs": 3}', '{"inputs": [3]}', '{"inputs": []}'])
def test_results_that_do_not_tell_their_inputs_are_not_taken_for_finished(tmp_path, text):
    (tmp_path / "a.txt").write_text("Text.")
    if text is not None:
        (tmp_path / "run.json").write_text(text)
    with pytest.raises(InputError, match=r"which inputs were read: .*run\.json; start again with --overwrite"):
        check_finished(tmp_path, Counts(1, 0, 0), [tmp_path / "a.txt"])
