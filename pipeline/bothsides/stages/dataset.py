"""The dataset stage: the labelled units as a typed `datasets.DatasetDict`, and a check that nothing leaks."""

from __future__ import annotations

import logging
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..article import Article
from ..errors import InputError, LeakageError
from ..params import Params
from ..stance.inputs import unit_input
from ..tables import Record, article_of, read_jsonl, unit_of, write_json
from ..unit import STANCES

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, Features

SPLITS = ("train", "validation", "test")

_SHINGLE = 5
_WORD = re.compile(r"\w+")
_COLUMNS = {
    "article_id": "id of the article",
    "unit": "number of the unit in its article, from 1",
    "quote": "what was said; spans that stand apart are joined by ` ... `",
    "type": "direct, indirect or mixed",
    "cue": "the reporting words",
    "speaker": "the mention of the source, as written",
    "speaker_name": "the source's fullest name in the article",
    "speaker_role": "the article's words for who the source is",
    "affiliation": "union, district, other or unknown",
    "before": "the text before the unit, up to 250 characters",
    "after": "the text after the unit, up to 250 characters",
    "stance": f"class label: {', '.join(STANCES)}",
    "weight": "weight in training: 1 for gold",
    "provenance": "gold, coder:<name> or weak",
    "origin": "gold (real, annotated), written (for this project), news (dropped in by a user)",
}

log = logging.getLogger(__name__)


def main(root: Path, params: Params) -> None:
    """Write `data/dataset/` (a parquet file a split and the card) and `reports/dataset.json`.

    Raises `LeakageError` where a text stands on both sides of a border between splits or a written article echoes a
    real one, `InputError` where the training or the validation split is empty.
    """
    articles = list(read_jsonl(root / "data" / "articles.jsonl"))
    labelled = list(read_jsonl(root / "data" / "labelled.jsonl"))
    refuse_leakage(articles, labelled, params.dataset.near_duplicate)
    refuse_echoes(articles, params.dataset.echo)
    rows = dataset_rows({r["id"]: article_of(r) for r in articles}, labelled)
    for split in SPLITS[:2]:
        if not rows[split]:
            wish = "annotate more articles in seeds/written or raise ingest.validation_share in params.yaml"
            raise InputError(f"data/labelled.jsonl: the {split} split has no units; {wish}")
    write_dataset(build(rows), root / "data" / "dataset")
    figures = {split: _figures(part) for split, part in rows.items()}
    (root / "data" / "dataset" / "README.md").write_text(card(figures), encoding="utf-8", newline="\n")
    write_json(
        root / "reports" / "dataset.json",
        {"near_duplicate": params.dataset.near_duplicate, "echo": params.dataset.echo, "splits": figures},
    )
    log.info("dataset of %d units, no leakage between %d articles", len(labelled), len(articles))


def refuse_leakage(articles: Sequence[Record], labelled: Iterable[Record], near_duplicate: float) -> None:
    """Raise `LeakageError` where the same article, the same text or nearly the same text lies in two splits.

    `near_duplicate` is the Jaccard similarity of the sets of word 5-grams from which two texts count as one.
    """
    split_of: dict[str, str] = {}
    for record in articles:
        if split_of.setdefault(record["id"], record["split"]) != record["split"]:
            raise LeakageError(f"article {record['id']} is in {split_of[record['id']]} and in {record['split']}")
    for unit in labelled:
        id = unit["article_id"]
        if split_of.get(id) != unit["split"]:
            raise LeakageError(f"unit {unit['unit']} of {id} is in {unit['split']}, its article in {split_of.get(id)}")
    grams = [shingles(record["text"]) for record in articles]
    splits = [record["split"] for record in articles]
    for a, b, similarity in near_duplicates(grams, splits, near_duplicate):
        pair = " and ".join(f"{articles[i]['id']} ({splits[i]})" for i in (a, b))
        share = f"{similarity:.0%} of their word {_SHINGLE}-grams, {near_duplicate:.0%} is one text"
        raise LeakageError(f"articles {pair} share {share}; remove one of them from seeds")


def refuse_echoes(articles: Sequence[Record], length: int) -> None:
    """Raise `LeakageError` where a written article has `length` words in a row from a test article.

    The authors of written articles are language models, which know published quotations by heart.
    """
    real = {gram: r["id"] for r in articles if r["origin"] == "gold" for gram in shingles(r["text"], length)}
    for record in articles:
        if record["origin"] == "written" and (shared := real.keys() & shingles(record["text"], length)):
            gram = min(shared)
            said = f"article {record['id']} ({record['split']}) has `{' '.join(gram)}` from {real[gram]} (test)"
            raise LeakageError(f"{said}; write it in other words")


def shingles(text: str, length: int = _SHINGLE) -> frozenset[tuple[str, ...]]:
    """Give the set of word n-grams of a text, in lower case; a text of fewer words is one shorter gram."""
    words = _WORD.findall(text.lower())
    return (
        frozenset(tuple(words[i : i + length]) for i in range(max(1, len(words) - length + 1)))
        if words
        else frozenset()
    )


def near_duplicates(
    grams: Sequence[frozenset[tuple[str, ...]]], groups: Sequence[str], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of sets from different groups whose Jaccard similarity is at least `threshold` (above 0).

    Exact, by prefix filtering (Chaudhuri, Ganti and Kaushik, ICDE 2006): with the grams ordered from rare to frequent,
    two sets that are similar enough share a gram among the first n - ceil(threshold * n) + 1 of each.
    """
    frequency = Counter(gram for grams_of_one in grams for gram in grams_of_one)
    index: dict[tuple[str, ...], list[int]] = {}
    for i, own in enumerate(grams):
        needed = math.ceil(threshold * len(own) - 1e-9)  # a rounding error must not shorten the prefix
        prefix = sorted(own, key=lambda g: (frequency[g], g))[: len(own) - needed + 1]
        for j in sorted({j for gram in prefix for j in index.get(gram, ()) if groups[j] != groups[i]}):
            similarity = len(own & grams[j]) / len(own | grams[j])
            if similarity >= threshold:
                yield j, i, similarity
        for gram in prefix:
            index.setdefault(gram, []).append(i)


def dataset_rows(articles: Mapping[str, Article], labelled: Iterable[Record]) -> dict[str, list[Record]]:
    """Lay out the labelled units as rows of the dataset, by split, in the order of the table."""
    rows: dict[str, list[Record]] = {split: [] for split in SPLITS}
    for record in labelled:
        article, unit = articles[record["article_id"]], unit_of(record)
        seen = unit_input(article, unit)
        rows[record["split"]].append(
            {
                "article_id": article.id,
                "unit": record["unit"],
                "quote": seen.quote,
                "type": unit.type,
                "cue": seen.cue,
                "speaker": article.text[slice(*unit.speaker)] if unit.speaker else "",
                "speaker_name": seen.speaker_name,
                "speaker_role": seen.role,
                "affiliation": seen.affiliation,
                "before": seen.before,
                "after": seen.after,
                "stance": record["stance"],
                "weight": record["weight"],
                "provenance": record["provenance"],
                "origin": record["origin"],
            }
        )
    return rows


def features() -> Features:
    """The types of the columns; `stance` is a `ClassLabel` in the order of `STANCES`."""
    from datasets import ClassLabel, Features, Value

    kinds = {"unit": Value("int32"), "weight": Value("float64"), "stance": ClassLabel(names=list(STANCES))}
    return Features({name: kinds.get(name, Value("string")) for name in _COLUMNS})


def build(rows: Mapping[str, Sequence[Record]]) -> DatasetDict:
    """Build the dataset from rows whose `stance` is the label's name."""
    from datasets import Dataset, DatasetDict

    def columns(part: Sequence[Record]) -> dict[str, list[Any]]:
        return {name: [row[name] for row in part] for name in _COLUMNS}

    kinds = features()
    return DatasetDict({s: Dataset.from_dict(columns(part), features=kinds) for s, part in rows.items()})


def write_dataset(dataset: DatasetDict, folder: Path) -> None:
    """Write one parquet file a split; the same rows give the same bytes."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    for split, part in dataset.items():
        table = part.data.table.combine_chunks().cast(part.features.arrow_schema)
        pq.write_table(table, folder / f"{split}.parquet")


def load_dataset(folder: Path) -> DatasetDict:
    """Read what `write_dataset` wrote, into memory and past the cache of `datasets`.

    Raises `InputError` where a split is missing.
    """
    from datasets import Dataset, DatasetDict
    from datasets.table import InMemoryTable
    from pyarrow import parquet

    def part(split: str) -> Dataset:
        path = folder / f"{split}.parquet"
        if not path.is_file():
            raise InputError(f"{path}: is missing; run `dvc repro dataset`")
        return Dataset(InMemoryTable(parquet.read_table(path)))

    return DatasetDict({split: part(split) for split in SPLITS})


def card(figures: Mapping[str, Record]) -> str:
    """Write the dataset card: front matter that `datasets.load_dataset` reads, counts and columns."""
    files = "".join(f"  - split: {s}\n    path: {s}.parquet\n" for s in SPLITS)
    counts = "".join(
        f"| {s} | {f['articles']} | {f['units']} | {' | '.join(str(f['stance'][x]) for x in STANCES)} | {f['weak']} |\n"
        for s, f in figures.items()
    )
    columns = "".join(f"| {name} | {meaning} |\n" for name, meaning in _COLUMNS.items())
    return f"""---
language: en
license: other
license_name: mit-except-the-test-articles
pretty_name: Quote units in news of teachers' strikes, with their stance
task_categories:
- text-classification
configs:
- config_name: default
  data_files:
{files}---
# Quote units in news of teachers' strikes, with their stance

One row is one quote unit: what one source is reported to have said under one attribution. Made by the stage `dataset`
of bothsides; `docs/codebook.md` defines units and labels, `docs/datasheet.md` says where the articles come from.

| split | articles | units | {" | ".join(STANCES)} | weakly labelled |
| --- | --- | --- | --- | --- | --- | --- |
{counts}
The split is by article. No article, and no nearly identical text, lies in two splits: the stage fails where one does.
The test split quotes real news articles: third parties' text, kept for evaluation alone.

| column | meaning |
| --- | --- |
{columns}"""


def _figures(rows: Sequence[Record]) -> Record:
    stances = Counter(row["stance"] for row in rows)
    return {
        "articles": len({row["article_id"] for row in rows}),
        "units": len(rows),
        "weak": sum(row["provenance"] == "weak" for row in rows),
        "weight": round(sum(row["weight"] for row in rows), 4),
        "stance": {s: stances[s] for s in STANCES},
    }
