from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from bothsides.errors import InputError
from bothsides.predict.journal import WORK, Journal, is_unfinished
from bothsides.predict.stamps import Stamp

PLAN = {"bothsides": "1", "model": "m", "formats": ["csv"], "text_column": "", "id_column": "", "listing": "l"}
ONE, TWO = Stamp("a.csv", 3, 4, "ab"), Stamp("b\udce9.txt", 1, 2, "cd")


class Stopped(Exception):
    pass


def begun(out, **options):
    """A run that does two chunks and is stopped."""
    with pytest.raises(Stopped), Journal(out, PLAN, **options) as journal:
        journal.add([{"n": 1}, {"n": "é\ud800"}], [(ONE, 2)])
        journal.add([{"n": 3}, {"n": 4}], [(ONE, 1), (TWO, 1)])
        raise Stopped


def test_what_was_done_is_there_again(tmp_path):
    begun(tmp_path / "out")
    with Journal(tmp_path / "out", PLAN, resume=True) as journal:
        assert (journal.items, journal.chunks, journal.placing) == (4, 2, False)
        assert [record["n"] for record in journal.records()] == [1, "é\ud800", 3, 4]
        assert list(journal.stamps()) == [(ONE, 3), (TWO, 1)]
        journal.add([{"n": 5}], [(TWO, 1)])
        assert list(journal.stamps())[-1] == (TWO, 2)
        journal.place()
        journal.finish()
    assert not (tmp_path / "out" / WORK).exists()


def test_the_end_of_a_run_says_what_is_kept(tmp_path):
    with pytest.raises(Stopped) as caught, Journal(tmp_path / "out", PLAN):
        raise Stopped
    assert caught.value.__notes__ == ["nothing was written"] and not (tmp_path / "out").exists()
    with pytest.raises(Stopped) as caught, Journal(tmp_path / "out", PLAN) as journal:
        journal.add([{}], [(ONE, 1)])
        raise Stopped
    assert caught.value.__notes__ == ["1 inputs are done and kept; go on with --resume"]
    assert is_unfinished(tmp_path / "out")


def test_an_unfinished_run_is_not_thrown_away_unasked(tmp_path):
    begun(tmp_path)
    with pytest.raises(InputError, match=r"an unfinished run is in .* \(4 inputs done\); go on with --resume"):
        Journal(tmp_path, PLAN)
    with Journal(tmp_path, PLAN, resume=True) as journal:
        assert journal.items == 4
    with Journal(tmp_path, PLAN, overwrite=True) as journal:
        assert journal.items == 0 and list(journal.records()) == []


def test_permission_to_overwrite_is_remembered(tmp_path):
    begun(tmp_path, overwrite=True)
    with Journal(tmp_path, PLAN, resume=True) as journal:
        assert journal.overwrite


@pytest.mark.parametrize(
    ("key", "what"), [("model", "model"), ("text_column", "--text-column"), ("listing", "list of inputs")]
)
def test_another_plan_is_noticed(tmp_path, key, what):
    begun(tmp_path)
    with pytest.raises(InputError, match=f"had another {what}; start again with --overwrite"):
        Journal(tmp_path, PLAN | {key: "other"}, resume=True)


def test_two_runs_at_once_are_refused(tmp_path):
    with Journal(tmp_path, PLAN), pytest.raises(InputError, match="another run is writing"):
        Journal(tmp_path, PLAN, overwrite=True)


def test_an_end_at_any_byte_of_the_journal_keeps_whole_chunks(tmp_path):
    begun(tmp_path)
    path = tmp_path / WORK / "journal.jsonl"
    data = path.read_bytes()
    header, first, _ = data.splitlines(keepends=True)
    ends = {len(header), len(header + first), len(data)}
    for cut in sorted({0, 1, 40, len(header) + 50} | {end - 1 for end in ends} | ends):
        path.write_bytes(data[:cut])
        with Journal(tmp_path, PLAN, resume=True) as journal:
            assert journal.items == (4 if cut == len(data) else 2 if cut >= len(header + first) else 0)
            assert len(list(journal.records())) == journal.items
        if cut < len(header):
            chunks = tmp_path / WORK / "chunks"
            assert list(chunks.iterdir()) == []
            path.unlink()
            begun(tmp_path)


def test_a_chunk_that_is_not_whole_is_done_again(tmp_path):
    begun(tmp_path)
    (tmp_path / WORK / "chunks" / "000002.jsonl").write_text("{}\n")
    with Journal(tmp_path, PLAN, resume=True) as journal:
        assert journal.items == 2 and list(journal.stamps()) == [(ONE, 2)]


def test_garbage_without_a_journal_is_no_run(tmp_path):
    (tmp_path / WORK / "chunks").mkdir(parents=True)
    (tmp_path / WORK / "chunks" / "000001.jsonl").write_text("{}\n")
    with Journal(tmp_path, PLAN) as journal:
        assert journal.items == 0
        journal.finish()
    assert not (tmp_path / WORK).exists()


def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path, monkeypatch):
    begun(tmp_path)

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    line = r"No space left on device\); free some space, and go on with --resume"
    with pytest.raises(InputError, match=line), Journal(tmp_path, PLAN, resume=True) as journal:
        monkeypatch.setattr(os, "fsync", full)
        journal.add([{}], [(TWO, 1)])
    monkeypatch.undo()
    with Journal(tmp_path, PLAN, resume=True) as journal:
        assert journal.items == 4


@pytest.mark.parametrize("out", ["file", "file/deeper", "/proc/nowhere", "n" * 300])
def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path, out):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write") as caught:
        Journal(tmp_path / out, PLAN)
    assert "\n" not in str(caught.value)


def test_lines_are_plain_json(tmp_path):
    begun(tmp_path)
    for path in sorted(Path(tmp_path).rglob("*.jsonl")):
        assert [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def begun_at(step, out, monkeypatch):
    """Let a run clean up, and another begin after it has removed so many things; give that one, or why it cannot."""
    left, outcome = [step], []

    def then_begin(remove):
        def removing(*arguments, **options):
            remove(*arguments, **options)
            left[0] -= 1
            if left[0] == -1:
                try:
                    outcome.append(Journal(out, PLAN))
                except InputError as error:
                    outcome.append(error)

        return removing

    with Journal(out, PLAN) as journal, monkeypatch.context() as patch:
        journal.add([{"n": 1}], [(ONE, 1)])
        journal.emptied_tables()
        for name in ("unlink", "rmdir"):
            patch.setattr(os, name, then_begin(getattr(os, name)))
        journal.finish()
    return outcome[0] if outcome else None


def test_a_run_that_begins_while_another_cleans_up_is_refused_or_keeps_its_folder(tmp_path, monkeypatch):
    outcomes = [begun_at(step, tmp_path / f"{step}", monkeypatch) for step in range(9)]
    refused = [o for o in outcomes if isinstance(o, InputError)]
    began = [o for o in outcomes if isinstance(o, Journal)]
    assert refused and began and all("another run is writing" in str(error) for error in refused)
    for other in began:
        with pytest.raises(Stopped), other:
            other.add([{"n": 2}], [(TWO, 1)])
            raise Stopped
        with Journal(other.out, PLAN, resume=True) as again:
            assert [record["n"] for record in again.records()] == [2]
