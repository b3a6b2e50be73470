"""Stage train: fits the classifier by words and the stance head on the dataset, and calibrates both on validation."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..article import Article
from ..encoder import sha256_of
from ..errors import InputError, ParamsError
from ..params import Params
from ..quotes.reading import Reader
from ..runtime import Logits, OnnxBackend
from ..stance import baseline
from ..stance.calibration import abstention_threshold, cross_fitted, fit_combiner, selective
from ..stance.contrasts import contrasts
from ..stance.fitting import StanceData, fit_head, scores, unchanged
from ..stance.head import FILE as HEAD_FILE
from ..stance.head import Head
from ..stance.inputs import row_input
from ..stance.model import StanceSettings
from ..stance.pooling import pooled
from ..tables import article_of, numbered_units, read_jsonl, write_json
from ..training import prepare, write_curve
from ..unit import QuoteUnit

_ARTICLES_AT_ONCE = 64
MODELS = ("baseline", "encoder")
_HASH_DIGITS = 12


def main(root: Path, params: Params, model: str) -> None:
    """Train one of `MODELS` and write its folder under models/stance, its curves and its summary under reports/train.

    Raises `ParamsError` for another model, `InputError` where the dataset is missing or lacks a split's units.
    """
    if model not in MODELS:
        raise ParamsError(f"train: model is {model!r}; allowed are {', '.join(MODELS)}")
    train, validation = (load_split(root / f"data/dataset/{name}.parquet") for name in ("train", "validation"))
    out, reports = root / "models/stance" / model, root / "reports/train" / model
    out.mkdir(parents=True, exist_ok=True)
    if model == "baseline":
        summary = _train_baseline(train, validation, params, out, reports)
    else:
        summary = _train_encoder(root, train, validation, params, out, reports)
    counts = {"train_units": len(train.inputs), "validation_units": len(validation.inputs)}
    write_json(root / f"reports/train/{model}.json", {**counts, **_rounded(summary)})


def load_split(path: Path) -> StanceData:
    """Read one split of the dataset.

    Raises `InputError` where the file is missing or holds no units.
    """
    import pyarrow.parquet as pq

    if not path.is_file():
        raise InputError(f"{path}: is missing; run `dvc repro dataset`")
    rows = pq.read_table(path).to_pylist()
    if not rows:
        raise InputError(f"{path}: holds no labelled units; add annotated articles to seeds/written")
    return StanceData(
        inputs=tuple(row_input(row) for row in rows),
        articles=tuple(row["article_id"] for row in rows),
        numbers=tuple(row["unit"] for row in rows),
        stances=np.array([row["stance"] for row in rows], dtype=np.int64),
        weights=np.array([row["weight"] for row in rows], dtype=np.float64),
    )


def unit_vectors(root: Path, reader: Reader, data: StanceData) -> Logits:
    """Read the articles of labelled units and pool each unit, (units, 3 x width), in the order of the units."""
    units = numbered_units(root / "data/labelled.jsonl")
    wanted = set(data.articles)
    articles = [article_of(r) for r in read_jsonl(root / "data/articles.jsonl") if r["id"] in wanted]
    by_article = vectors(reader, [(article, list(units[article.id].values())) for article in articles])
    rows = {
        (article.id, number): vector
        for article, some in zip(articles, by_article, strict=True)
        for number, vector in zip(units[article.id], some, strict=True)
    }
    return np.stack([rows[key] for key in zip(data.articles, data.numbers, strict=True)])


def vectors(reader: Reader, items: Sequence[tuple[Article, Sequence[QuoteUnit]]]) -> list[Logits]:
    """Read articles and pool the units of each, (units, 3 x width) an article."""
    out = []
    for at in range(0, len(items), _ARTICLES_AT_ONCE):
        some = items[at : at + _ARTICLES_AT_ONCE]
        readings = reader.read([article for article, _ in some])
        out += [pooled(reading, units) for (_, units), reading in zip(some, readings, strict=True)]
    return out


def _train_encoder(
    root: Path, train: StanceData, validation: StanceData, params: Params, out: Path, reports: Path
) -> Mapping[str, Any]:
    prepare(params.seed, params.threads)
    folder = root / "models/splitter"
    reader = Reader.load(folder, OnnxBackend(root / "models/encoder.onnx", params.threads))
    words = _fit_words(train, params)
    by_words = words.log_probabilities(validation.inputs)
    held_out = unit_vectors(root, reader, validation)
    start = Head.read(folder / HEAD_FILE)
    chance = random.Random(params.seed)
    statements = contrasts(units_said(root, train), params.train.contrasts, chance)
    unseen = unseen_articles(root, train)
    if statements or unseen:
        seen = sorted(set(train.articles) - unseen)
        again = chance.sample(seen, round(params.train.rehearsed * len(seen)))
        part = train.of({*unseen, *again})
        alone = vectors(reader, [(article, [unit]) for article, unit in statements])
        learnt = np.vstack([unit_vectors(root, reader, part), *alone])
        data = part.and_statements(statements, params.train.district_weight)
        fitted = fit_head(start, learnt, data, held_out, validation, by_words, params.train, params.seed)
    else:
        fitted = unchanged(start, held_out, by_words, validation)
    fitted.head.write(out / HEAD_FILE)
    words.write(out)
    evidence = np.hstack([fitted.head.logits(held_out), by_words])
    combiner = fit_combiner(evidence, validation.sources, validation.stances)
    honest = cross_fitted(evidence, validation.sources, validation.stances, validation.articles)
    threshold = abstention_threshold(honest, validation.stances, params.train.target_accuracy)
    StanceSettings(model_digest(root / "models/encoder.onnx", out), combiner, threshold).write(out / "stance.json")
    write_curve(reports / "steps.csv", fitted.steps)
    write_curve(reports / "epochs.csv", fitted.epochs)
    figures = {name: value for name, value in fitted.epochs[fitted.kept].items() if name != "epoch"}
    return {
        **figures,
        "kept_epoch": fitted.kept,
        "selective": selective(honest, validation.stances, threshold),
        "threshold": threshold,
    }


def units_said(root: Path, data: StanceData) -> list[tuple[str, QuoteUnit]]:
    """Give the labelled units themselves, each with its words."""
    units = numbered_units(root / "data/labelled.jsonl")
    keys = zip(data.inputs, data.articles, data.numbers, strict=True)
    return [(item.quote, units[article][number]) for item, article, number in keys]


def unseen_articles(root: Path, data: StanceData) -> set[str]:
    """Find the articles of labelled units that have no annotation, which the encoder's training left out."""
    annotated = {r["id"] for r in read_jsonl(root / "data/articles.jsonl") if r["annotated"]}
    return set(data.articles) - annotated


def model_digest(encoder: Path, head: Path) -> str:
    """Name a stance model by 12 hexadecimal digits over its two sets of weights."""
    digests = sha256_of(encoder) + sha256_of(head / HEAD_FILE)
    return hashlib.sha256(digests.encode()).hexdigest()[:_HASH_DIGITS]


def _train_baseline(
    train: StanceData, validation: StanceData, params: Params, out: Path, reports: Path
) -> Mapping[str, Any]:
    fitted = _fit_words(train, params)
    fitted.write(out)
    losses = {
        f"{name}log_loss": scores(fitted.probabilities(data.inputs), data.stances)["log_loss"]
        for name, data in (("train_", train), ("", validation))
    }
    summary = scores(fitted.probabilities(validation.inputs), validation.stances)
    # One convex fit has no curve: a single row keeps the files of both models alike.
    write_curve(reports / "steps.csv", [{"step": 1, "loss": losses["train_log_loss"], "learning_rate": 0.0}])
    write_curve(reports / "epochs.csv", [{"epoch": 1, "train_loss": losses["train_log_loss"], **summary}])
    return {**summary, "features": len(fitted.columns)}


def _fit_words(train: StanceData, params: Params) -> baseline.Baseline:
    """Fit the baseline: a model of its own, and the encoder's third piece of evidence."""
    settings = params.train.baseline
    return baseline.fit(train.inputs, train.stances, train.weights, settings.features, settings.regularisation)


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _rounded(v) for k, v in value.items()}
    return round(value, 6) if isinstance(value, float) else value
