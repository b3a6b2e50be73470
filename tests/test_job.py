"""A run from end to end, on a model without weights: what it accounts for, and that nothing changes its bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_model import fake_predictor, odd_predictor

from bothsides.errors import InputError
from bothsides.predict import engine, job, pool
from bothsides.predict.job import Job, Watcher, run_job
from bothsides.predict.predictor import Predictor
from bothsides.predict.source import ReadOptions

TIMES = "run.json"


@pytest.fixture(autouse=True)
def model(monkeypatch):
    monkeypatch.setattr(Predictor, "load", fake_predictor)
    monkeypatch.setattr(Predictor, "identity", lambda bundle: "fake")
    monkeypatch.setattr(engine, "FIRST_CHUNK", 2)
    monkeypatch.setattr(engine, "CHUNK_ARTICLES", 3)


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    chance = random.Random(1)
    for i in range(9):
        (folder / f"a{i}.txt").write_text(f'"Our union will hold {i}," she said.\n' * chance.randint(1, 4))
    rows = [{"id": "a1", "text": '"Meals are served," he said.', "outlet": f"=Sun{i}"} for i in range(7)]
    (folder / "t.jsonl").write_text("\n".join([*map(json.dumps, rows[:4]), "{broken", *map(json.dumps, rows[4:])]))
    with gzip.open(folder / "u.csv.gz", "wt") as file:
        file.write('id,text,date\na1,"He said ""the union waits"".",2012\n,,\n')
    (folder / "empty.txt").write_text("")
    (folder / "x.xml").write_bytes(sorted(Path("seeds/gold").glob("*.xml"))[0].read_bytes())
    return folder


def result(out):
    """The bytes of all files of a result but for the one with the times."""
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file() and p.name != TIMES}


def go(news, out, watcher=None, **options):
    return run_job(Job([str(news)], out, **options), watcher or Watcher())


def stop_after(steps):
    """A watcher that interrupts at a step."""
    left = [steps]

    def step(record):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt

    return Watcher(step=step)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_input_is_accounted_for(news, tmp_path):
    seen = []
    outcome = go(news, tmp_path / "out", Watcher(step=seen.append), formats=("csv", "parquet", "jsonl"))
    counts = outcome.counts
    assert (counts.articles, counts.failed, len(seen)) == (9 + 7 + 1 + 1, 3, 21)
    out = tmp_path / "out"
    assert len(rows(out / "articles.csv")) == 18 and len(rows(out / "errors.csv")) == 3
    ids = [row["article_id"] for row in rows(out / "articles.csv")]
    assert len(set(ids)) == 18 and ids[9:12] == ["a1-2", "a1-3", "a1-4"]
    assert [row["reason"][:8] for row in rows(out / "errors.csv")] == ["empty fi", "not JSON", "empty ar"]
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["counts"] == {"articles": 18, "failed": 3, "quotes": counts.quotes}
    assert sorted(manifest["files"]) == sorted(
        p.name for p in out.iterdir() if p.suffix != "" and p.name not in ("manifest.json", TIMES)
    )
    assert not (out / ".bothsides").exists()
    assert json.loads((out / TIMES).read_text())["resumed_inputs"] == 0


@pytest.mark.parametrize("chunk", [1, 2, 5, 64])
def test_the_size_of_chunks_changes_nothing(news, tmp_path, monkeypatch, chunk):
    go(news, tmp_path / "one")
    monkeypatch.setattr(engine, "FIRST_CHUNK", chunk)
    monkeypatch.setattr(engine, "CHUNK_ARTICLES", chunk)
    go(news, tmp_path / "two")
    assert result(tmp_path / "one") == result(tmp_path / "two")


def test_the_number_of_processes_changes_nothing(news, tmp_path, monkeypatch):
    monkeypatch.setattr(job, "_ARTICLES_A_PROCESS", 1)
    for jobs in (1, 2, 3):
        go(news, tmp_path / f"{jobs}", jobs=jobs)
    assert result(tmp_path / "1") == result(tmp_path / "2") == result(tmp_path / "3")


def test_the_order_of_files_changes_no_row_of_an_article(news, tmp_path):
    names = [str(path) for path in sorted(news.glob("a*.txt"))]
    for name, inputs in (("one", names), ("two", names[::-1])):
        run_job(Job(inputs, tmp_path / name), Watcher())
    for table in ("quotes.jsonl", "articles.jsonl"):
        one, two = ((tmp_path / name / table).read_bytes().splitlines() for name in ("one", "two"))
        assert one != two and sorted(one) == sorted(two)


def test_a_run_resumed_after_any_step_ends_with_the_same_bytes(news, tmp_path):
    go(news, tmp_path / "whole")
    for steps in (0, 3, 9, 20):
        out = tmp_path / f"{steps}"
        with pytest.raises(KeyboardInterrupt):
            go(news, out, stop_after(steps))
        if steps < 16:
            with pytest.raises(KeyboardInterrupt):
                go(news, out, stop_after(3), resume=True)
        outcome = go(news, out, resume=True)
        assert result(out) == result(tmp_path / "whole")
        assert 0 < outcome.resumed <= 21


def test_an_end_while_results_are_put_into_place(news, tmp_path, monkeypatch):
    go(news, tmp_path / "whole")
    replace, count = Path.replace, 0

    def stop(self, target):
        nonlocal count
        if self.parent.name in ("tables", "texts"):
            count += 1
            if count == at:
                raise KeyboardInterrupt
        return replace(self, target)

    for at in (1, 2, 4, 7):
        out, count = tmp_path / f"{at}", 0
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", stop)
            with pytest.raises(KeyboardInterrupt):
                go(news, out)
        with pytest.raises(InputError, match="an unfinished run"):
            go(news, out)
        go(news, out, resume=True)
        assert result(out) == result(tmp_path / "whole")


def test_what_a_run_killed_while_it_cleaned_up_has_left_is_removed(news, tmp_path):
    out = tmp_path / "out"
    go(news, out)
    before = result(out)
    (out / ".bothsides/chunks").mkdir(parents=True)
    (out / ".bothsides/chunks/000006.jsonl").write_text("{}")
    assert not go(news, out, resume=True).fresh
    assert result(out) == before and not (out / ".bothsides").exists()


def test_resuming_what_is_finished_or_not_begun(news, tmp_path):
    out = tmp_path / "out"
    assert go(news, out, resume=True).fresh
    before = result(out) | {TIMES: (out / TIMES).read_bytes()}
    outcome = go(news, out, resume=True)
    assert not outcome.fresh and outcome.counts.failed == 3
    assert result(out) | {TIMES: (out / TIMES).read_bytes()} == before
    with pytest.raises(InputError, match="results exist"):
        go(news, out, resume=True, formats=("csv",))
    with pytest.raises(InputError, match="results exist"):
        go(news, out)


def disturb(news, change):
    """Change what lies in the folder of inputs, but for what the articles say."""
    if change == "touched":
        os.utime(news / "a0.txt", ns=(1, 1))
    elif change == "added":
        (news / "zz.txt").write_text("New.")
    elif change == "removed":
        (news / "a0.txt").unlink()
    elif change == "renamed":
        (news / "a0.txt").rename(news / "a00.txt")


@pytest.mark.parametrize("change", ["altered", "touched", "added", "removed", "renamed", "column"])
def test_what_changed_since_the_results_were_finished_is_noticed(news, tmp_path, change):
    out = tmp_path / "out"
    go(news, out)
    before, read = result(out), ReadOptions()
    if change == "altered":
        (news / "t.jsonl").write_text((news / "t.jsonl").read_text().replace("served", "cooked"))
    elif change == "column":
        read = ReadOptions(text_column="body")
    disturb(news, change)
    if change == "touched":
        assert not go(news, out, resume=True).fresh
    else:
        what = r"changed since it was read: .*t\.jsonl; start again" if change == "altered" else "results exist: .*give"
        with pytest.raises(InputError, match=what + ".* --overwrite") as caught:
            go(news, out, resume=True, read=read)
        assert "\n" not in str(caught.value)
    assert result(out) == before


def test_results_of_which_a_file_is_gone_are_not_complete(news, tmp_path):
    go(news, tmp_path / "out")
    (tmp_path / "out/errors.csv").unlink()
    with pytest.raises(InputError, match=r"a result is gone: .*errors\.csv; start again with --overwrite"):
        go(news, tmp_path / "out", resume=True)


def test_standard_input_must_come_again_to_be_known_as_the_same(tmp_path, monkeypatch):
    def piped(text, **options):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        return run_job(Job(["-"], tmp_path / "out", **options), Watcher())

    assert piped(b'"The union waits," he said.').fresh
    assert not piped(b'"The union waits," he said.', resume=True).fresh
    for other in (b'"The union left," he said.', b""):
        with pytest.raises(InputError, match="changed since it was read: -; start again with --overwrite"):
            piped(other, resume=True)


def test_a_manifest_tells_nothing_of_the_time_of_its_inputs(news, tmp_path):
    go(news, tmp_path / "one")
    os.utime(news / "a0.txt", ns=(1, 1))
    go(news, tmp_path / "two")
    assert result(tmp_path / "one") == result(tmp_path / "two")
    one, two = (json.loads((tmp_path / name / TIMES).read_text())["inputs"] for name in ("one", "two"))
    assert len(one) == len(two) == 13 and sum(a != b for a, b in zip(one, two, strict=True)) == 1


def test_every_process_loads_the_model_that_the_manifest_names(news, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(Predictor, "load", lambda bundle, expected: (asked.append(expected), fake_predictor())[1])
    go(news, tmp_path / "out")
    assert asked == [json.loads((tmp_path / "out/manifest.json").read_text())["plan"]["model"]] == ["fake"]


@pytest.mark.parametrize("change", ["altered", "touched", "added", "removed", "renamed", "later", "column"])
def test_what_changed_since_is_noticed(news, tmp_path, change):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        go(news, out, stop_after(4))
    read = ReadOptions()
    if change == "altered":
        (news / "a0.txt").write_text((news / "a0.txt").read_text().replace("hold", "bend"))
    elif change == "later":
        (news / "a8.txt").write_text("What was not read yet may change.")
    elif change == "column":
        read = ReadOptions(text_column="body")
    disturb(news, change)
    if change in ("touched", "later"):
        go(news, out, resume=True)
        go(news, tmp_path / "whole")
        assert result(out) == result(tmp_path / "whole")
    else:
        with pytest.raises(InputError, match="start again with --overwrite") as caught:
            go(news, out, resume=True, read=read)
        assert "\n" not in str(caught.value)
        assert not (out / "quotes.csv").exists()
        go(news, out, overwrite=True)


def test_a_table_that_is_half_done_and_changed(news, tmp_path):
    shutil.rmtree(news)
    news.mkdir()
    lines = [json.dumps({"id": f"r{i}", "text": f'"Union {i}," she said.'}) for i in range(8)]
    (news / "t.jsonl").write_text("\n".join(lines))
    for change in (False, True):
        out = tmp_path / f"{change}"
        with pytest.raises(KeyboardInterrupt):
            go(news, out, stop_after(3))
        if change:
            (news / "t.jsonl").write_text("\n".join(lines + lines[:1]))
            with pytest.raises(InputError, match=r"changed since it was read: .*t\.jsonl"):
                go(news, out, resume=True)
        else:
            assert go(news, out, resume=True).counts.articles == 8


def test_one_bad_article_stops_nothing(news, tmp_path, monkeypatch):
    monkeypatch.setattr(Predictor, "load", odd_predictor)
    (news / "a3.txt").write_text("BROKEN")
    counts = go(news, tmp_path / "out").counts
    assert (counts.articles, counts.failed) == (17, 4)
    assert "cannot be classified (RuntimeError)" in [row["reason"] for row in rows(tmp_path / "out" / "errors.csv")]


def test_a_worker_that_dies_stops_nothing(news, tmp_path, monkeypatch):
    monkeypatch.setattr(Predictor, "load", odd_predictor)
    monkeypatch.setattr(job, "_ARTICLES_A_PROCESS", 1)
    (news / "a3.txt").write_text("DEADLY")
    warnings = []
    counts = go(news, tmp_path / "out", Watcher(warn=warnings.append), jobs=2).counts
    assert (counts.articles, counts.failed, len(warnings)) == (17, 4, 1)
    assert "a process died of it (SIGKILL)" in [row["reason"] for row in rows(tmp_path / "out" / "errors.csv")]


def test_ids_never_choose_where_results_go(tmp_path):
    page = "<html><body><article>" + "<p>The union said it would wait for the board to answer.</p>" * 5
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "..%2f..%2fx.html").write_text(page)
    (folder / "t.jsonl").write_text(json.dumps({"id": "../../evil", "text": "Text."}))
    go(folder, tmp_path / "deep" / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "news"]
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]


CHILD = """
import sys
from fake_model import slow_predictor
from bothsides.predict import engine, job
from bothsides.predict.predictor import Predictor
Predictor.load, Predictor.identity = slow_predictor, lambda bundle: "fake"
engine.FIRST_CHUNK, engine.CHUNK_ARTICLES, job._ARTICLES_A_PROCESS = 2, 3, 1
if __name__ == "__main__":
    from bothsides.cli import main
    sys.exit(main(["predict", *sys.argv[1:]]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_killed_at_some_points_is_resumed_to_the_same_bytes(news, tmp_path, jobs):
    go(news, tmp_path / "whole")
    child = tmp_path / "child.py"
    child.write_text(CHILD)
    out, kills = tmp_path / "out", 0
    for wait in (0.05, 0.3, 0.6, 0.2, 0.8, None):
        process = subprocess.Popen(
            [sys.executable, str(child), str(news), "-o", str(out), "--resume", "-j", jobs],
            env={"PYTHONPATH": f"{Path(__file__).parent}:{':'.join(sys.path)}", "SLOW": "0.03"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            code = process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    assert kills >= 2 and code == 3
    assert result(out) == result(tmp_path / "whole")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_ends_workers_within_a_second_and_keeps_what_is_done(news, tmp_path):
    child = tmp_path / "child.py"
    child.write_text(CHILD)
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, str(child), str(news), "-o", str(out), "-j", "2"],
        env={"PYTHONPATH": f"{Path(__file__).parent}:{':'.join(sys.path)}", "SLOW": "0.5"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (out / ".bothsides" / "chunks" / "000001.jsonl").exists():
        time.sleep(0.02)
    time.sleep(0.3)
    start = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - start < 2
    assert process.returncode == 130
    assert err.splitlines()[-1].endswith("inputs are done and kept; go on with --resume") and "Traceback" not in err


def test_the_pool_is_left_even_when_the_run_fails(news, tmp_path, monkeypatch):
    monkeypatch.setattr(job, "_ARTICLES_A_PROCESS", 1)
    ended = []
    leave = pool.Pool.__exit__
    monkeypatch.setattr(pool.Pool, "__exit__", lambda self, *error: (ended.append(True), leave(self, *error))[1])
    with pytest.raises(KeyboardInterrupt):
        go(news, tmp_path / "out", stop_after(3), jobs=2)
    assert ended == [True]
