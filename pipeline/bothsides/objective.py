"""What the fine-tuning of the encoder makes small, the losses of all that is asked of it; the same held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .examples import Example
from .network import means
from .params import Params, TrainSplitterParams
from .quotes.tags import LABELS, ROLE_COLUMNS, SIDE_COLUMNS, TAG_COLUMNS
from .quotes.targets import IGNORE
from .stance.head import OUTPUTS
from .training import half_products, padded
from .unit import STANCES

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Losses:
    """The loss of a batch by question, and the answers.

    `logits` are (windows, positions, labels), `answers` (units, `network.TAUGHT`).
    """

    tags: torch.Tensor
    sides: torch.Tensor
    roles: torch.Tensor
    stances: torch.Tensor
    affiliations: torch.Tensor
    reasons: torch.Tensor
    logits: torch.Tensor
    answers: torch.Tensor

    def weighted(self, how: TrainSplitterParams) -> torch.Tensor:
        """Give what training makes small."""
        of_tokens = self.tags + how.side_weight * self.sides + how.role_weight * self.roles
        beside = how.affiliation_weight * self.affiliations + how.reason_weight * self.reasons
        return of_tokens + how.stance_weight * (self.stances + beside)


def losses(model: Any, head: Any, batch: Sequence[Example], device: torch.device, params: Params) -> Losses:
    """Give a batch's cross-entropies of tags, sides and roles a token, of stance, affiliation and reason a unit."""
    import torch

    with torch.autocast(device.type, torch.bfloat16, enabled=half_products(params.chosen.precision, device)):
        rows = model(*padded([e.window.encoding for e in batch], device))
    logits, hidden = rows[..., : len(LABELS)], rows[..., len(LABELS) :]
    width = logits.shape[1]

    def ask(columns: slice, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        goal = torch.tensor([[*r, *[IGNORE] * (width - len(r))] for r in rows], device=device)
        return _cross_entropy(logits[..., columns].flatten(0, 1), goal.flatten())

    units = [(row * width, unit) for row, e in enumerate(batch) for unit in e.units]
    groups = [[[first + p for p in part] for part in unit.positions] for first, unit in units]
    answers = head(means(hidden.flatten(0, 1), groups))

    def tell(columns: slice, goals: Sequence[int]) -> torch.Tensor:
        goal = torch.tensor(goals, dtype=torch.long, device=device)
        return _cross_entropy(answers[:, columns], goal, params.train_splitter.label_smoothing)

    return Losses(
        ask(TAG_COLUMNS, [e.tags for e in batch]),
        ask(SIDE_COLUMNS, [e.sides for e in batch]),
        ask(ROLE_COLUMNS, [e.roles for e in batch]),
        tell(slice(0, len(STANCES)), [u.stance for _, u in units]),
        tell(slice(len(STANCES), OUTPUTS), [u.side for _, u in units]),
        tell(slice(OUTPUTS, None), [u.reason for _, u in units]),
        logits,
        answers,
    )


def _cross_entropy(logits: torch.Tensor, goal: torch.Tensor, smoothing: float = 0.0) -> torch.Tensor:
    """Give the mean over the rows that have a goal; zero where none has."""
    from torch.nn.functional import cross_entropy

    loss = cross_entropy(logits, goal, ignore_index=IGNORE, label_smoothing=smoothing, reduction="sum")
    return loss / max(1, int((goal != IGNORE).sum()))


def held_out_scores(both: Any, held_out: Sequence[Example], device: torch.device, params: Params) -> dict[str, float]:
    """Measure mean loss and the share of tokens and units with the right tag, side and stance on validation windows.

    Leaves the networks in evaluation mode.
    """
    import torch

    both.eval()
    loss = 0.0
    right = {"tag": 0, "side": 0, "stance": 0}
    told = dict.fromkeys(right, 0)

    def count(name: str, answers: torch.Tensor, goals: Sequence[int]) -> None:
        right[name] += sum(t == g for t, g in zip(answers.argmax(-1).tolist(), goals, strict=True) if g != IGNORE)
        told[name] += sum(g != IGNORE for g in goals)

    with torch.inference_mode():
        for at in range(0, len(held_out), params.chosen.batch_size):
            batch = held_out[at : at + params.chosen.batch_size]
            found = losses(both["tagger"], both["head"], batch, device, params)
            loss += found.weighted(params.train_splitter).item() * len(batch) / len(held_out)
            count("stance", found.answers[:, : len(STANCES)], [u.stance for e in batch for u in e.units])
            for e, row in zip(batch, found.logits, strict=True):
                count("tag", row[: len(e.tags), TAG_COLUMNS], e.tags)
                count("side", row[: len(e.tags), SIDE_COLUMNS], e.sides)
    return {"loss": loss, **{f"{name}_accuracy": right[name] / max(1, told[name]) for name in right}}
