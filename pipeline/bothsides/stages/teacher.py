"""`make teacher`: what the accurate model says of the training articles, as data that the fast tier learns from.

The files are committed, so that nobody needs the teacher to train the fast tier; no DVC stage.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..article import Article
from ..bundle import verify
from ..params import Params
from ..predict.predictor import Predictor
from ..runtime import log_softmax
from ..stance.calibration import SPOKEN_FOR
from ..tables import Record, article_of, read_jsonl, units_by_article, write_json
from ..teaching import FOLDER, Probabilities, token_probabilities, write
from ..unit import STANCES, QuoteUnit

_ARTICLES_AT_ONCE = 32
_DECIMALS = 4

log = logging.getLogger(__name__)


def main(root: Path, params: Params) -> None:
    """Write seeds/teacher: what the model says of each token and unit of the training articles, and which model it is.

    Raises `ModelError` where models/accurate is missing or altered.
    """
    bundle = root / "models/accurate"
    manifest = verify(bundle)
    gold = units_by_article(root / "data/gold.jsonl")
    listed = read_jsonl(root / "data/articles.jsonl")
    records = [r for r in listed if r["split"] == "train" and r["origin"] == "written"]
    units, tokens = lesson(Predictor.load(bundle), [(article_of(r), gold.get(r["id"], [])) for r in records])
    write(root / FOLDER, units, tokens)
    about = {
        "articles": len(tokens),
        "model": manifest.model,
        "sides": list(SPOKEN_FOR),
        "stances": list(STANCES),
        "units": len(units),
        "version": manifest.version,
        "what": "softmax of the logits, before combiner and calibration, on articles that the model was trained on",
    }
    write_json(root / FOLDER / "provenance.json", about)
    log.info("teacher: %d articles, %d units by %s", len(tokens), len(units), manifest.model)


def lesson(
    predictor: Predictor, annotated: Sequence[tuple[Article, Sequence[QuoteUnit]]]
) -> tuple[list[Record], dict[str, Probabilities]]:
    """Give one row a unit (its article, its number from 1, its stances and sides), and each article's tokens."""
    rows: list[Record] = []
    tokens: dict[str, Probabilities] = {}
    for at in range(0, len(annotated), _ARTICLES_AT_ONCE):
        some = annotated[at : at + _ARTICLES_AT_ONCE]
        readings = predictor.splitter.reader.read([article for article, _ in some])
        for (article, units), reading in zip(some, readings, strict=True):
            tokens[article.id] = token_probabilities(reading.logits)
            for number, row in enumerate(predictor.stance.logits(reading, units), start=1):
                stance, side = (_rounded(part) for part in (row[: len(STANCES)], row[len(STANCES) :]))
                rows.append({"article_id": article.id, "unit": number, "stance": stance, "side": side})
    return rows, tokens


def _rounded(logits: Probabilities) -> list[float]:
    return [round(float(p), _DECIMALS) for p in np.exp(log_softmax(logits))]
