import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.errors import InputError, LeakageError
from bothsides.params import load_params
from bothsides.stages import dataset
from bothsides.tables import Record, article_record, unit_record, write_jsonl
from bothsides.unit import STANCES, QuoteUnit, Stance

PARAMS = load_params(Path(__file__).parents[1] / "params.yaml")
TEXTS = {
    "train": '"We wait," Ann Lee said. The board met on Monday and went home without any vote at all, again.',
    "validation": "Schools would open on Tuesday at nine in the morning, the district wrote to families of pupils.",
    "test": "The two sides were far apart, said a mediator who had come from the state capital in the night.",
}


def tables(texts: dict[str, str]) -> tuple[list[Record], list[Record]]:
    """One article a split, with one unit of every stance."""
    origins = {s: "gold" if s == "test" else "written" for s in texts}
    articles = [article_record(Article(f"a-{s}", t)) | {"split": s, "origin": origins[s]} for s, t in texts.items()]
    labelled = [
        unit_record(f"a-{s}", n, QuoteUnit(((1, 8),), "direct", (19, 23), (11, 18), "Ann Lee", "", "union", stance))
        | {"split": s, "origin": origins[s], "weight": 1.0}
        for s in texts
        for n, stance in enumerate((Stance.certain(label, "gold") for label in STANCES), start=1)
    ]
    return articles, labelled


def written(root: Path, texts: dict[str, str]) -> Path:
    """The stage's inputs on disk."""
    articles, labelled = tables(texts)
    write_jsonl(root / "data" / "articles.jsonl", articles)
    write_jsonl(root / "data" / "labelled.jsonl", labelled)
    return root


def test_the_dataset_is_typed_and_comes_back_as_it_was_written(tmp_path: Path) -> None:
    dataset.main(written(tmp_path, TEXTS), PARAMS)
    loaded = dataset.load_dataset(tmp_path / "data" / "dataset")
    assert list(loaded) == ["train", "validation", "test"]
    for part in loaded.values():
        assert part.features == dataset.features()
        assert part.features["stance"].names == list(STANCES)
        assert part["stance"][:] == [0, 1, 2]
    row = loaded["train"][0]
    assert (row["quote"], row["cue"], row["speaker"], row["before"]) == ("We wait", "said", "Ann Lee", '"')
    figures = json.loads((tmp_path / "reports" / "dataset.json").read_text())
    assert figures["splits"]["train"]["stance"] == dict.fromkeys(STANCES, 1)
    assert "| train | 1 | 3 | 1 | 1 | 1 | 0 |" in (tmp_path / "data" / "dataset" / "README.md").read_text()


def test_anybody_can_load_the_folder_with_datasets(tmp_path: Path) -> None:
    from datasets import load_dataset

    dataset.main(written(tmp_path, TEXTS), PARAMS)
    loaded = load_dataset(str(tmp_path / "data" / "dataset"), cache_dir=str(tmp_path / "cache"))
    assert {split: len(part) for split, part in loaded.items()} == {"train": 3, "validation": 3, "test": 3}
    assert loaded["test"].features["stance"].names == list(STANCES)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        dataset.main(written(tmp_path / name, TEXTS), PARAMS)
    for path in (tmp_path / "one" / "data" / "dataset").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / "data" / "dataset" / path.name).read_bytes()


def leaked(kind: str) -> tuple[list[Record], list[Record]]:
    articles, labelled = tables(TEXTS)
    if kind == "article":
        articles.append(articles[0] | {"split": "test"})
    elif kind == "unit":
        labelled[0]["split"] = "validation"
    elif kind == "unknown article":
        labelled[0]["article_id"] = "nowhere"
    elif kind == "text":
        articles.append(articles[2] | {"id": "copy", "split": "train"})
    else:
        text = articles[2]["text"].upper().replace("NIGHT.", "dark")
        articles.append(articles[2] | {"id": "copy", "split": "train", "text": text})
    return articles, labelled


@pytest.mark.parametrize("kind", ["article", "unit", "unknown article", "text", "nearly the same text"])
def test_a_leak_is_refused_and_named(kind: str) -> None:
    named = {"article": "a-train", "unit": "a-train", "unknown article": "nowhere"}.get(kind, "copy")
    with pytest.raises(LeakageError, match=named):
        dataset.refuse_leakage(*leaked(kind), 0.7)
    dataset.refuse_leakage(*tables(TEXTS), 0.7)


def test_a_leak_stops_the_stage_before_it_writes(tmp_path: Path) -> None:
    with pytest.raises(LeakageError, match=r"a-train \(train\) and a-test \(test\) share 100%"):
        dataset.main(written(tmp_path, TEXTS | {"test": TEXTS["train"]}), PARAMS)
    assert not (tmp_path / "data" / "dataset").exists()


def test_a_written_article_that_echoes_a_real_one_is_refused_and_the_words_named() -> None:
    articles, _ = tables(TEXTS)
    dataset.refuse_echoes(articles, 9)
    echo = articles[0] | {"text": "Nobody slept. The two sides WERE far apart, said a mediator who had slept."}
    with pytest.raises(
        LeakageError, match=r"a-train \(train\) has `sides were far apart said a mediator who had` from a-test"
    ):
        dataset.refuse_echoes([echo, *articles[1:]], 9)
    dataset.refuse_echoes([echo, *articles[1:]], 12)
    # News that a user drops in may quote what the real articles quote.
    dataset.refuse_echoes([echo | {"origin": "news"}, *articles[1:]], 9)


def test_an_echo_stops_the_stage_before_it_writes(tmp_path: Path) -> None:
    echo = TEXTS["train"] + " " + TEXTS["test"].upper()
    with pytest.raises(LeakageError, match=r"a-train \(train\) has"):
        dataset.main(written(tmp_path, TEXTS | {"train": echo}), PARAMS)
    assert not (tmp_path / "data" / "dataset").exists()


def test_an_empty_split_and_a_missing_file_are_named(tmp_path: Path) -> None:
    only: dict[str, Any] = {s: t for s, t in TEXTS.items() if s != "validation"}
    with pytest.raises(InputError, match="validation split has no units"):
        dataset.main(written(tmp_path, only), PARAMS)
    with pytest.raises(InputError, match=r"train\.parquet: is missing"):
        dataset.load_dataset(tmp_path)


SETS = st.lists(
    st.tuples(st.frozensets(st.integers(0, 12).map(lambda n: (str(n),)), max_size=10), st.sampled_from("ab")),
    max_size=8,
)


@given(SETS, st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9, 1.0]))
def test_prefix_filtering_finds_exactly_the_pairs_that_brute_force_finds(
    sets: list[tuple[frozenset[tuple[str, ...]], str]], threshold: float
) -> None:
    grams, groups = [s for s, _ in sets], [g for _, g in sets]
    brute = {
        (i, j)
        for j in range(len(sets))
        for i in range(j)
        if groups[i] != groups[j] and grams[i] | grams[j]
        if len(grams[i] & grams[j]) / len(grams[i] | grams[j]) >= threshold
    }
    found = list(dataset.near_duplicates(grams, groups, threshold))
    assert {(i, j) for i, j, _ in found} == brute
    assert len(found) == len(brute)


def test_shingles_ignore_case_and_punctuation() -> None:
    assert dataset.shingles("One two, three four FIVE six!") == dataset.shingles("one two three four five; Six")
    assert len(dataset.shingles("one two three four five six")) == 2
    assert dataset.shingles("Hi!") == {("hi",)}
    assert len(dataset.shingles("one two three four five six", 3)) == 4
    assert dataset.shingles(" ") == frozenset()
