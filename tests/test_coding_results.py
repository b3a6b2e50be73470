from __future__ import annotations

import json

import pytest
from coded import make_results

from bothsides.coding.results import read_results
from bothsides.errors import InputError


def test_every_format_gives_the_same_units_and_digest(tmp_path):
    found = [make_results(tmp_path / f, (f,)) for f in ("jsonl", "csv", "parquet")]
    assert len({results.digest for results in found}) == 1 and len(found[0].units) == 72
    assert len({(u.id, u.spans, u.stance, u.words, u.position) for r in found for u in r.units}) == 72
    assert found[0].digest.startswith("r-")


def test_the_digest_changes_with_any_answer(tmp_path):
    results = make_results(tmp_path / "out")
    path = tmp_path / "out" / "quotes.jsonl"
    lines = path.read_text().splitlines()
    row = json.loads(lines[3])
    for change in ({"stance": "district-aligned"}, {"p_union": 0.01}, {"spans": [[0, 3]]}):
        path.write_text("\n".join([*lines[:3], json.dumps(row | change), *lines[4:]]))
        assert read_results(tmp_path / "out").digest != results.digest


def test_columns_come_from_quotes_and_from_articles(tmp_path):
    results = make_results(tmp_path / "out")
    assert set(results.values("outlet").values()) == {"Post", "Herald"}
    assert results.values("affiliation")["a00#1"] == "unknown"
    assert results.values("text_file")["a00#1"] == ""
    assert results.values("path")["a00#1"].endswith("a00.txt")
    with pytest.raises(InputError, match=r"no column 'outlett' in .* \(there are: .*outlet"):
        results.values("outlett")


def test_texts_are_found_where_they_were_read_and_checked(tmp_path):
    results = make_results(tmp_path / "out")
    news = tmp_path / "out-news"
    (news / "a01.txt").unlink()
    (news / "a02.txt").write_text("another text altogether")
    texts = results.texts(["a00", "a01", "a02"])
    assert list(texts) == ["a00"] and texts["a00"].text == (news / "a00.txt").read_text()


def test_texts_of_tables_and_of_extracted_articles(tmp_path, monkeypatch):
    from fake_model import fake_predictor

    from bothsides.cli import main
    from bothsides.predict.predictor import Predictor

    monkeypatch.setattr(Predictor, "load", classmethod(lambda cls, bundle=None, expected=None: fake_predictor()))
    monkeypatch.setattr(Predictor, "identity", classmethod(lambda cls, bundle=None: "fake"))
    rows = [{"id": f"x{i}", "text": f'"Our union is {i}," she said.'} for i in range(3)]
    table = tmp_path / "news.jsonl"
    table.write_text("\n".join(map(json.dumps, rows)))
    page = tmp_path / "page.html"
    page.write_text(
        '<html><body><article><p>"The union will hold on," she said at the gates today.</p></article></body></html>'
    )
    assert main(["predict", str(table), str(page), "-o", str(tmp_path / "out")]) == 0
    page.unlink()
    texts = read_results(tmp_path / "out").texts(["x0", "x2", "page"])
    assert texts["x2"].text == rows[2]["text"] and "will hold on" in texts["page"].text and len(texts) == 3


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("", "", "no quotes.jsonl, .parquet or .csv"),
        ("quotes.jsonl", "", "no quote units"),
        ("quotes.jsonl", "{}\n", "no article_id, unit, spans"),
        ("quotes.jsonl", "x\n", "is not JSON"),
        ("quotes.parquet", "x", "not a Parquet file"),
        ("quotes.csv", "article_id\n1\n", "no unit, spans"),
    ],
)
def test_what_is_no_results_folder_is_one_line(tmp_path, name, content, what):
    if name:
        (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=what) as caught:
        read_results(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "change", [{"stance": "pro"}, {"p_union": "x"}, {"p_union": "nan"}, {"spans": [[1]]}, {"unit": "x"}, {"spans": "["}]
)
def test_a_damaged_row_is_named(tmp_path, change):
    make_results(tmp_path / "out")
    path = tmp_path / "out" / "quotes.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], json.dumps(json.loads(lines[1]) | change)]))
    with pytest.raises(InputError, match=r"quotes.jsonl:2"):
        read_results(tmp_path / "out")


def test_a_unit_twice_is_refused(tmp_path):
    make_results(tmp_path / "out")
    path = tmp_path / "out" / "quotes.jsonl"
    path.write_text(path.read_text().splitlines()[0] + "\n" + path.read_text())
    with pytest.raises(InputError, match="stands there twice"):
        read_results(tmp_path / "out")
