from __future__ import annotations

import os
import signal
import time

import pytest
from fake_model import fake_predictor, no_predictor, odd_predictor

from bothsides.errors import BothsidesError
from bothsides.predict.pool import Pool
from bothsides.predict.source import Document, Failure, SourceArticle
from bothsides.predict.work import in_process


def tasks(*sizes, text='"Our union will hold," she said.'):
    number = 0
    for size in sizes:
        yield [SourceArticle(f"a{number + i}", text, path="t.csv", line=number + i) for i in range(size)]
        number += size


def test_workers_give_what_one_process_gives_in_order():
    mixed = [
        [Document("x.txt", "x", ".txt", b'"The union waits," he said.'), Failure("y", None, "empty file")],
        *tasks(3, 1, 2, 5, 1, 1, 1, 4),
    ]
    with Pool(fake_predictor, 2, print) as pool:
        together = list(pool.run(iter(mixed)))
        assert together == list(in_process(fake_predictor)(iter(mixed)))
        assert [len(records) for records in together] == [2, 3, 1, 2, 5, 1, 1, 1, 4]
        assert list(pool.run(iter([]))) == []


def test_reading_runs_no_further_ahead_than_a_few_chunks():
    read = 0

    def endless():
        nonlocal read
        while True:
            read += 1
            yield [SourceArticle("a", "Text.")]

    with Pool(fake_predictor, 2, print) as pool:
        next(pool.run(endless()))
        assert read <= 10


def test_a_worker_that_dies_costs_the_article_it_died_of_and_one_that_raises_too():
    warnings = []
    chunk = [SourceArticle(f"a{i}", text, path="n.csv", line=i) for i, text in enumerate(["Fine.", "DEADLY", "BROKEN"])]
    with Pool(odd_predictor, 2, warnings.append) as pool:
        first, bad, last = pool.run(iter([*tasks(2), chunk, *tasks(3)]))
    assert [len(first), len(last)] == [2, 3]
    assert bad[0]["id"] == "a0"
    assert [(r["failure"]["line"], r["failure"]["reason"]) for r in bad[1:]] == [
        (1, "a process died of it (SIGKILL)"),
        (2, "cannot be classified (RuntimeError)"),
    ]
    assert warnings == ["a worker process died (SIGKILL); its 3 articles are tried again one by one"]


def test_workers_that_always_die_end_the_run():
    with (
        Pool(odd_predictor, 1, lambda line: None) as pool,
        pytest.raises(BothsidesError, match=r"die again and again \(SIGKILL\); .*--resume"),
    ):
        list(pool.run(tasks(5, text="DEADLY")))


def test_a_model_that_cannot_be_loaded_is_one_clear_error():
    with Pool(no_predictor, 2, print) as pool, pytest.raises(BothsidesError, match=r"no fast model found; run `make`"):
        list(pool.run(tasks(1)))


def test_leaving_ends_the_workers_at_once():
    with Pool(fake_predictor, 2, print) as pool:
        ids = [worker.process.pid for worker in pool._workers]
        os.kill(ids[0], signal.SIGSTOP)
        start = time.monotonic()
    assert time.monotonic() - start < 1
    for id in ids:
        with pytest.raises(ProcessLookupError):
            os.kill(id, 0)
