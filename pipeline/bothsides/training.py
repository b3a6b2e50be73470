"""What both fine-tunings share: seeds and threads, optimiser, learning-rate schedule, length buckets and curves."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

    from .runtime import Encoding

Curve = list[dict[str, float]]
"""A training curve: one row of named figures a step or an epoch."""

_BUCKET_BATCHES = 16
_LAYER = re.compile(r"\bencoder\.layer\.(\d+)\.")


def prepare(seed: int, threads: int) -> torch.device:
    """Fix every source of chance and give the device to train on: a GPU where there is one, else the CPU.

    The number of threads belongs to the result: it orders the floating-point sums.
    """
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    # Filling memory that is written anyway costs two hundredths of a step.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def dropout_state(device: torch.device) -> torch.Tensor:
    """Give the state of the source of chance from which a device draws what drops out."""
    import torch

    return torch.cuda.get_rng_state(device) if device.type == "cuda" else torch.get_rng_state()


def set_dropout(state: torch.Tensor, device: torch.device) -> None:
    """Put a device's source of chance back to a state of `dropout_state`."""
    import torch

    if device.type == "cuda":
        torch.cuda.set_rng_state(state.cpu(), device)
    else:
        torch.set_rng_state(state)


def half_products(precision: str, device: torch.device) -> bool:
    """Tell whether matrix products run in bfloat16: as `precision` says, for `auto` where the device is made for it.

    A processor without instructions for it is slower in bfloat16 than in fp32.
    """
    import torch

    if precision != "auto":
        return precision == "bf16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return any(able.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def optimiser(
    model: torch.nn.Module,
    learning_rate: float,
    weight_decay: float,
    head: tuple[str, ...],
    layers: int = 0,
    layer_decay: float = 1.0,
    head_rate: float = 1.0,
) -> Any:
    """Build AdamW (Loshchilov and Hutter 2019) with a weight decay, but none on biases and norms.

    Frozen parameters are left out. `head` names the modules, by how their names begin, that start from random weights;
    they get no decay either, because they are far from the scale of the pretrained ones, and learn at `head_rate` times
    the rate. The topmost of an encoder's `layers` and all else outside it learn at the full rate, each layer below at
    `layer_decay` of the rate of the one above (Howard and Ruder 2018). A group's `factor` is its multiple of the rate;
    see `set_rate`.
    """
    import torch

    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            new = name.startswith(head)
            factor = head_rate if new else layer_decay ** _depth(name, layers)
            key = (factor, 0.0 if new or parameter.ndim < 2 else weight_decay)
            groups.setdefault(key, []).append(parameter)
    listed = [{"params": some, "factor": key[0], "weight_decay": key[1]} for key, some in groups.items()]
    opt = torch.optim.AdamW(listed, lr=learning_rate, fused=True)
    set_rate(opt, learning_rate)
    return opt


def set_rate(opt: Any, learning_rate: float) -> None:
    """Give each group of an optimiser its multiple of the learning rate."""
    for group in opt.param_groups:
        group["lr"] = learning_rate * group["factor"]


def _depth(name: str, layers: int) -> int:
    """Count the layers above a parameter: 0 in the topmost one and outside the layers."""
    found = _LAYER.search(name)
    return layers - 1 - int(found[1]) if found else 0


def rate_at(step: int, steps: int, warmup: float) -> float:
    """Give the learning rate's factor at a step (from 0): linear warm-up, then linear decay to zero."""
    rising = max(1, round(warmup * steps))
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (steps - step) / max(1, steps - rising))


def averaged(members: Sequence[Mapping[str, NDArray[np.float32]]]) -> dict[str, NDArray[np.float32]]:
    """Give the mean of each weight over several trainings of one network."""
    return {name: np.mean([m[name] for m in members], axis=0, dtype=np.float32) for name in members[0]}


def mean_curve(members: Sequence[Curve]) -> Curve:
    """Give the mean of each figure over the curves of several trainings, row by row."""
    return [{name: mean(row[name] for row in rows) for name in rows[0]} for rows in zip(*members, strict=True)]


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


def write_curve(path: Path, rows: Curve) -> None:
    """Write a training curve as CSV, one row a step or an epoch, numbers rounded to six digits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else ["step"], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: round(v, 6) for k, v in row.items()})
