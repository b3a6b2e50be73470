from __future__ import annotations

import csv
import json
from contextlib import suppress
from pathlib import Path

import pytest
from fake_model import fake_predictor
from report_corpus import write_corpus, write_results

from bothsides.coding import results as coding
from bothsides.errors import InputError
from bothsides.predict.read import ReadOptions, read_articles
from bothsides.report.results import read_results, with_texts
from bothsides.result_texts import Place, find_texts

TEXT = '"Our union will hold," she said.\n\n=1+1 is "red, red," the schools said 😀.\n'
SHORT = "Nobody spoke.\n"


def predict(inputs, out, formats=("jsonl", "csv"), **options):
    found = read_articles([str(i) for i in inputs], ReadOptions(**options))
    write_results(out, fake_predictor().predict_articles(found), formats)
    (out / "manifest.json").write_text(json.dumps({"plan": {"model": "test", **options}}))
    return out


def texts(out):
    """The texts of the articles in order, as the report finds them; a sample for coders must find the same."""
    found = [(a.id, a.text) for a in with_texts(read_results(out))]
    with suppress(InputError):  # there is nothing to code where no article has a unit
        for_coders = coding.read_results(out).texts([id for id, _ in found])
        assert {id: a.text for id, a in for_coders.items()} == {id: text for id, text in found if text is not None}
    return [text for _, text in found]


def test_texts_are_found_where_they_were_read(tmp_path, monkeypatch):
    (tmp_path / "news").mkdir()
    (tmp_path / "news/a.txt").write_text(TEXT)
    (tmp_path / "news/b.txt").write_text(SHORT)
    monkeypatch.chdir(tmp_path)
    out = predict(["news"], tmp_path / "out")
    assert texts(out) == [TEXT, SHORT]
    monkeypatch.chdir("/")
    assert texts(out) == [TEXT, SHORT], "the results lie beside what they were made of"


def test_a_text_that_has_changed_is_not_shown(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    out = predict([path], tmp_path / "out")
    path.write_text("X" + TEXT)
    assert texts(out) == [None]
    path.write_text(TEXT + "More.")
    assert texts(out) == [None]
    path.unlink()
    assert texts(out) == [None]
    path.write_text(SHORT)
    out = predict([path], tmp_path / "quiet")
    path.write_text("A wholly different text, written later.")
    assert texts(out) == [None]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
def test_texts_in_tables_are_found(tmp_path, suffix):
    path = tmp_path / f"archive.{suffix}"
    records = [{"key": f"k{n}", "teaser": "no", "body": body} for n, body in enumerate((TEXT, SHORT, TEXT + "More."))]
    if suffix == "parquet":
        import pyarrow
        from pyarrow.parquet import write_table

        write_table(pyarrow.Table.from_pylist(records), path)
    elif suffix == "jsonl":
        path.write_text("".join(json.dumps(r) + "\n" for r in records))
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, records[0], delimiter="," if suffix == "csv" else "\t")
            writer.writeheader()
            writer.writerows(records)
    out = predict([path], tmp_path / "out", text_column="body", id_column="key")
    assert texts(out) == [TEXT, SHORT, TEXT + "More."]
    (out / "manifest.json").unlink()
    assert texts(out) == [TEXT, SHORT, TEXT + "More."], "a column with a usual name is found without the manifest"


def test_no_text_is_read_from_outside_of_the_results(tmp_path):
    out = write_corpus(tmp_path / "out", 1)
    (tmp_path / "secret.txt").write_text("secret")
    table = out / "articles.csv"
    table.write_text(table.read_text().replace("texts/a0001.txt", "../secret.txt"))
    assert texts(out) == [None]


def test_quotes_made_safe_for_spreadsheets_still_fit(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text('The schools said "=1+1 is enough" today.\n')
    out = predict([path], tmp_path / "out", ("csv",))
    assert texts(out) == [path.read_text()]


def test_ids_that_a_spreadsheet_would_run_keep_their_texts(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps({"id": id, "text": TEXT}) + "\n" for id in ("=1+1", "-x", "@post")))
    assert texts(predict([path], tmp_path / "out")) == [TEXT] * 3


def test_a_text_that_has_other_words_is_not_shown_though_no_quote_tells(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(SHORT)
    for words, text in ((2, SHORT), (None, SHORT), (3, None)):
        assert list(find_texts(tmp_path, [Place(str(path), None, "", [], words)], {})) == [text]
    table = tmp_path / "a.csv"
    table.write_text('text,body\nOne.,"Nobody spoke."\n')
    assert list(find_texts(tmp_path, [Place(str(table), 2, "", [], 2)], {})) == ["Nobody spoke."]


def test_texts_that_may_not_be_read_are_not_found(tmp_path, monkeypatch):
    out = write_corpus(tmp_path / "out", 1)
    places = [Place("", None, "texts/a0001.txt", []), Place(str(tmp_path / "news/a.txt"), None, "", [])]
    assert next(find_texts(out, places, {}))

    def refuse(self, *arguments, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "stat", refuse)
    assert list(find_texts(out, places, {})) == [None, None]
