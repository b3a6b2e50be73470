from __future__ import annotations

import pyarrow
import pyarrow.parquet
import pytest

from bothsides.predict import parquet
from bothsides.predict.read import read_file


def write(path, columns, **options):
    pyarrow.parquet.write_table(pyarrow.table(columns), path, **options)
    return path


def test_rows_of_many_groups_come_in_order(tmp_path):
    texts = [f"Text {i}." for i in range(300)]
    path = write(tmp_path / "a.parquet", {"text": texts, "when": [None, "x"] * 150}, row_group_size=70)
    found = list(read_file(path))
    assert [a.text for a in found] == texts
    assert [a.line for a in found] == list(range(1, 301))
    assert found[0].columns == {"when": ""} and found[1].columns == {"when": "x"}


@pytest.mark.parametrize(
    ("texts", "reason"),
    [(["x"] * 500_000, "more rows than bytes"), (["0" * (20 << 20)], "more than 100 times its size")],
)
def test_a_bomb_is_one_failure(tmp_path, texts, reason):
    path = write(tmp_path / "a.parquet", {"text": texts}, compression="zstd")
    (failure,) = read_file(path)
    assert reason in failure.reason and failure.line is None


def test_values_far_too_long_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "_FREE_COLUMN", 100)
    monkeypatch.setattr(parquet, "LONGEST_RECORD", 100)
    (failure,) = read_file(write(tmp_path / "a.parquet", {"text": ["word " * 100]}))
    assert "characters in one record" in failure.reason


def test_columns_with_one_name_lose_nothing(tmp_path):
    path = tmp_path / "a.parquet"
    values = [pyarrow.array([value]) for value in ("Text.", "one", "two", "x")]
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(values, ["text", "note", "note", ""]), path)
    (article,) = read_file(path)
    assert article.columns == {"note": "one", "note_2": "two", "column_4": "x"}
