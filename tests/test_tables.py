from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.errors import InputError
from bothsides.tables import (
    annotated_articles,
    article_of,
    article_record,
    read_jsonl,
    unit_of,
    unit_record,
    units_by_article,
    write_json,
    write_jsonl,
)
from bothsides.unit import AFFILIATIONS, STANCES, QuoteUnit, Stance

CHARACTERS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
SPANS = st.tuples(st.integers(0, 99), st.integers(100, 200))
UNITS = st.builds(
    QuoteUnit,
    spans=st.lists(SPANS, min_size=1, max_size=3).map(tuple),
    type=st.sampled_from(["direct", "indirect", "mixed"]),
    cue=st.none() | SPANS,
    speaker=st.none() | SPANS,
    speaker_name=CHARACTERS,
    speaker_role=CHARACTERS,
    affiliation=st.sampled_from(AFFILIATIONS),
    stance=st.none() | st.builds(Stance.certain, st.sampled_from(STANCES), st.just("gold")),
)


@given(st.lists(st.tuples(CHARACTERS, CHARACTERS), max_size=4))
def test_articles_survive_a_table_with_all_their_characters(
    tmp_path_factory: pytest.TempPathFactory, rows: list
) -> None:
    path = tmp_path_factory.mktemp("table") / "articles.jsonl"
    articles = [Article(id, text, {"outlet": text}) for id, text in rows]
    assert write_jsonl(path, map(article_record, articles)) == len(articles)
    assert [article_of(r) for r in read_jsonl(path)] == articles


@given(UNITS)
def test_units_survive_their_record(unit: QuoteUnit) -> None:
    assert unit_of(unit_record("a", 1, unit)) == unit


def test_units_are_grouped_by_article_in_file_order(tmp_path: Path) -> None:
    units = [QuoteUnit(((i, i + 1),), "indirect") for i in range(3)]
    write_jsonl(tmp_path / "u.jsonl", [unit_record(a, i, u) for i, (a, u) in enumerate(zip("bab", units, strict=True))])
    assert units_by_article(tmp_path / "u.jsonl") == {"b": [units[0], units[2]], "a": [units[1]]}


def test_annotated_articles_are_those_of_the_split_that_somebody_annotated(tmp_path: Path) -> None:
    units = [QuoteUnit(((i, i + 1),), "indirect") for i in range(2)]
    rows = [("a", "train", True), ("b", "train", True), ("c", "train", False), ("d", "validation", True)]
    rows += [("e", "test", True), ("f", "test", False)]
    records = [article_record(Article(name, "Text.")) | {"split": s, "annotated": by} for name, s, by in rows]
    (tmp_path / "data").mkdir()
    write_jsonl(tmp_path / "data/articles.jsonl", records)
    write_jsonl(
        tmp_path / "data/gold.jsonl", [unit_record(name, i + 1, u) for name in "be" for i, u in enumerate(units)]
    )
    found = {split: annotated_articles(tmp_path, split) for split in ("train", "validation")}
    assert found["train"] == [(Article("a", "Text."), []), (Article("b", "Text."), units)]
    assert found["validation"] == [(Article("d", "Text."), [])]


@pytest.mark.parametrize("line", ["{", "[1]", '"text"'])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"id": 1}\n\n' + line + "\n")
    with pytest.raises(InputError, match=r"t\.jsonl:3: is not"):
        list(read_jsonl(path))


def test_equal_values_give_equal_bytes(tmp_path: Path) -> None:
    write_json(tmp_path / "new" / "a.json", {"b": 1, "a": "é"})
    write_json(tmp_path / "b.json", {"a": "é", "b": 1})
    assert (tmp_path / "new" / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
