from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.coded import NO_QUOTE, Code, match, read_codes
from bothsides.errors import InputError
from bothsides.predict.safe import csv_cell
from bothsides.unit import QuoteUnit

TEXT = 'The district said its final offer was generous. "We wait," Ann Lee said. Some guess rain.'
ARTICLE = Article("dropped", TEXT)
FOUND = [QuoteUnit(((18, 46),), "indirect"), QuoteUnit(((49, 56),), "direct")]
HEAD = "article_id,label,coder,spans,quote\n"


def code(label: str = "neutral", coder: str = "ann", spans: Any = ((18, 46),), quote: str = "", **more: str) -> Code:
    return Code(more.get("where", "f:1"), more.get("article_id", "dropped"), coder, label, spans, quote)  # type: ignore[arg-type]


def written(folder: Path, name: str, content: str) -> list[Code]:
    (folder / name).write_text(content, encoding="utf-8")
    return read_codes(folder)


def test_all_formats_say_the_same(tmp_path: Path) -> None:
    quote = TEXT[18:46]
    record = {"article_id": "dropped", "spans": [[18, 46]], "quote": quote}
    task = {"data": {**record, "unit_id": "dropped#1"}, "annotations": []}
    choice = {"from_name": "stance", "type": "choices", "value": {"choices": ["district-aligned"]}}
    mark = {"from_name": "quote", "type": "labels", "value": {"start": 0, "end": 3, "labels": ["quote"]}}
    task["annotations"] = [
        {"completed_by": {"id": 1, "email": "ann"}, "result": [mark, choice]},
        {"was_cancelled": True, "result": []},
    ]
    contents = {
        "a.csv": HEAD + f'dropped,district-aligned,ann,"[[18, 46]]",{quote}\ndropped,,ann,"[[18, 46]]",{quote}\n',
        "b.tsv": f"Article_ID\tlabel\tcoder\tspans\tquote\ndropped\tDistrict-aligned\tann\t[[18, 46]]\t{quote}\n",
        "c.jsonl": json.dumps({**record, "stance": "district-aligned", "coder": "ann"}) + "\n",
        "d.jsonl": json.dumps({**record, "label": ["district-aligned"], "coder": "ann"}) + "\n",
        "e.json": json.dumps([task]),
        "f.jsonl": json.dumps({"label": ["district-aligned"], "coder": "ann", "meta": record}) + "\n",
        "h.jsonl": json.dumps({"label": ["district-aligned"], "coder": "ann", "meta": json.dumps(record)}) + "\n",
        "i.csv": (HEAD + f'dropped,district-aligned,ann,"[[18, 46]]",{quote}\n,,,,\n')
        .replace(",", ";")
        .replace("18;", "18,"),
        "g.json": json.dumps([task]).replace('"email": "ann"', '"username": "ann"'),
    }
    (tmp_path / "README.md").write_text("notes")
    for name, content in contents.items():
        (only,) = written(tmp_path, name, content)
        assert (only.article_id, only.coder, only.label, only.spans, only.quote) == (
            "dropped",
            "ann",
            "district-aligned",
            ((18, 46),),
            quote,
        )
        (tmp_path / name).unlink()


def test_without_a_coder_the_file_is_one_and_without_a_folder_there_are_no_codes(tmp_path: Path) -> None:
    (only,) = written(tmp_path, "lee.csv", "article_id,label,quote\ndropped,neutral,We wait\n")
    assert (only.coder, only.spans, only.where) == ("lee", None, f"{tmp_path}/lee.csv:2")
    assert read_codes(tmp_path / "nothing") == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", HEAD + "dropped,maybe,ann,,We wait\n", "a.csv:2: unknown label 'maybe'; use union-aligned,"),
        ("a.csv", HEAD + ",neutral,ann,,We wait\n", "a.csv:2: has no article_id"),
        ("a.csv", HEAD + "dropped,neutral,ann,,\n", "a.csv:2: has neither spans nor quote"),
        ("a.csv", HEAD + "dropped,neutral,ann,18-46,\n", "a.csv:2: spans '18-46' are no character ranges"),
        ("a.jsonl", "{]\n", "a.jsonl:1: is not JSON"),
        ("a.jsonl", '{"article_id": "d", "quote": "q", "label": ["neutral", "x"]}\n', "unknown label 'neutral and x'"),
        (
            "a.csv",
            HEAD + 'dropped,neutral,ann,"[[1, Infinity]]",\n',
            "a.csv:2: spans '[[1, Infinity]]' are no character",
        ),
        ("a.csv", HEAD + 'dropped,neutral,ann,"[[5, 5]]",\n', "a.csv:2: spans '[[5, 5]]' are no character ranges"),
        ("a.csv", HEAD + 'dropped,neutral,ann,"[[1, 4], [9, 6]]",\n', "are no character ranges"),
        ("a.csv", HEAD + f"dropped,neutral,ann,{'[' * 100_000},\n", "a.csv:2: spans '[[[["),
        (
            "a.jsonl",
            '{"article_id": "d", "label": "neutral", "spans": [[1, 1e400]]}',
            "a.jsonl:1: spans are no character",
        ),
        ("a.jsonl", '{"article_id": "d", "label": "neutral", "spans": [[5, 5]]}', "a.jsonl:1: spans are no character"),
        ("a.jsonl", "[" * 100_000, "a.jsonl:1: is not JSON lines"),
        ("a.jsonl", '\n\n{"article_id": "d", "label": "x"}', "a.jsonl:3: unknown label 'x'"),
        ("a.jsonl", '{"label": ["x"], "unit_id": "d#4"}', "a.jsonl:1 (d#4): unknown label 'x'"),
        ("a.csv", HEAD + 'dropped,,,,"a\n\nb"\ndropped,x,,,q\n', "a.csv:3: unknown label 'x'"),
        ("a.json", "[]", None),
        ("a.json", "{}", "a.json: is no export of Label Studio"),
        ("a.json", '[{"data": {}, "annotations": [7]}]', "a.json: task 1: is not an annotation"),
        ("a.json", "[1]", "a.json: is no export of Label Studio"),
        ("a.json", "[{", "a.json: is no export of Label Studio"),
        ("a.xlsx", "PK", "a.xlsx: is no coded file; give .csv, .tsv, .jsonl, .json"),
    ],
)
def test_a_bad_file_is_one_line_that_names_it(tmp_path: Path, name: str, content: str, message: str | None) -> None:
    if message is None:
        assert written(tmp_path, name, content) == []
        return
    with pytest.raises(InputError) as caught:
        written(tmp_path, name, content)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes((HEAD + "dropped,neutral,André,,We wait\n").encode("latin-1"))
    with pytest.raises(InputError, match=r"a\.csv: cannot be read .*; save it as UTF-8"):
        read_codes(tmp_path)


def test_a_code_goes_to_the_unit_that_overlaps_most_else_it_is_a_unit_of_its_own() -> None:
    codes = [code(spans=((14, 46),)), code(spans=None, quote="We wait"), code(spans=None, quote="Some guess rain")]
    first, second, own = match(codes, {"dropped": ARTICLE}, {"dropped": FOUND})
    assert (first.number, first.unit, second.number) == (1, FOUND[0], 2)
    assert (own.number, own.unit.spans, own.unit.type) == (None, ((73, 88),), "indirect")


def test_the_label_is_that_of_most_coders_and_a_draw_is_none() -> None:
    codes = [code("neutral", "ann"), code("neutral", "bob"), code("union-aligned", "cat"), code("neutral", "ann")]
    (unit,) = match(codes, {"dropped": ARTICLE}, {"dropped": FOUND})
    assert (unit.label, unit.provenance) == ("neutral", "coder:ann+bob")
    (draw,) = match(codes[1:3], {"dropped": ARTICLE}, {"dropped": FOUND})
    assert draw.label is None
    (none,) = match([code(NO_QUOTE)], {"dropped": ARTICLE}, {"dropped": FOUND})
    assert none.label == NO_QUOTE


@pytest.mark.parametrize("quote", ["We\u200e wait,\x0b now", "=We\u200e wait", "-we wait"])
def test_a_tables_copy_of_a_quote_is_known_again(quote: str) -> None:
    article = Article("dropped", f'"{quote}," she said.')
    (unit,) = match([code(spans=((1, 1 + len(quote)),), quote=csv_cell(quote))], {"dropped": article}, {})
    assert unit.unit.spans == ((1, 1 + len(quote)),)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ([code(article_id="gold")], "f:1: there is no such article 'gold'; codes are for articles of seeds/news"),
        ([code(spans=None, quote="We hope")], "f:1: 'We hope' does not stand in article dropped"),
        ([code(quote="another quote")], "f:1: at [[18, 46]] stands no such quote"),
        ([code(spans=((80, 900),))], "stands no such quote"),
        ([code(spans=((46, 18),))], "stands no such quote"),
        ([code(spans=((-3, 18),))], "stands no such quote"),
        ([code(), code("union-aligned", where="g:7")], "g:7: ann says union-aligned, and neutral in f:1; keep one"),
    ],
)
def test_what_cannot_be_matched_is_one_line(codes: list[Code], message: str) -> None:
    with pytest.raises(InputError) as caught:
        match(codes, {"dropped": ARTICLE}, {"dropped": FOUND})
    assert message in str(caught.value) and "\n" not in str(caught.value)


@given(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT)))
def test_spans_inside_the_text_always_find_a_place(start: int, length: int) -> None:
    end = min(len(TEXT), start + length)
    (unit,) = match([code(spans=((start, end),))], {"dropped": ARTICLE}, {"dropped": FOUND})
    assert unit.unit in FOUND if unit.number else unit.unit.spans == ((start, end),)
