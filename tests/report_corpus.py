"""Results of many articles without a model: annotated articles of seeds/written, dealt out to outlets and days.

Everything is drawn from a seeded generator, so that the same numbers give the same results, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from textwrap import shorten

import numpy as np
from pyarrow import Table
from pyarrow.parquet import write_table

from bothsides.annotated import AnnotatedArticle, check_annotated
from bothsides.predict.predictor import Prediction
from bothsides.predict.safe import file_name
from bothsides.predict.source import SourceArticle
from bothsides.spreadsheet import write_csv
from bothsides.tables import write_jsonl
from bothsides.unit import STANCES, QuoteUnit, Stance, own_columns

OUTLETS = ("Morning Ledger", "Harbor Post", "Valley Times", "Public Radio 9", "The Courier & Star", "Wire Service")
FIRST_DAY, DAYS = date(2012, 8, 20), 50
STRIKE = "2012-09-10..2012-09-18"


@cache
def written() -> tuple[AnnotatedArticle, ...]:
    """Annotated articles, from the district's side to the union's."""
    paths = sorted((Path(__file__).parents[1] / "seeds/written").glob("*.xml"))[:60]
    found = [annotated for annotated, _ in map(check_annotated, paths) if annotated]
    return tuple(sorted(found, key=_union_share))


def _union_share(annotated: AnnotatedArticle) -> float:
    labels = [unit.stance.label for unit in annotated.gold if unit.stance]
    return labels.count("union-aligned") / max(1, len(labels))


def write_results(out: Path, predictions: Iterable[Prediction], formats: tuple[str, ...] = ("jsonl",)) -> Path:
    """Write the folder of results as `predict` does, with the extracted texts."""
    (out / "texts").mkdir(parents=True)
    quotes, articles = [], []
    for prediction in predictions:
        article = prediction.article
        assert isinstance(article, SourceArticle)
        quotes += prediction.rows()
        ours = {
            "article_id": article.id,
            "path": article.path,
            "line": article.line,
            "encoding_guessed": article.encoding,
            "text_file": f"texts/{file_name(article.id)}.txt" if article.extracted else "",
            "words": article.words,
            **prediction.balance.row(),
        }
        articles.append(ours | own_columns(article, ours))
        if article.extracted:
            (out / str(ours["text_file"])).write_text(article.text, encoding="utf-8", newline="")
    write_csv(out / "articles.csv", articles)
    if "jsonl" in formats:
        write_jsonl(out / "quotes.jsonl", quotes)
    if "csv" in formats:
        write_csv(out / "quotes.csv", quotes)
    if "parquet" in formats:
        write_table(Table.from_pylist(quotes), out / "quotes.parquet")
    return out


def write_corpus(out: Path, articles: int, formats: tuple[str, ...] = ("jsonl",), seed: int = 7) -> Path:
    """Write results of so many articles; their texts lie there, as those of HTML pages do."""
    return write_results(out, _predictions(articles, np.random.default_rng(seed)), formats)


def _predictions(articles: int, generator: np.random.Generator) -> Iterator[Prediction]:
    seeds = written()
    for number in range(articles):
        day = FIRST_DAY + timedelta(days=int(generator.integers(DAYS)))
        outlet = int(generator.integers(len(OUTLETS)))
        # Outlets and weeks lean to a side, so that there is something to see.
        lean = 0.3 + 0.13 * outlet - 0.013 * abs(day - date(2012, 9, 14)).days + generator.normal(0, 0.12)
        annotated = seeds[int(np.clip(lean, 0, 0.999) * len(seeds))]
        title = shorten(annotated.article.text.split("\n")[0], 70, placeholder=" …")
        article = SourceArticle(
            f"a{number + 1:04}",
            # Copies differ, or they would compress as no real articles do.
            _varied(annotated.article.text, generator),
            {"title": title, "outlet": OUTLETS[outlet], "date": day.isoformat()},
            path=f"pages/a{number + 1:04}.html",
            extracted=True,
        )
        yield Prediction(article, tuple(_predicted(unit, generator) for unit in annotated.gold))


def _predicted(unit: QuoteUnit, generator: np.random.Generator) -> QuoteUnit:
    """Give a unit probabilities as a model that is right four times in five would."""
    assert unit.stance
    right = generator.random() < 0.8
    label = unit.stance.label if right else STANCES[int(generator.integers(3))]
    top = round(float(generator.uniform(0.45, 0.98)), 4)
    rest = [round((1 - top) * share, 4) for share in (0.7, 0.3)]
    others = iter(rest)
    union, district, neutral = (top if s == label else next(others) for s in STANCES)
    abstain = "low confidence" if top < 0.55 else ""
    return replace(unit, stance=Stance(label, (union, district, neutral), abstain, "model:test"))


def _varied(text: str, generator: np.random.Generator) -> str:
    """Put other lower-case letters into some words, so that the length and every span stay."""
    letters = np.array(list(text))
    places = np.array([c.isascii() and c.islower() for c in text])
    chosen = places & (generator.random(len(text)) < 0.03)
    letters[chosen] = generator.choice(list("aeinorst"), int(chosen.sum()))
    return "".join(letters)
