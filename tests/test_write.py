from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pyarrow.parquet
import pytest
from fake_model import fake_predictor

from bothsides.article import Article
from bothsides.errors import InputError
from bothsides.predict.read import UniqueIds
from bothsides.predict.source import Failure, SourceArticle
from bothsides.predict.work import failure_record, name_record, prediction_record
from bothsides.predict.write import QUOTE_COLUMNS, check_free, make, place, result_paths

TEXT = '"Our union will hold," she said.\n"=1+1 is \x1b[31mred," the schools said.\n'


def article(id="a1", **columns):
    return SourceArticle(id, TEXT, columns, path=f"news/{id}.txt")


def run(out, articles, failures=(), formats=("jsonl", "csv"), overwrite=False):
    check_free(out, overwrite)
    records = [failure_record(failure) for failure in failures]
    records += [prediction_record(prediction) for prediction in fake_predictor().predict_articles(articles)]
    names = UniqueIds()
    for record in records:
        name_record(record, names)
    stage = out / ".stage"
    stage.mkdir(parents=True)
    files = make(stage, records, formats).files
    if articles:
        (stage / "manifest.json").write_text("{}")
        files.append("manifest.json")
    place(stage, out, files)
    shutil.rmtree(stage)
    (out / "manifest.json").unlink(missing_ok=True)
    return [name for name in files if name != "manifest.json"]


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_results_hold_every_unit_and_article(tmp_path):
    out = tmp_path / "deep" / "out"
    assert run(out, [article("a1", outlet="Sun"), article("a2", date="2012")]) == [
        "quotes.csv",
        "quotes.jsonl",
        "articles.csv",
        "articles.jsonl",
    ]
    assert sorted(p.name for p in out.iterdir()) == ["articles.csv", "articles.jsonl", "quotes.csv", "quotes.jsonl"]
    lines = [json.loads(line) for line in (out / "quotes.jsonl").read_text().splitlines()]
    assert [(r["article_id"], r["unit"]) for r in lines] == [("a1", 1), ("a1", 2), ("a2", 1), ("a2", 2)]
    for line in lines:
        ((start, end),) = line["spans"]
        assert TEXT[start:end] == line["quote"]
    table = rows(out / "quotes.csv")
    assert list(table[0]) == [*QUOTE_COLUMNS, "outlet", "date"]
    assert (table[0]["outlet"], table[0]["date"], table[2]["outlet"]) == ("Sun", "", "")
    articles = rows(out / "articles.csv")
    assert [(r["article_id"], r["path"], r["units"]) for r in articles] == [
        ("a1", "news/a1.txt", "2"),
        ("a2", "news/a2.txt", "2"),
    ]
    # (.7 + .3) / 2 and (.1 + .4) / 2: the shares to expect of the two units of the fake model.
    assert (articles[0]["quotes_union"], articles[0]["quotes_neutral"]) == ("0.5", "0.25")


def test_csv_is_safe_and_json_is_faithful(tmp_path):
    run(tmp_path, [article()])
    assert rows(tmp_path / "quotes.csv")[1]["quote"] == "'=1+1 is \ufffd[31mred,"
    raw = (tmp_path / "quotes.jsonl").read_bytes()
    assert b"\x1b" not in raw
    assert json.loads(raw.splitlines()[1])["quote"] == "=1+1 is \x1b[31mred,"


def test_parquet_holds_the_same_rows(tmp_path):
    run(tmp_path / "p", [article(outlet="Sun")], formats=("parquet",))
    run(tmp_path / "j", [article(outlet="Sun")], formats=("jsonl",))
    table = pyarrow.parquet.read_table(tmp_path / "p" / "quotes.parquet")
    lines = [json.loads(line) for line in (tmp_path / "j" / "quotes.jsonl").read_text().splitlines()]
    assert table.to_pylist() == lines
    assert not (tmp_path / "p" / "quotes.jsonl").exists() and not (tmp_path / "j" / "quotes.csv").exists()


def test_same_articles_same_bytes(tmp_path):
    for name in ("one", "two"):
        run(tmp_path / name, [article(c="1"), article("a2")], formats=("csv", "jsonl", "parquet"))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_own_columns_never_replace_ours(tmp_path):
    run(tmp_path, [article(stance="left", path="p. 3", words="many")])
    quote, entry = rows(tmp_path / "quotes.csv")[0], rows(tmp_path / "articles.csv")[0]
    assert (quote["stance"], quote["article_stance"]) == ("union-aligned", "left")
    assert (entry["path"], entry["article_path"], entry["article_words"]) == ("news/a1.txt", "p. 3", "many")


def test_own_columns_are_never_lost(tmp_path):
    run(tmp_path, [article(unit="u", article_unit="au", words="w", article_words="aw")])
    quote, entry = rows(tmp_path / "quotes.csv")[0], rows(tmp_path / "articles.csv")[0]
    assert (quote["unit"], quote["article_unit"], quote["article_article_unit"]) == ("1", "au", "u")
    assert (entry["article_words"], entry["article_article_words"]) == ("aw", "w")


def test_names_that_are_not_utf8_reach_every_table(tmp_path):
    odd = SourceArticle("a", TEXT, path="caf\udce9/a.txt")
    run(tmp_path, [odd], [Failure("t\udce9.csv", None, "empty file")], formats=("csv", "jsonl", "parquet"))
    assert rows(tmp_path / "articles.csv")[0]["path"] == "caf\ufffd/a.txt"
    assert rows(tmp_path / "errors.csv")[0]["path"] == "t\ufffd.csv"


def test_a_carriage_return_alone_ends_no_row(tmp_path):
    run(tmp_path, [article(note="one\rtwo")])
    assert [r["note"] for r in rows(tmp_path / "quotes.csv")] == ["one\ntwo"] * 2


def test_articles_without_units_have_a_row(tmp_path):
    run(tmp_path, [Article("quiet", "Nobody spoke.")])
    assert rows(tmp_path / "quotes.csv") == []
    (entry,) = rows(tmp_path / "articles.csv")
    assert (entry["article_id"], entry["units"], entry["quotes_union"]) == ("quiet", "0", "")


def test_extracted_texts_are_saved_under_harmless_names(tmp_path):
    run(tmp_path, [SourceArticle("../../évil", TEXT, path="x.html", extracted=True)])
    (entry,) = rows(tmp_path / "articles.csv")
    assert (tmp_path / entry["text_file"]).read_bytes() == TEXT.encode()
    assert (tmp_path / entry["text_file"]).parent == tmp_path / "texts"


def test_failures_go_to_errors(tmp_path):
    run(
        tmp_path,
        [article()],
        [Failure("=x.csv", 3, "empty article", "leave it out"), Failure("y", None, "no such file")],
    )
    assert rows(tmp_path / "errors.csv") == [
        {"path": "'=x.csv", "line": "3", "reason": "empty article", "advice": "leave it out"},
        {"path": "y", "line": "", "reason": "no such file", "advice": ""},
    ]


def test_results_are_not_overwritten_unasked(tmp_path):
    run(tmp_path, [article()], [Failure("y", None, "no such file")])
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(InputError, match=r"results exist.*--overwrite"):
        run(tmp_path, [article("other")])
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    run(tmp_path, [article("other")], formats=("jsonl",), overwrite=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["articles.csv", "articles.jsonl", "quotes.jsonl"]


def test_a_users_own_errors_file_survives(tmp_path):
    (tmp_path / "errors.csv").write_text("mine\n1\n")
    run(tmp_path, [article()], overwrite=True)
    assert (tmp_path / "errors.csv").read_text() == "mine\n1\n"


def test_without_articles_only_the_errors_are_written(tmp_path):
    assert run(tmp_path / "out", [], [Failure("y", None, "no such file")]) == ["errors.csv"]
    assert run(tmp_path / "none", []) == []


@pytest.mark.parametrize("name", ["quotes.csv", "articles.csv", "errors.csv", "run.json"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_in_place_of_a_result_is_one_clear_error(tmp_path, name, overwrite):
    (tmp_path / name).mkdir()
    with pytest.raises(InputError, match=f"cannot write: .*{name} is a folder; move it away"):
        check_free(tmp_path, overwrite)


@pytest.mark.parametrize("name", ["manifest.json", "errors.csv", "texts/a.txt", "articles.parquet"])
def test_nothing_of_the_users_own_is_overwritten_unasked(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine\n")
    with pytest.raises(InputError, match=r"results exist.*--overwrite"):
        check_free(tmp_path, overwrite=False)
    check_free(tmp_path, overwrite=True)


def test_own_columns_with_names_of_the_other_table_keep_their_type(tmp_path):
    run(tmp_path, [article(line="p. 3", units="many", quotes_union="x")], formats=("parquet",))
    assert pyarrow.parquet.read_table(tmp_path / "quotes.parquet").to_pylist()[0]["line"] == "p. 3"
    (entry,) = pyarrow.parquet.read_table(tmp_path / "articles.parquet").to_pylist()
    assert (entry["units"], entry["article_units"], entry["article_line"]) == (2, "many", "p. 3")


def test_result_paths_cover_what_is_written(tmp_path):
    run(tmp_path, [SourceArticle("a", TEXT, extracted=True)], [Failure("y", None, "z")], formats=("csv", "parquet"))
    assert {p.resolve() for p in tmp_path.iterdir()} <= result_paths(tmp_path)


def test_a_report_beside_the_results_is_no_input(tmp_path):
    (tmp_path / "report-2.html").write_text("<p>a page</p>")
    (tmp_path / "news.html").write_text("<p>an article</p>")
    assert tmp_path / "report-2.html" in result_paths(tmp_path)
    assert tmp_path / "news.html" not in result_paths(tmp_path)


def test_the_texts_of_results_that_are_overwritten_go_and_those_of_the_user_stay(tmp_path):
    pages = [SourceArticle(id, TEXT, path="x.html", extracted=True) for id in ("a", "b", "../c")]
    run(tmp_path, pages)
    (tmp_path / "texts/mine.txt").write_text("mine")
    run(tmp_path, pages[1:2], overwrite=True)
    assert sorted(p.name for p in (tmp_path / "texts").iterdir()) == ["b.txt", "mine.txt"]
    (tmp_path / "texts/mine.txt").unlink()
    run(tmp_path, [article()], overwrite=True)
    assert not (tmp_path / "texts").exists()


def test_texts_go_before_the_table_that_names_them(tmp_path, monkeypatch):
    pages = [SourceArticle(id, TEXT, path="x.html", extracted=True) for id in ("a", "b")]
    run(tmp_path, pages)
    replace = Path.replace
    seen = []

    def look(self, target):
        if target.name == "articles.csv":
            seen.append(sorted(p.name for p in (tmp_path / "texts").iterdir()))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", look)
    run(tmp_path, pages[:1], overwrite=True)
    assert seen == [["a.txt"]]


@pytest.mark.parametrize("name", ["../secret.txt", "texts/../secret.txt", "texts/..", "/secret.txt", "secret.txt", ""])
def test_a_table_that_was_edited_takes_no_file_outside_of_the_texts_away(tmp_path, name):
    out = tmp_path / "out"
    run(out, [SourceArticle("a", TEXT, path="x.html", extracted=True)])
    for secret in (tmp_path / "secret.txt", out / "secret.txt"):
        secret.write_text("secret")
    table = out / "articles.csv"
    table.write_text(table.read_text().replace("texts/a.txt", name))
    run(out, [article()], overwrite=True)
    assert (tmp_path / "secret.txt").exists() and (out / "secret.txt").exists() and (out / "texts/a.txt").exists()


def test_a_table_of_the_users_own_names_no_texts(tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/a.txt").write_text("mine")
    (tmp_path / "articles.csv").write_bytes(b"name,price\n\xff,1\n\0\n")
    run(tmp_path, [article()], overwrite=True)
    assert (tmp_path / "texts/a.txt").read_text() == "mine"
