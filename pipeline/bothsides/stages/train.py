"""Stage train: fits the baseline or fine-tunes the encoder on the dataset, and calibrates it on validation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..encoder import encoder_folder, sha256_of
from ..errors import InputError, ParamsError
from ..params import Params
from ..runtime import open_tokenizer
from ..stance import baseline
from ..stance.calibration import abstention_threshold, cross_fitted, fit_combiner, selective
from ..stance.finetune import StanceData, fine_tune, new_network, scores
from ..stance.inputs import row_input
from ..stance.model import StanceSettings
from ..tables import write_json
from ..training import prepare, write_curve

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
    run = _train_encoder if model == "encoder" else _train_baseline
    summary = run(train, validation, params, out, reports)
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
        stances=np.array([row["stance"] for row in rows], dtype=np.int64),
        weights=np.array([row["weight"] for row in rows], dtype=np.float64),
    )


def _train_encoder(
    train: StanceData, validation: StanceData, params: Params, out: Path, reports: Path
) -> Mapping[str, Any]:
    import torch

    device = prepare(params.seed, params.threads)
    source = encoder_folder(params.encoder)
    tokenizer = open_tokenizer(source / "tokenizer.json")
    words = _fit_words(train, params)
    by_words = words.log_probabilities(validation.inputs)
    network = new_network(source, params.encoder.layers)
    trained = fine_tune(network, train, validation, tokenizer, by_words, params.train, params.seed, device)

    network.to(torch.device("cpu")).save_pretrained(out)
    (out / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    words.write(out)
    evidence = np.hstack([trained.logits, by_words])
    combiner = fit_combiner(evidence, validation.sources, validation.stances)
    honest = cross_fitted(evidence, validation.sources, validation.stances, validation.articles)
    threshold = abstention_threshold(honest, validation.stances, params.train.target_accuracy)
    digest = sha256_of(out / "model.safetensors")[:_HASH_DIGITS]
    StanceSettings(digest, params.train.max_tokens, combiner, threshold).write(out / "stance.json")
    write_curve(reports / "steps.csv", trained.steps)
    write_curve(reports / "epochs.csv", trained.epochs)
    best = {name: value for name, value in trained.epochs[trained.best - 1].items() if name != "epoch"}
    return {
        **best,
        "best_epoch": trained.best,
        "device": device.type,
        "selective": selective(honest, validation.stances, threshold),
        "threshold": threshold,
    }


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
