from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothsides.errors import InputError
from bothsides.predict.convert import write_csv, write_parquet
from bothsides.predict.source import LONGEST_ARTICLE
from bothsides.results_folder import (
    PROBABILITIES,
    csv_rows,
    list_of,
    manifest_of,
    probabilities_of,
    quote_rows,
    quotes_file,
    spans_of,
    stance_of,
)
from bothsides.tables import write_jsonl
from bothsides.unit import STANCES

FORMATS = ("jsonl", "parquet", "csv")
PLACES = st.integers(0, 2**31 - 1)
SHARES = st.floats(0, 1)
ROWS = st.fixed_dictionaries(
    {
        "spans": st.lists(st.tuples(PLACES, PLACES).map(sorted).map(tuple), min_size=1, max_size=3),
        "stance": st.sampled_from(STANCES),
    }
    | dict.fromkeys(PROBABILITIES, SHARES)
)


def write_quotes(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows in every format, with the writers of `bothsides predict`."""
    spool, columns = folder / "quotes.jsonl", ["spans", "stance", *PROBABILITIES]
    write_jsonl(spool, rows)
    write_csv(folder / "quotes.csv", columns, rows)
    write_parquet(folder / "quotes.parquet", columns, spool)
    return folder


@settings(max_examples=40)
@given(st.lists(ROWS, max_size=4))
def test_every_format_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    folder = write_quotes(tmp_path_factory.mktemp("results"), rows)
    wanted = [
        (number, tuple(row["spans"]), row["stance"], tuple(row[p] for p in PROBABILITIES))
        for number, row in enumerate(rows, start=1)
    ]
    for format in FORMATS:
        found = quote_rows(folder / f"quotes.{format}")
        read = [(n, spans_of(r["spans"]), stance_of(r["stance"]), probabilities_of(r)) for n, r in found]
        assert read == wanted, format


def test_the_most_faithful_table_is_taken(tmp_path: Path) -> None:
    write_quotes(tmp_path, [])
    for format in FORMATS:
        path = tmp_path / f"quotes.{format}"
        assert quotes_file(tmp_path) == path
        path.unlink()
        path.mkdir()
    assert quotes_file(tmp_path) is None


def test_a_cell_that_a_row_lacks_is_none_in_quotes_and_empty_in_other_tables(tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    path.write_text("article_id,unit,quote\na,1\n\nb,2,\n")
    cut, whole = {"article_id": "a", "unit": "1"}, {"article_id": "b", "unit": "2", "quote": ""}
    assert list(quote_rows(path)) == [(1, cut | {"quote": None}), (2, whole)]
    assert list(csv_rows(path)) == [cut | {"quote": ""}, whole]


def test_a_cell_may_be_as_long_as_an_article(tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    path.write_text("quote\n" + "x" * LONGEST_ARTICLE + "\n")
    assert [len(row["quote"]) for row in csv_rows(path)] == [LONGEST_ARTICLE]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("quotes.csv", b"quote\ncaf\xe9\n", "not CSV in UTF-8"),
        ("quotes.csv", b"quote\n" + b"x" * (4 * LONGEST_ARTICLE + 1), "not CSV in UTF-8 .*field limit"),
        ("quotes.parquet", b"", "not a Parquet file"),
        ("quotes.parquet", b"PAR1 and no more", "not a Parquet file"),
        ("quotes.jsonl", b'{"quote": "caf\xe9"}\n', "not in UTF-8"),
        ("quotes.jsonl", b"{}\n[]\n", r"quotes\.jsonl:2: is not a JSON object"),
    ],
)
def test_a_file_of_another_format_gets_one_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        list(quote_rows(path))
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [None, "", "[", '{"0": 4}', {"12": 0}, 3])
def test_what_is_no_list_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        list_of(value)


@pytest.mark.parametrize(
    "value",
    [[], [[5, 3]], [[-1, 3]], [[1]], [[0, 4, 9]], [[0, None]], ["x4"], [7], "[[0, 4], null]", "[[0, Infinity]]"],
)
def test_what_are_no_spans_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError, OverflowError)):
        spans_of(value)


@pytest.mark.parametrize("value", [None, "", "x", "nan", float("inf"), -0.1, 1.1])
def test_what_is_no_probability_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        probabilities_of(dict.fromkeys(PROBABILITIES, 0.5) | {"p_neutral": value})


@pytest.mark.parametrize("value", [None, "", "pro", ["neutral"]])
def test_a_stance_that_is_none_of_ours_is_named(value: object) -> None:
    with pytest.raises(ValueError, match="is none of union-aligned, district-aligned, neutral"):
        stance_of(value)


ODD = [
    ({"spans": []}, r"spans \[\] are no places"),
    ({"spans": [[5, 3]]}, r"spans \[\[5, 3\]\] are no places"),
    ({"spans": [[0, 4], [-50, 5]]}, r"spans .* are no places"),
    ({"position": "nan"}, "position 'nan' is not from 0 to 1"),
    ({"position": 5}, "position 5 is not from 0 to 1"),
    ({"position": -0.1}, "position -0.1 is not from 0 to 1"),
    ({"p_union": -1}, "p_union -1 is not from 0 to 1"),
    ({"p_neutral": 1.5}, "p_neutral 1.5 is not from 0 to 1"),
    ({"p_district": "inf"}, "p_district 'inf' is not from 0 to 1"),
    ({"confidence": "nan"}, "confidence 'nan' is not"),
    ({"words": -3}, "words -3 is no count"),
    ({"words": "inf"}, "words 'inf' is no count"),
]


@pytest.mark.parametrize(("odd", "message"), ODD)
def test_a_row_that_predict_does_not_write_is_refused_by_file_and_row(
    tmp_path: Path, odd: dict[str, Any], message: str
) -> None:
    row = {"spans": [[0, 4]], "position": 0.0, "confidence": 1, "words": 0} | dict.fromkeys(PROBABILITIES, 1.0)
    path = tmp_path / "quotes.jsonl"
    write_jsonl(path, [row, row | odd])
    rows = quote_rows(path)
    assert next(rows) == (1, row)
    with pytest.raises(InputError, match=rf"not a row of quotes \({message}.*quotes\.jsonl:2; run") as caught:
        next(rows)
    assert "\n" not in str(caught.value)


def test_lists_nested_without_end_in_a_cell_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    path.write_text("spans\n" + "[" * 100_000 + "\n")
    with pytest.raises(InputError, match=r"quotes\.csv:1"):
        list(quote_rows(path))


@pytest.mark.parametrize("name", ["quotes.jsonl", "quotes.csv", "quotes.parquet", "manifest.json"])
def test_a_file_that_may_not_be_read_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def refuse(self: Path, *arguments: Any, **options: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    (tmp_path / name).write_text("{}")
    monkeypatch.setattr(Path, "open", refuse)  # root, who runs the tests, may read any file
    with pytest.raises(InputError, match=rf"cannot be read \(Permission denied\): .*{name}; check its perm") as caught:
        manifest_of(tmp_path) if name == "manifest.json" else list(quote_rows(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_a_folder_that_may_not_be_looked_into_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "stat", lambda self, **options: refuse(self))
    with pytest.raises(InputError, match="cannot be read"):
        quotes_file(tmp_path)
