"""The parameters of `params.yaml` as typed dataclasses; an unknown key or a bad value is one clear error."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .errors import ParamsError

_EXPONENT = re.compile(r"\d+(?:\.\d*)?[eE][-+]?\d+")  # `dvc exp run -S` writes 3e-05, which YAML 1.1 reads as text


Headline = Literal["end_to_end/macro_f1", "end_to_end/accuracy", "stance/macro_f1", "stance/accuracy"]
"""The figures that can decide which model is the champion: those that the table of predictions is enough for."""


def bounded(low: float, high: float) -> Any:
    """A number field that must lie between two values, both included."""
    return field(metadata={"low": low, "high": high})


@dataclass(frozen=True, kw_only=True)
class TierParams:
    """A base encoder, where it comes from and the digest of its weights, and how it is fine-tuned."""

    sources: tuple[str, ...]
    sha256: str
    layers: int = bounded(1, 48)
    frozen: int = bounded(0, 48)
    epochs: float = bounded(0, 50)
    batch_size: int = bounded(1, 256)
    learning_rate: float = bounded(1e-6, 1e-2)
    layer_decay: float = bounded(0.1, 1)
    members: int = bounded(1, 8)
    precision: Literal["auto", "fp32", "bf16"]
    products: Literal["fp32", "int8"]


@dataclass(frozen=True, kw_only=True)
class TiersParams:
    """The recipes to choose from."""

    fast: TierParams
    accurate: TierParams


@dataclass(frozen=True, kw_only=True)
class IngestParams:
    """How the articles are split."""

    validation_share: float = bounded(0.02, 0.5)
    train_share: float = bounded(0.01, 1)


@dataclass(frozen=True, kw_only=True)
class TrainSplitterParams:
    """The fine-tuning of the encoder, for tags and stances at once."""

    window: int = bounded(32, 510)
    stride: int = bounded(8, 510)
    warmup: float = bounded(0, 0.9)
    label_smoothing: float = bounded(0, 0.5)
    dropout: float = bounded(0, 0.9)
    encoder_dropout: float = bounded(0, 0.9)
    stance_weight: float = bounded(0, 10)
    augment: float = bounded(0, 1)
    rename: float = bounded(0, 1)


@dataclass(frozen=True, kw_only=True)
class QuantiseParams:
    """How the ranges of the encoder's matrix products are measured."""

    windows: int = bounded(1, 10_000)


@dataclass(frozen=True, kw_only=True)
class TransitionsParams:
    """How much counts which tag follows which."""

    weight: float = bounded(0, 5)
    smoothing: float = bounded(0.01, 1000)


@dataclass(frozen=True, kw_only=True)
class FurnitureParams:
    """What is taken for page furniture."""

    regularisation: float = bounded(1e-4, 1e4)
    occurrences: int = bounded(1, 1000)
    threshold: float = bounded(0, 1)


@dataclass(frozen=True, kw_only=True)
class SplitParams:
    """How tags become units."""

    batch_tokens: int = bounded(64, 65536)


@dataclass(frozen=True, kw_only=True)
class LabelParams:
    """Weak labels for units that nobody has annotated."""

    regularisation: float = bounded(1e-4, 1e4)
    weak_weight: float = bounded(0, 1)


@dataclass(frozen=True, kw_only=True)
class DatasetParams:
    """The checks for leakage and echoes."""

    near_duplicate: float = bounded(0.1, 1)
    echo: int = bounded(5, 100)


@dataclass(frozen=True, kw_only=True)
class BaselineParams:
    """TF-IDF with logistic regression."""

    regularisation: float = bounded(1e-4, 1e4)
    features: int = bounded(100, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class TrainParams:
    """The fitting of the stance head over the frozen encoder, and its calibration."""

    epochs: int = bounded(0, 500)
    learning_rate: float = bounded(1e-6, 1e-1)
    batch_size: int = bounded(1, 4096)
    label_smoothing: float = bounded(0, 0.5)
    dropout: float = bounded(0, 0.9)
    affiliation_weight: float = bounded(0, 10)
    patience: int = bounded(1, 50)
    contrasts: int = bounded(0, 100_000)
    district_weight: float = bounded(0.1, 10)
    rehearsed: float = bounded(0, 1)
    target_accuracy: float = bounded(0.5, 1)
    baseline: BaselineParams


@dataclass(frozen=True, kw_only=True)
class FairnessParams:
    """The limits of the fairness gate: two gaps between the sides at most, the other figures at least."""

    recall_gap: float = bounded(0, 1)
    mirrored_gap: float = bounded(0, 1)
    flipped: float = bounded(0, 1)
    neutral_kept: float = bounded(0, 1)
    swapped: float = bounded(0, 1)
    unchanged: float = bounded(0, 1)


@dataclass(frozen=True, kw_only=True)
class EvaluateParams:
    """How the figures are made, and which of them block a champion."""

    iou: float = bounded(0.1, 1)
    bootstrap: int = bounded(10, 100_000)
    fairness: FairnessParams


@dataclass(frozen=True, kw_only=True)
class PublishParams:
    """What is published, how exact the export must be, and what makes a model the champion."""

    experiment: str
    model: str
    headline: Headline
    margin: float = bounded(0, 1)
    parity: float = bounded(0, 0.1)


@dataclass(frozen=True, kw_only=True)
class Params:
    """All of `params.yaml`: one section a stage, and what the stages share."""

    seed: int = bounded(0, 2**31 - 1)
    threads: int = bounded(1, 64)
    tier: Literal["fast", "accurate"]
    tiers: TiersParams
    ingest: IngestParams
    train_splitter: TrainSplitterParams
    quantise: QuantiseParams
    transitions: TransitionsParams
    furniture: FurnitureParams
    split: SplitParams
    label: LabelParams
    dataset: DatasetParams
    train: TrainParams
    evaluate: EvaluateParams
    publish: PublishParams

    @property
    def chosen(self) -> TierParams:
        """The recipe of the tier that is trained."""
        return self.tiers.fast if self.tier == "fast" else self.tiers.accurate


def load_params(path: Path) -> Params:
    """Read and check a params file.

    Raises `ParamsError` naming file, key, value and what is allowed.
    """
    import yaml

    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ParamsError(f"{path}: cannot be read as YAML ({' '.join(str(error).split())})") from error
    return params_of(raw, str(path))


def params_of(raw: object, where: str) -> Params:
    """Check the raw mapping of a params file; see `load_params`."""
    built = _section(Params, raw, where, "")
    assert isinstance(built, Params)
    for name, tier in (("fast", built.tiers.fast), ("accurate", built.tiers.accurate)):
        if tier.frozen >= tier.layers:
            raise ParamsError(
                f"{where}: tiers.{name}.frozen is {tier.frozen}; it must be less than layers, {tier.layers}"
            )
    return built


def _section(kind: type, raw: object, where: str, prefix: str) -> object:
    if not isinstance(raw, dict):
        raise ParamsError(f"{where}: {prefix.rstrip('.') or 'the file'} is {raw!r}; it must be a mapping")
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    for key in raw:
        if key not in fields:
            raise ParamsError(f"{where}: unknown key {prefix}{key}; allowed are {', '.join(fields)}")
    for key in fields:
        if key not in raw:
            raise ParamsError(f"{where}: key {prefix}{key} is missing")
    return kind(**{k: _value(hints[k], fields[k], raw[k], where, prefix + k) for k in fields})


def _value(hint: Any, spec: dataclasses.Field[Any], raw: object, where: str, key: str) -> object:
    if dataclasses.is_dataclass(hint):
        return _section(typing.cast(type, hint), raw, where, key + ".")
    if typing.get_origin(hint) is Literal:
        if raw not in typing.get_args(hint):
            choices = ", ".join(map(str, typing.get_args(hint)))
            raise ParamsError(f"{where}: {key} is {raw!r}; allowed are {choices}")
        return raw
    if hint == tuple[str, ...]:
        if not isinstance(raw, list) or not raw or not all(type(item) is str and item for item in raw):
            raise ParamsError(f"{where}: {key} is {raw!r}; it must be a list of texts, at least one")
        return tuple(raw)
    assert not isinstance(hint, types.UnionType)
    if hint is float and (type(raw) is int or (isinstance(raw, str) and _EXPONENT.fullmatch(raw))):
        raw = float(typing.cast(str, raw))
    if type(raw) is not hint:
        raise ParamsError(f"{where}: {key} is {raw!r}; it must be of type {hint.__name__}")
    low, high = spec.metadata.get("low"), spec.metadata.get("high")
    if low is not None and high is not None and not low <= typing.cast(float, raw) <= high:
        raise ParamsError(f"{where}: {key} is {raw!r}; it must lie between {low} and {high}")
    return raw
