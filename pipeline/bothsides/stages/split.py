"""Stage split: splits the articles into quote units and matches them with the gold units where there are any.

Annotated training articles are left out: their units are known, the splitter has learnt them by heart, and nothing
later asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..article import Article
from ..evaluation.units import align
from ..params import Params
from ..quotes.splitter import Splitter
from ..runtime import OnnxBackend
from ..tables import Record, article_of, read_jsonl, unit_record, units_by_article, write_json, write_jsonl
from ..unit import QuoteUnit


def main(root: Path, params: Params) -> None:
    """Read the articles and the splitter, write the found units and how many of the gold ones they meet by split."""
    from rich.console import Console
    from rich.progress import Progress

    gold = units_by_article(root / "data/gold.jsonl")
    records = [r for r in read_jsonl(root / "data/articles.jsonl") if r["split"] != "train" or not r["annotated"]]
    articles = [article_of(r) for r in records]
    folder = root / "models/splitter"
    backend = OnnxBackend(root / "models/encoder.onnx", params.threads)
    splitter = Splitter.load(folder, backend, root / "models", params.split.batch_tokens)
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("split", total=len(articles))
        found = splitter.split(articles, lambda done: bar.advance(task, done))

    rows = [
        row
        for article, units in zip(articles, found, strict=True)
        for row in unit_rows(article, units, gold.get(article.id, []), params.evaluate.iou)
    ]
    write_jsonl(root / "data/units.jsonl", rows)
    splits = {r["id"]: r["split"] for r in records}
    write_json(root / "reports/split.json", summary(rows, gold, splits))


def unit_rows(article: Article, found: Sequence[QuoteUnit], gold: Sequence[QuoteUnit], iou: float) -> list[Record]:
    """Lay out found units as records, each with the number of the gold unit that it matches, or none."""
    matched = {m.found: m.gold + 1 for m in align(article, gold, found, iou).matches}
    return [unit_record(article.id, n + 1, unit) | {"gold": matched.get(n)} for n, unit in enumerate(found)]


def summary(rows: Sequence[Record], gold: dict[str, list[QuoteUnit]], splits: dict[str, str]) -> dict[str, object]:
    """Count by split the gold units, the found ones and those that match."""
    out: dict[str, object] = {}
    for split in sorted(set(splits.values())):
        some = [r for r in rows if splits[r["article_id"]] == split]
        of_split = sum(len(units) for article, units in gold.items() if splits.get(article) == split)
        out[split] = {"gold": of_split, "found": len(some), "matched": sum(r["gold"] is not None for r in some)}
    return out
