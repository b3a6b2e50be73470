from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from bothsides.predict import packed
from bothsides.predict.packed import PackedError, format_of, open_bytes, open_text, read_whole, stem_of
from bothsides.predict.read import read_file
from bothsides.predict.source import LARGEST_FILE, Failure


@pytest.mark.parametrize(
    ("name", "format", "stem"),
    [
        ("a.b.txt", ".txt", "a.b"),
        ("a.CSV.Gz", ".csv", "a"),
        ("a.gz", ".gz", "a"),
        ("a.parquet.gz", ".parquet.gz", "a"),
        ("a", "", "a"),
    ],
)
def test_a_name_tells_format_and_stem(name, format, stem):
    assert (format_of(Path("x") / name), stem_of(Path("x") / name)) == (format, stem)


def test_packed_and_plain_files_read_alike(tmp_path):
    text = "One line.\r\nTwo — lines.\n" * 1000
    (tmp_path / "a.txt").write_bytes(text.encode())
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text.encode()))
    for name in ("a.txt", "a.txt.gz"):
        assert read_whole(tmp_path / name) == text.encode()
        with open_text(tmp_path / name, "utf-8", newline="") as file:
            assert file.read() == text


def test_a_bomb_is_refused_before_it_goes_off(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(64):
            file.write(b"0" * (1 << 20))
    taken = 0
    with open_bytes(path) as file, pytest.raises(PackedError, match="more than 100 times its size"):
        while block := file.read(1 << 16):
            taken += len(block)
    assert taken <= 100 * path.stat().st_size + (1 << 16)
    (failure,) = read_file(path)
    assert isinstance(failure, Failure) and "100 times" in failure.reason and failure.advice


def test_text_that_packs_well_and_little_files_are_no_bombs(tmp_path):
    for name, data in (("a.txt.gz", b"word " * 100_000), ("b.txt.gz", b"word, other word; " * 1000)):
        (tmp_path / name).write_bytes(gzip.compress(data))
        assert read_whole(tmp_path / name) == data


def test_a_packed_table_has_a_limit_whatever_its_ratio(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "LARGEST_UNPACKED", 2 << 30)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,text\n1,x\n"))
    monkeypatch.setattr(packed, "LARGEST_UNPACKED", 4)
    with open_bytes(path) as file, pytest.raises(PackedError, match="unpacks to more than 0 GiB"):
        file.read()


def test_larger_documents_than_the_limit_are_told_apart(tmp_path):
    path = tmp_path / "a.txt.gz"
    data = io.BytesIO()
    with gzip.GzipFile(fileobj=data, mode="wb", compresslevel=1) as file:
        for i in range(LARGEST_FILE // 800_000 + 1):
            file.write(b"".join(str(i * j).encode() for j in range(170_000)))
    path.write_bytes(data.getvalue())
    assert read_whole(path) is None
    (failure,) = read_file(path)
    assert "bytes" in failure.reason


@pytest.mark.parametrize("cut", [5, 30, -4])
@pytest.mark.parametrize("name", ["a.txt.gz", "a.csv.gz", "a.jsonl.gz"])
def test_a_damaged_file_is_one_failure(tmp_path, name, cut):
    path = tmp_path / name
    path.write_bytes(gzip.compress(b'id,text\n1,"One thing and another."\n' * 20)[:cut])
    failures = [found for found in read_file(path) if isinstance(found, Failure)]
    assert failures[-1].reason == "damaged gzip file"
