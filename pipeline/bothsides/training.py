"""What both fine-tunings share: seeds and threads, optimiser, learning-rate schedule, length buckets and curves."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from .runtime import Encoding

_BUCKET_BATCHES = 16
_WEIGHT_DECAY = 0.01


def prepare(seed: int, threads: int) -> torch.device:
    """Fix every source of chance and give the device to train on: a GPU where there is one, else the CPU.

    The number of threads belongs to the result: it orders the floating-point sums.
    """
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def optimiser(model: torch.nn.Module, learning_rate: float, head: tuple[str, ...] = ("classifier",)) -> Any:
    """Build AdamW (Loshchilov and Hutter 2019) without weight decay on biases and norms; heads learn at the same rate.

    Frozen parameters are left out. `head` names the modules, by how their names begin, that start from random weights;
    they get no decay either, because they are far from the scale of the pretrained ones.
    """
    import torch

    decayed: list[torch.nn.Parameter] = []
    plain: list[torch.nn.Parameter] = []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            bare = parameter.ndim < 2 or name.startswith(head)
            (plain if bare else decayed).append(parameter)
    groups = [{"params": decayed, "weight_decay": _WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=learning_rate, fused=True)


def rate_at(step: int, steps: int, warmup: float) -> float:
    """Give the learning rate's factor at a step (from 0): linear warm-up, then linear decay to zero."""
    rising = max(1, round(warmup * steps))
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (steps - step) / max(1, steps - rising))


def length_buckets(lengths: Sequence[int], batch_size: int, chance: random.Random) -> list[list[int]]:
    """Shuffle the inputs into batches of like length: sorted within stretches of 16 batches, then batches shuffled."""
    order = list(range(len(lengths)))
    chance.shuffle(order)
    batches: list[list[int]] = []
    stretch = batch_size * _BUCKET_BATCHES
    for at in range(0, len(order), stretch):
        part = sorted(order[at : at + stretch], key=lambda i: lengths[i])
        batches += [part[i : i + batch_size] for i in range(0, len(part), batch_size)]
    chance.shuffle(batches)
    return batches


def padded(encodings: Sequence[Encoding], device: torch.device) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pad encodings to the longest one: ids, segment ids and mask, (batch, tokens) each."""
    import torch

    width = max(len(e) for e in encodings)
    ids, types, mask = (torch.zeros((len(encodings), width), dtype=torch.long) for _ in range(3))
    for row, e in enumerate(encodings):
        ids[row, : len(e)] = torch.tensor(e.ids)
        types[row, : len(e)] = torch.tensor(e.types)
        mask[row, : len(e)] = 1
    return ids.to(device), types.to(device), mask.to(device)


def write_curve(path: Path, rows: Sequence[dict[str, float]]) -> None:
    """Write a training curve as CSV, one row a step or an epoch, numbers rounded to six digits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else ["step"], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: round(v, 6) for k, v in row.items()})
