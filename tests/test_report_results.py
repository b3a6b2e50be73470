from __future__ import annotations

import csv
import shutil

import pytest
from fake_model import fake_predictor
from report_corpus import write_corpus, write_results

from bothsides.balance import Shares
from bothsides.cli import main
from bothsides.errors import InputError
from bothsides.predict.read import SourceArticle
from bothsides.report.results import read_results, with_texts
from bothsides.report.voice import voice_of

TEXT = '"Our union will hold," she said.\n\n=1+1 is "red, red," the schools said 😀.\n'


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_every_format_gives_the_same_results(tmp_path, form):
    read = read_results(write_corpus(tmp_path / form, 5, (form,)))
    same = read_results(write_corpus(tmp_path / "same", 5, ("jsonl",)))
    assert [a.id for a in read.articles] == [a.id for a in same.articles]
    for mine, other in zip(read.articles, same.articles, strict=True):
        assert (
            mine.columns
            == other.columns
            == {"title": mine.columns["title"], "outlet": mine.columns["outlet"]} | {"date": mine.columns["date"]}
        )
        assert [(u.number, u.spans, u.stance, u.words, u.who) for u in mine.units] == [
            (u.number, u.spans, u.stance, u.words, u.who) for u in other.units
        ]
    assert None not in [a.text for a in with_texts(read)]


def test_the_shares_of_an_article_are_those_that_predict_wrote(tmp_path):
    out = write_corpus(tmp_path / "out", 12)
    with (out / "articles.csv").open(newline="") as file:
        rows = {r["article_id"]: r for r in csv.DictReader(file)}
    for article in read_results(out).articles:
        voice = voice_of([article])
        for measure, of in voice.shares.items():
            for side, share in zip(Shares.__dataclass_fields__, of.values(), strict=True):
                assert share.value == pytest.approx(float(rows[article.id][f"{measure}_{side}"]), abs=2e-4)


def test_ids_that_a_spreadsheet_would_run_lead_back_to_their_article(tmp_path):
    found = [SourceArticle(id, TEXT, path="gone.txt") for id in ("=1+1", "-x", "a\u2028b")]
    out = write_results(tmp_path / "out", fake_predictor().predict_articles(found))
    assert [(a.id, len(a.units)) for a in read_results(out).articles] == [("=1+1", 2), ("-x", 2), ("a\u2028b", 2)]


def damaged(out, name, change):
    path = out / name
    path.write_text(change(path.read_text()))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("quotes.jsonl", lambda t: t.replace('"neutral"', '"hostile"', 1), "stance 'hostile' is none of"),
        ("quotes.jsonl", lambda t: t.replace('"a0001"', '"a9999"', 1), "'a9999' is not in articles.csv"),
        ("quotes.jsonl", lambda t: t.replace('"confidence"', '"sureness"', 1), "no column 'confidence'"),
        ("quotes.jsonl", lambda t: "not json\n" + t, "is not JSON"),
        ("articles.csv", lambda t: t + t.splitlines()[1] + "\n", "the article 'a0001' is there twice"),
        ("articles.csv", lambda t: t.splitlines()[0] + "\n", "not in articles.csv"),
        ("articles.csv", lambda t: "a,b\n1,2\n", "not a row of articles"),
        ("articles.csv", lambda t: t.replace("text_file", "its_text", 1), "not a row of articles"),
    ],
)
def test_damaged_results_get_one_clear_line(tmp_path, name, change, message, capsys):
    out = write_corpus(tmp_path / "out", 2)
    damaged(out, name, change)
    with pytest.raises(InputError, match=message):
        read_results(out)
    assert main(["report", str(out)]) == 1
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1 and not (out / "report.html").exists()


def test_a_folder_without_results_is_named(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 1
    assert "no results" in capsys.readouterr().err
    out = write_corpus(tmp_path / "out", 1)
    (out / "quotes.jsonl").unlink()
    shutil.rmtree(out / "texts")
    assert main(["report", str(out)]) == 1
    assert "no quotes.jsonl, quotes.parquet or quotes.csv" in capsys.readouterr().err
