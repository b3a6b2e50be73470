"""The parameters of `params.yaml` as typed dataclasses; an unknown key or a bad value is one clear error."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .errors import ParamsError
from .strict import bounded, built

Headline = Literal["end_to_end/macro_f1", "end_to_end/accuracy", "stance/macro_f1", "stance/accuracy"]
"""The figures that can decide which model is the champion: those that the table of predictions is enough for."""


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
    side_weight: float = bounded(0, 10)
    role_weight: float = bounded(0, 10)
    stance_weight: float = bounded(0, 10)
    affiliation_weight: float = bounded(0, 10)
    reason_weight: float = bounded(0, 10)
    head_rate: float = bounded(0.1, 100)
    weight_decay: float = bounded(0, 1)
    gradient_norm: float = bounded(0.001, 1000)
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
    weight_decay: float = bounded(0, 1)
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

    @property
    def registered_model(self) -> str:
        """The name of the tier's model in MLflow's registry."""
        return self.publish.model if self.tier == "fast" else f"{self.publish.model}-{self.tier}"


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
    params = built(Params, raw, where)
    for name, tier in (("fast", params.tiers.fast), ("accurate", params.tiers.accurate)):
        if tier.frozen >= tier.layers:
            raise ParamsError(
                f"{where}: tiers.{name}.frozen is {tier.frozen}; it must be less than layers, {tier.layers}"
            )
    return params
