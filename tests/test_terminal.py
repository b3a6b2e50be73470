from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from fake_model import fake_predictor
from rich.console import Console

from bothsides import terminal
from bothsides.predict.read import UniqueIds
from bothsides.predict.source import Failure, SourceArticle
from bothsides.predict.work import failure_record, name_record, prediction_record
from bothsides.terminal import Summary, progress, scorecard_table

TEXT = '"Our union will hold on to the last day," she said.\n"Meals are served," the schools said.\n'


def shown(*things):
    console = Console(file=io.StringIO(), width=120)
    for thing in things:
        console.print(thing)
    return console.file.getvalue()


def summary(articles):
    out = Summary()
    names = UniqueIds()
    for prediction in fake_predictor().predict_articles(articles):
        record = prediction_record(prediction)
        name_record(record, names)
        out.add(record)
    out.add(failure_record(Failure("x", None, "empty file")))
    return out


def test_summary_has_a_row_an_article_and_one_for_all():
    text = shown(summary([SourceArticle("a1", TEXT), SourceArticle("[red]a2\x1b[31m", "Nobody spoke.")]).table())
    lines = text.splitlines()
    assert any("a1" in line and "50 / 25 / 25" in line and "60 / 22 / 18" in line for line in lines)
    assert any("[red]a2\ufffd[31m" in line and " - " in line for line in lines)
    assert any("all 2" in line for line in lines)


def test_many_articles_are_one_row():
    text = shown(summary(SourceArticle(f"a{i}", TEXT) for i in range(30)).table())
    assert "all 30" in text and "a7" not in text


def test_notes_name_guesses_and_renamed_ids():
    made = summary([SourceArticle("a", TEXT, encoding="cp1252"), SourceArticle("a", TEXT)])
    assert [note[:6] for note in made.notes()] == ["1 read", "1 had "]
    assert summary([SourceArticle("a", TEXT)]).notes() == []


def test_progress_without_a_terminal_is_plain_lines(monkeypatch, capsys):
    clock = iter([0.0, 10.0, 40.0, 41.0])
    monkeypatch.setattr(terminal, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with progress() as bar:
        bar.begin(110, 10)
        for _ in range(3):
            bar.step()
    assert capsys.readouterr().err == "bothsides: 12 of 110 articles, 0.1 articles/s, 0:32:40 left\n"


def test_progress_on_a_terminal_is_a_bar(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress() as bar:
        bar.begin(3, 1)
        bar.step()
        bar.step()
    assert "3/3" in screen.getvalue() and "articles/s" in screen.getvalue()


def test_scorecard_shows_what_there_is():
    estimate = {"joint_f1": 0.75, "joint_f1_low": 0.7, "joint_f1_high": 0.8}
    figures = {
        "articles": 3,
        "units": {"gold": 73, **estimate, "by_type": {"direct": estimate}},
        "stance": {"by_type": {"direct": {}}},
        "end_to_end": {},
        "calibration": {},
        "balance": {},
    }
    text = shown(scorecard_table(figures))
    assert text.count("0.700 to 0.800") == 2 and "73 units" in text


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_run_has_a_table(count):
    assert f"all {count}" in shown(summary([SourceArticle("a", TEXT)] * count).table())
