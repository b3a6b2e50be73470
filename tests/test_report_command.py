from __future__ import annotations

import pytest
from report_corpus import write_corpus

from bothsides.cli import main
from bothsides.commands import report


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("results") / "out", 3)


def failed(capsys, *arguments) -> str:
    assert main(["report", *map(str, arguments)]) == 1
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err.count("\n") == 1
    return shown.err


def test_a_report_is_written_where_it_is_asked_for(results, tmp_path, capsys):
    out = tmp_path / "new" / "strike.html"
    assert main(["report", str(results), "-o", str(out), "--strike", "2012-09-10..2012-09-18"]) == 0
    assert str(out) in capsys.readouterr().out
    assert "the strike</th>" in out.read_text() and not (results / "report.html").exists()


def test_wrong_columns_and_days_are_named(results, capsys):
    assert "no column 'day' in articles.csv (there are: title, outlet, date)" in failed(
        capsys, results, "--date-column", "day"
    )
    assert "not the days of a strike: 'soon'" in failed(capsys, results, "--strike", "soon")


def test_a_strike_needs_dates(tmp_path, results, capsys):
    lines = (results / "articles.csv").read_text().replace(",date", ",when", 1)
    (tmp_path / "articles.csv").write_text(lines)
    (tmp_path / "quotes.jsonl").write_text((results / "quotes.jsonl").read_text())
    assert "--date-column" in failed(capsys, tmp_path, "--strike", "2012-09-10..2012-09-18")


def test_the_extra_is_named_where_it_is_missing(results, monkeypatch, capsys):
    monkeypatch.setattr(report, "find_spec", lambda name: None)
    shown = failed(capsys, results)
    assert "the report needs jinja2 and matplotlib: install the wheel with its extra, as in pip install" in shown
