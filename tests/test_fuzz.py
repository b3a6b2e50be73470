"""Odd articles and odd files; the long run is `benchmarks/fuzz.py`."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import pytest
from fake_model import fake_predictor
from hypothesis import given, settings
from hypothesis import strategies as st

from bothsides.predict.read import items_of, parsed
from bothsides.predict.source import Failure, ReadOptions, SourceArticle
from bothsides.predict.work import classify

ROWS = [{"id": "a", "text": '"We wait," she said.'}, {"id": "=b", "text": "Écoles fermées.\n\nTwo."}]
PAGE = (
    b"<html><meta charset=utf-8><body><article><p>" + b"The union said it would wait. " * 20 + b"</p></article></body>"
)
GOOD = {
    ".txt": '"Our union will hold," she said — twice.\r\n'.encode("utf-16"),
    ".md": "“Œuvre”, he said.".encode("cp1252"),
    ".html": PAGE,
    ".xml": sorted(Path("seeds/gold").glob("*.xml"))[0].read_bytes(),
    ".jsonl": "\n".join(map(json.dumps, ROWS)).encode(),
    ".csv": b'id,text,outlet\na,"Two ""marks"",\nand lines.",=Sun\n\nb,Text.,\n',
    ".tsv": "id\ttext\na\tCafé.\n".encode(),
    ".csv.gz": gzip.compress(b"id,text\na,Text.\n" * 3, mtime=0),
}
PIECES = st.one_of(
    st.binary(max_size=8), st.sampled_from([b'"', b"\0", b"\xff", b"\xed\xa0\x80", b"<!DOCTYPE", b"{" * 99])
)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES), max_size=4)


@pytest.mark.parametrize("suffix", GOOD)
@settings(max_examples=40)
@given(changes=CHANGES)
def test_an_altered_file_gives_articles_or_failures_that_say_why(suffix, changes):
    data = GOOD[suffix]
    for where, cut, piece in changes:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + cut :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(data)
        found = [parsed(item) for item in items_of(path, ReadOptions())]
    assert found
    for one in found:
        if isinstance(one, Failure):
            assert one.advice and "\n" not in str(one)
            assert "cannot be parsed" not in one.reason and "cannot be read" not in one.reason
        else:
            assert one.text.strip()


@settings(max_examples=40)
@given(st.lists(st.text(max_size=60).map(lambda text: f'x{text}"{text}"'), min_size=1, max_size=5))
def test_odd_texts_become_records_that_json_holds(texts):
    articles = [SourceArticle(f"a{i}", text, {"column": text}) for i, text in enumerate(texts)]
    records = classify(fake_predictor(), articles)
    assert len(records) == len(texts)
    assert json.loads(json.dumps(records)) == records
    for article, record in zip(articles, records, strict=True):
        assert record["article"]["article_id"] == article.id
        for row in record["quotes"]:
            ((start, end),) = row["spans"]
            assert article.text[start:end] == row["quote"]
