from __future__ import annotations

from fake_model import fake_predictor

from bothsides.predict.engine import run
from bothsides.predict.journal import Journal
from bothsides.predict.source import Failure, ReadOptions
from bothsides.predict.work import in_process

PLAN = {"listing": "l"}


def sizes(tmp_path, count, jobs, length=10):
    folder = tmp_path / "news"
    folder.mkdir()
    for i in range(count):
        (folder / f"{i:04}.txt").write_text("x" * length)
    chunks = []

    def engine(tasks):
        for task in tasks:
            chunks.append(len(task))
            yield from in_process(fake_predictor)(iter([task]))

    seen = []
    with Journal(tmp_path / "out", PLAN) as journal:
        run(sorted(folder.iterdir()), ReadOptions(), journal, engine, count, jobs, seen.append)
        assert journal.items == len(seen) == count
        assert [record["id"] for record in journal.records()] == [f"{i:04}" for i in range(count)]
    return chunks


def test_chunks_grow_so_that_first_results_come_soon(tmp_path):
    assert sizes(tmp_path, 200, 1) == [8, 16, 32, 32, 32, 32, 32, 16]


def test_chunks_shrink_so_that_workers_end_together(tmp_path):
    chunks = sizes(tmp_path, 200, 2)
    assert chunks[:4] == [8, 8, 16, 16] and chunks[-1] <= chunks[-2] <= 8 and max(chunks) <= 32 and sum(chunks) == 200


def test_long_articles_close_a_chunk(tmp_path):
    assert sizes(tmp_path, 5, 1, 200_000) == [3, 2]


def test_failures_are_items_too(tmp_path):
    failure = Failure("x", None, "no such file or folder", "check the path")
    with Journal(tmp_path / "out", PLAN) as journal:
        run([failure], ReadOptions(), journal, in_process(fake_predictor), 1)
        assert [record["failure"]["path"] for record in journal.records()] == ["x"]
