from __future__ import annotations

import json

import pyarrow
import pyarrow.parquet
import pytest

from bothsides.predict.rows import count_records, read_table
from bothsides.predict.source import LONGEST_ARTICLE, Failure, ReadOptions, SourceArticle


def read(path, **options):
    found = list(read_table(path, ReadOptions(**options)))
    return [f for f in found if isinstance(f, SourceArticle)], [f for f in found if isinstance(f, Failure)]


def write(tmp_path, name, text, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def test_csv_rows_are_articles_with_their_columns(tmp_path):
    path = write(tmp_path, "n.csv", 'id,outlet,text\na7,Tribune,"First line.\n\nSecond ""line""."\nb8,=Sun,Short.\n')
    articles, failures = read(path)
    assert [(a.id, a.text, a.columns, a.line) for a in articles] == [
        ("a7", 'First line.\n\nSecond "line".', {"outlet": "Tribune"}, 2),
        ("b8", "Short.", {"outlet": "=Sun"}, 5),
    ]
    assert not failures


@pytest.mark.parametrize("name, delimiter", [("n.csv", ","), ("n.csv", ";"), ("n.csv", "\t"), ("n.tsv", "\t")])
def test_delimiters(tmp_path, name, delimiter):
    path = write(
        tmp_path, name, delimiter.join(["a,b" if delimiter == ";" else "a", "text"]) + f"\n1{delimiter}Said.\n"
    )
    assert [a.text for a in read(path)[0]] == ["Said."]
    assert count_records(path) == 1


def test_named_columns_and_ids_by_row(tmp_path):
    path = write(tmp_path, "n.csv", "url,body\nu1,Text one.\nu2,Text two.\n")
    assert [(a.id, a.columns) for a in read(path, text_column="body")[0]] == [
        ("n-1", {"url": "u1"}),
        ("n-2", {"url": "u2"}),
    ]
    assert [(a.id, a.columns) for a in read(path, text_column="body", id_column="url")[0]] == [("u1", {}), ("u2", {})]


def test_a_missing_column_is_one_failure_that_names_what_there_is(tmp_path):
    path = write(tmp_path, "n.csv", "url,body\nu1,Text one.\nu2,Text two.\n")
    articles, failures = read(path)
    assert not articles and len(failures) == 1
    assert (
        "'text'" in failures[0].reason and "url, body" in failures[0].reason and "--text-column" in failures[0].advice
    )


def test_a_missing_column_of_a_parquet_file_is_one_failure(tmp_path):
    path = tmp_path / "n.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2], "body": ["One.", "Two."]}), path)
    articles, failures = read(path)
    assert not articles and [(f.line, "'text'" in f.reason) for f in failures] == [(None, True)]


def test_bad_records_fail_alone(tmp_path):
    path = write(tmp_path, "n.csv", "id,text\na,Good.\nb,Too,many\nc,\nd,Good too.\n")
    articles, failures = read(path)
    assert [a.id for a in articles] == ["a", "d"]
    assert [f.line for f in failures] == [3, 4]


def test_jsonl_lines(tmp_path):
    lines = [
        json.dumps({"id": 7, "text": "One.", "tags": ["a", "b"], "none": None, "n": 1.5}),
        "{broken",
        "",
        "[1]",
        json.dumps({"text": 5}),
        json.dumps({"txt": "no text"}),
        '{"text": "half \\ud800"}',
        "[" * 100_000,
        json.dumps({"text": "Two."}),
    ]
    path = write(tmp_path, "n.jsonl", "\n".join(lines) + "\n")
    articles, failures = read(path)
    assert [(a.id, a.text) for a in articles] == [("7", "One."), ("n-8", "Two.")]
    assert articles[0].columns == {"tags": '["a", "b"]', "none": "", "n": "1.5"}
    assert [f.line for f in failures] == [2, 4, 5, 6, 7, 8]
    assert count_records(path) == 8


def test_parquet(tmp_path):
    path = tmp_path / "n.parquet"
    table = pyarrow.table({"id": [1, 2, 3], "text": ["One.", None, "Three."], "when": [None, "x", "2012"]})
    pyarrow.parquet.write_table(table, path)
    articles, failures = read(path)
    assert [(a.id, a.text, a.columns["when"], a.line) for a in articles] == [
        ("1", "One.", "", 1),
        ("3", "Three.", "2012", 3),
    ]
    assert [(f.line, f.reason) for f in failures] == [(2, "empty article")]
    assert count_records(path) == 3


@pytest.mark.parametrize("name", ["n.csv", "n.tsv", "n.jsonl", "n.parquet"])
@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"\0\0\0"])
def test_files_that_are_no_tables_are_one_failure(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    articles, failures = read(path)
    assert not articles and len(failures) == 1
    assert count_records(path) in (0, 1)


@pytest.mark.parametrize(
    ("name", "text"), [("n.csv", "id,text\n"), ("n.csv", " \n\n"), ("n.tsv", "id\ttext\n\n"), ("n.jsonl", "\n \n")]
)
def test_a_table_without_records_is_one_failure(tmp_path, name, text):
    path = write(tmp_path, name, text)
    articles, failures = read(path)
    assert not articles and [(f.line, f.reason) for f in failures] == [(None, "no records")]
    assert count_records(path) == 1


def test_a_parquet_file_without_rows_is_one_failure(tmp_path):
    path = tmp_path / "n.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": pyarrow.array([], pyarrow.string())}), path)
    articles, failures = read(path)
    assert not articles and [f.reason for f in failures] == ["no records"]
    assert count_records(path) == 1


def test_a_table_that_breaks_off_before_its_first_record_is_one_failure(tmp_path):
    path = tmp_path / "n.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    articles, failures = read(path)
    assert not articles and len(failures) == 1 and failures[0].reason != "no records"


@pytest.mark.parametrize("start", ["", '"'])
def test_a_first_line_too_long_for_csv_is_one_failure(tmp_path, start):
    path = write(tmp_path, "n.csv", "\n" + start + "x" * (4 * LONGEST_ARTICLE + 1) + "\n1\n")
    articles, failures = read(path)
    assert not articles and [(f.line, f.reason[:7]) for f in failures] == [(2, "not CSV")]


def test_blank_lines_before_the_header_are_passed_over(tmp_path):
    path = write(tmp_path, "n.csv", '\n  \r\n\n"a\nb",text\n1,Said.\n2,\n', "utf-8-sig")
    articles, failures = read(path)
    assert [(a.text, a.columns, a.line) for a in articles] == [("Said.", {"a\nb": "1"}, 6)]
    assert [(f.line, f.reason) for f in failures] == [(7, "empty article")]
    assert count_records(path) == 2


def test_ids_by_row_hold_whole_characters(tmp_path):
    (article,), _ = read(write(tmp_path, "n\udce9.csv", "text\nSaid.\n"))
    assert article.id == "n\ufffd-1"


def test_a_guessed_encoding_is_named(tmp_path):
    path = write(tmp_path, "n.csv", "id,text\na,The union’s “offer” – a café visit.\n", "cp1252")
    articles, _ = read(path)
    assert [(a.text, a.encoding) for a in articles] == [("The union’s “offer” – a café visit.", "cp1252")]


def test_columns_with_one_name_and_without_a_name_lose_nothing(tmp_path):
    path = write(tmp_path, "n.csv", "text,note,note,,note_2, \nSaid.,one,two,x,three,y\n")
    (article,), failures = read(path)
    assert not failures and article.text == "Said."
    expected = {"note": "one", "note_3": "two", "column_4": "x", "note_2": "three", "column_6": "y"}
    assert article.columns == expected and list(article.columns) == list(expected)


def test_the_first_of_two_text_columns_is_read_unless_the_other_is_named(tmp_path):
    path = write(tmp_path, "n.csv", "text,text\nOne.,Two.\n")
    assert [(a.text, a.columns) for a in read(path)[0]] == [("One.", {"text_2": "Two."})]
    assert [(a.text, a.columns) for a in read(path, text_column="text_2")[0]] == [("Two.", {"text": "One."})]
