"""Fitting the stance head on all labelled units, also those without an annotated article, over a frozen encoder.

The head comes trained together with the encoder, on annotated articles. Here it goes on learning: from contrasts (see
`stance.contrasts`), from units of coded articles and those labelled by functions, each with its weight, and from some
of the annotated ones again. With contrasts the last epoch is kept, else the one that answers validation best, which may
be none. From annotated articles alone it would learn nothing but to lean on the source: "What the head learns alone" in
docs/experiments.md.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..network import frozen_head, torch_head
from ..params import TrainParams
from ..quotes.targets import IGNORE
from ..runtime import Logits, log_softmax
from ..training import Curve, optimiser
from ..unit import SPOKEN_FOR, STANCES
from .calibration import Floats, cross_fitted, expected_calibration_error, macro_f1
from .head import Head
from .inputs import UnitInput, unit_input
from .model import source_keys
from .statement import Statement

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class StanceData:
    """Labelled units: inputs, articles and numbers in them, stance indices, and weights in training.

    A source whose affiliation is unknown has the side -100 and does not count for the second task.
    """

    inputs: tuple[UnitInput, ...]
    articles: tuple[str, ...]
    numbers: tuple[int, ...]
    stances: NDArray[np.int64]
    weights: NDArray[np.float64]

    @property
    def sides(self) -> NDArray[np.int64]:
        """Whom each source speaks for, as an index of `SPOKEN_FOR`, or -100."""
        known: dict[str, int] = {side: i for i, side in enumerate(SPOKEN_FOR)}
        return np.array([known.get(item.affiliation, IGNORE) for item in self.inputs], dtype=np.int64)

    def of(self, articles: Collection[str]) -> StanceData:
        """Take the units of some articles."""
        rows = [i for i, article in enumerate(self.articles) if article in articles]
        return StanceData(
            tuple(self.inputs[i] for i in rows),
            tuple(self.articles[i] for i in rows),
            tuple(self.numbers[i] for i in rows),
            self.stances[rows],
            self.weights[rows],
        )

    def and_statements(self, statements: Sequence[Statement], district_weight: float) -> StanceData:
        """Add statements that stand alone, each with weight 1, the district-aligned ones with `district_weight`."""
        units = [unit for _, unit in statements]
        labels = [unit.stance.label for unit in units if unit.stance]
        return StanceData(
            (*self.inputs, *(unit_input(*said) for said in statements)),
            (*self.articles, *(article.id for article, _ in statements)),
            (*self.numbers, *range(1, len(units) + 1)),
            np.append(self.stances, [STANCES.index(label) for label in labels]).astype(np.int64),
            np.append(self.weights, [district_weight if label == "district-aligned" else 1.0 for label in labels]),
        )

    @property
    def sources(self) -> list[Hashable]:
        """The source of each unit; see `model.source_keys`."""
        return source_keys(self.inputs, self.articles)


@dataclass(frozen=True)
class Fitted:
    """The fitted head, the curves, and the epoch whose head it is (0: as it began)."""

    head: Head
    steps: Curve
    epochs: Curve
    kept: int


def fit_head(
    start: Head,
    vectors: Logits,
    train: StanceData,
    held_out: Logits,
    validation: StanceData,
    by_words: Floats,
    params: TrainParams,
    seed: int,
) -> Fitted:
    """Go on training a head and keep the epoch with the lowest log-loss on validation.

    Where there are contrasts (`params.contrasts`), it is the last one: what they teach shows in statements that stand
    alone, of which validation has none.

    `vectors` and `held_out` are the pooled units of the two splits, (units, 3 x width). The log-loss that decides is
    that of the calibrated answer, cross-fitted over articles; `by_words` is what the words alone say of the validation
    units, (units, 3) log-probabilities.
    """
    import torch

    torch.manual_seed(seed)
    chance = random.Random(seed)
    head = torch_head(start, params.dropout)
    opt = optimiser(head, params.learning_rate, params.weight_decay, ())
    pooled = torch.from_numpy(vectors)
    stances, sides = torch.from_numpy(train.stances), torch.from_numpy(train.sides)
    weights = torch.from_numpy(train.weights.astype(np.float32))
    steps: Curve = []
    epochs: Curve = [*unchanged(start, held_out, by_words, validation).epochs]
    kept, kept_head = 0, start
    for epoch in range(1, params.epochs + 1):
        head.train()
        order = list(range(len(train.inputs)))
        chance.shuffle(order)
        for at in range(0, len(order), params.batch_size):
            batch = order[at : at + params.batch_size]
            loss = two_task_loss(head(pooled[batch]), stances[batch], sides[batch], weights[batch], params)
            opt.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            opt.step()
            steps.append({"step": len(steps) + 1, "loss": loss.item(), "learning_rate": params.learning_rate})
        now = frozen_head(head)
        epochs.append({"epoch": epoch, **judge(now.logits(held_out), by_words, validation)})
        if params.contrasts or epochs[-1]["log_loss"] < epochs[kept]["log_loss"]:
            kept, kept_head = epoch, now
        elif epoch - kept >= params.patience:
            break
    return Fitted(kept_head, steps, epochs, kept)


def unchanged(start: Head, held_out: Logits, by_words: Floats, validation: StanceData) -> Fitted:
    """Keep a head that has nothing to learn from, and score it; one row of each curve keeps the files alike."""
    epoch = {"epoch": 0, **judge(start.logits(held_out), by_words, validation)}
    return Fitted(start, [{"step": 0, "loss": epoch["log_loss_before"], "learning_rate": 0.0}], [epoch], 0)


def two_task_loss(
    logits: torch.Tensor, stances: torch.Tensor, sides: torch.Tensor, weights: torch.Tensor, params: TrainParams
) -> torch.Tensor:
    """Give the weighted mean cross-entropy of the stances plus that of the sides, where they are known."""
    from torch.nn.functional import cross_entropy

    def task(part: torch.Tensor, goal: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        each = cross_entropy(part, goal, ignore_index=IGNORE, label_smoothing=params.label_smoothing, reduction="none")
        return (each * weight).sum() / weight.sum().clamp(min=1e-6)

    stance = task(logits[:, : len(STANCES)], stances, weights)
    side = task(logits[:, len(STANCES) :], sides, weights * (sides != IGNORE))
    return stance + params.affiliation_weight * side


def judge(logits: Logits, by_words: Floats, data: StanceData) -> dict[str, float]:
    """Score logits on validation: before and after the cross-fitted combiner, and whom the sources speak for."""
    plain = np.exp(log_softmax(logits[:, : len(STANCES)]))
    fitted = cross_fitted(np.hstack([logits, by_words]), data.sources, data.stances, data.articles)
    told = data.sides != IGNORE
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
