"""Fine-tuning of the stance network: two tasks on one encoder, names replaced afresh in each epoch, early stopping."""

from __future__ import annotations

import copy
import random
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..params import TrainParams
from ..runtime import log_softmax
from ..training import length_buckets, optimiser, padded, rate_at
from ..unit import STANCES
from .calibration import SPOKEN_FOR, Floats, cross_fitted, expected_calibration_error, macro_f1
from .inputs import UnitInput, encode
from .masking import name_pools, replace_names
from .model import source_keys

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

Curve = list[dict[str, float]]

_NOT_TOLD = -100
_PREDICTION_BATCH = 32


@dataclass(frozen=True)
class StanceData:
    """Labelled units: inputs, the articles they come from, stance indices, indices of whom they speak for, weights.

    A source whose affiliation is unknown has the side -100 and does not count for the second task.
    """

    inputs: tuple[UnitInput, ...]
    articles: tuple[str, ...]
    stances: NDArray[np.int64]
    weights: NDArray[np.float64]

    @property
    def sides(self) -> NDArray[np.int64]:
        """Whom each source speaks for, as an index of `SPOKEN_FOR`, or -100."""
        known: dict[str, int] = {side: i for i, side in enumerate(SPOKEN_FOR)}
        return np.array([known.get(item.affiliation, _NOT_TOLD) for item in self.inputs], dtype=np.int64)

    @property
    def sources(self) -> list[Hashable]:
        """The source of each unit; see `model.source_keys`."""
        return source_keys(self.inputs, self.articles)


@dataclass(frozen=True)
class Trained:
    """What training gives besides the weights: curves, the best epoch, and that epoch's logits on validation."""

    steps: Curve
    epochs: Curve
    best: int
    logits: NDArray[np.float32]


def new_network(folder: Path, layers: int) -> Any:
    """Build the network: the pinned encoder with one new linear layer of six outputs, three stances and three sides.

    The embeddings stay as pretrained: half of all weights, they cost a sixth of the time and would learn names.
    """
    from transformers import AutoModelForSequenceClassification

    names = dict(enumerate((*STANCES, *(f"speaks for {side}" for side in SPOKEN_FOR))))
    network = AutoModelForSequenceClassification.from_pretrained(
        folder,
        num_hidden_layers=layers,
        id2label=names,
        label2id={name: i for i, name in names.items()},
        attention_probs_dropout_prob=0.0,  # its random numbers cost 30% of a step on a CPU
        local_files_only=True,
        use_safetensors=True,
    )
    network.base_model.embeddings.requires_grad_(False)
    return network


def fine_tune(
    network: Any,
    train: StanceData,
    validation: StanceData,
    tokenizer: Tokenizer,
    by_words: Floats,
    params: TrainParams,
    seed: int,
    device: torch.device,
) -> Trained:
    """Train in place, leave the weights of the epoch with the best macro-F1 on validation, and give the curves.

    The score that decides is that of the calibrated answer, cross-fitted over articles; `by_words` is what the words
    alone say of the validation units, (units, 3) log-probabilities.
    """
    import torch
    from rich.console import Console
    from rich.progress import Progress

    chance, pools = random.Random(seed), name_pools(train.inputs)
    network.to(device)
    opt = optimiser(network, params.learning_rate)
    per_epoch = -(-len(train.inputs) // params.batch_size)
    steps: Curve = []
    epochs: Curve = []
    best, kept, answers = 0, copy.deepcopy(network.state_dict()), np.zeros((0, 6), dtype=np.float32)
    stances, sides, weights = (
        torch.tensor(a, device=device) for a in (train.stances, train.sides, train.weights.astype(np.float32))
    )
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("train encoder", total=per_epoch * params.epochs)
        for epoch in range(1, params.epochs + 1):
            network.train()
            shown = replace_names(train.inputs, params.mask_names, pools, chance)
            encodings = [encode(item, tokenizer, params.max_tokens) for item in shown]
            for batch in length_buckets([len(e) for e in encodings], params.batch_size, chance):
                rate = params.learning_rate * rate_at(len(steps), per_epoch * params.epochs, params.warmup)
                for group in opt.param_groups:
                    group["lr"] = rate
                logits = network(**padded([encodings[i] for i in batch], device)).logits
                loss = two_task_loss(logits, stances[batch], sides[batch], weights[batch], params)
                opt.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                opt.step()
                steps.append({"step": len(steps) + 1, "loss": loss.item(), "learning_rate": rate})
                bar.advance(task)
            logits_now = predict(network, validation.inputs, tokenizer, params.max_tokens, device)
            loss_now = float(np.mean([row["loss"] for row in steps[-per_epoch:]]))
            epochs.append({"epoch": epoch, "train_loss": loss_now, **judge(logits_now, by_words, validation)})
            bar.console.print(f"train encoder: epoch {epoch}, validation macro-F1 {epochs[-1]['macro_f1']:.3f}")
            if not best or epochs[-1]["macro_f1"] > epochs[best - 1]["macro_f1"]:
                best, kept, answers = epoch, copy.deepcopy(network.state_dict()), logits_now
            elif epoch - best >= params.patience:
                break
    network.load_state_dict(kept)
    network.eval()
    return Trained(steps, epochs, best, answers)


def two_task_loss(
    logits: torch.Tensor, stances: torch.Tensor, sides: torch.Tensor, weights: torch.Tensor, params: TrainParams
) -> torch.Tensor:
    """Give the weighted mean cross-entropy of the stances plus that of the sides, where they are known."""
    from torch.nn.functional import cross_entropy

    def task(part: torch.Tensor, goal: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        each = cross_entropy(
            part, goal, ignore_index=_NOT_TOLD, label_smoothing=params.label_smoothing, reduction="none"
        )
        return (each * weight).sum() / weight.sum().clamp(min=1e-6)

    stance = task(logits[:, : len(STANCES)], stances, weights)
    side = task(logits[:, len(STANCES) :], sides, weights * (sides != _NOT_TOLD))
    return stance + params.affiliation_weight * side


def predict(
    network: Any, inputs: Sequence[UnitInput], tokenizer: Tokenizer, max_tokens: int, device: torch.device
) -> NDArray[np.float32]:
    """Give the network's logits (units, 6) in the order of the inputs."""
    import torch

    network.eval()
    encodings = [encode(item, tokenizer, max_tokens) for item in inputs]
    order = sorted(range(len(encodings)), key=lambda i: len(encodings[i]))
    out = np.zeros((len(encodings), len(STANCES) + len(SPOKEN_FOR)), dtype=np.float32)
    with torch.inference_mode():
        for at in range(0, len(order), _PREDICTION_BATCH):
            batch = order[at : at + _PREDICTION_BATCH]
            out[batch] = network(**padded([encodings[i] for i in batch], device)).logits.cpu().numpy()
    return out


def judge(logits: NDArray[np.float32], by_words: Floats, data: StanceData) -> dict[str, float]:
    """Score logits on validation: before and after the cross-fitted combiner, and whom the sources speak for."""
    plain = np.exp(log_softmax(logits[:, : len(STANCES)]))
    fitted = cross_fitted(np.hstack([logits, by_words]), data.sources, data.stances, data.articles)
    told = data.sides != _NOT_TOLD
    sides_right = logits[:, len(STANCES) :].argmax(axis=1)[told] == data.sides[told]
    return {
        **{f"{name}_before": value for name, value in scores(plain, data.stances).items()},
        **scores(fitted, data.stances),
        "affiliation_accuracy": float(np.mean(sides_right)),
    }


def scores(probabilities: Floats, stances: NDArray[np.int64]) -> dict[str, float]:
    """Score probabilities: macro-F1, accuracy, log-loss and expected calibration error."""
    predicted, rows = probabilities.argmax(axis=1), np.arange(len(stances))
    return {
        "macro_f1": macro_f1(predicted, stances),
        "accuracy": float(np.mean(predicted == stances)),
        "log_loss": float(-np.log(np.maximum(probabilities[rows, stances], 1e-12)).mean()),
        "ece": expected_calibration_error(probabilities, stances),
    }
