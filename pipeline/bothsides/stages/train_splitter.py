"""Stage train_splitter: fine-tunes the encoder for both questions at once, what is said by whom and for which side."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..augment import Annotated, name_pools
from ..checkpoint import Checkpoint, training_key, trainings
from ..encoder import encoder_folder, sha256_of
from ..examples import examples
from ..export import export_onnx
from ..network import TAUGHT, frozen_head, new_head, new_tagger, save_tagger
from ..objective import held_out_scores, losses
from ..params import Params
from ..quotes.config import SplitterConfig
from ..runtime import open_tokenizer
from ..stance.head import FILE as HEAD_FILE
from ..tables import annotated_articles, write_json
from ..training import (
    Curve,
    averaged,
    dropout_state,
    half_products,
    length_buckets,
    mean_curve,
    optimiser,
    prepare,
    rate_at,
    set_dropout,
    set_rate,
    write_curve,
)

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_NEW = ("head", "tagger.classifier")
"""What starts from random weights."""


@dataclass(frozen=True)
class Member:
    """One training's end: the weights of tagger and head by name, and the curves."""

    weights: dict[str, NDArray[np.float32]]
    steps: Curve
    epochs: Curve


def main(root: Path, params: Params) -> None:
    """Train on the annotated training articles, watch the loss on validation, write model, curves and summary.

    Weights and curves are the means of the members' (a model soup: Wortsman et al., ICML 2022), which start from the
    same weights and so end where a mean makes sense. The summary is measured with the mean weights. A training that
    was stopped goes on where it stood; see `checkpoint`.
    """
    import torch

    device = prepare(params.seed, params.threads)
    folder = encoder_folder(params.chosen)
    tokenizer = open_tokenizer(folder / "tokenizer.json")
    train, validation = (annotated_articles(root, split) for split in ("train", "validation"))
    half = half_products(params.chosen.precision, device)
    base = [sha256_of(folder / name) for name in ("config.json", "tokenizer.json")]  # the weights' is a parameter
    recipe = (params.seed, params.threads, params.chosen, params.train_splitter)
    unfinished = trainings() / training_key(recipe, device, half, base, train, validation)
    members = [
        train_member(train, validation, folder, tokenizer, params, n, Checkpoint(unfinished / f"member-{n + 1}.pt"))
        for n in range(params.chosen.members)
    ]
    model, head = new_networks(folder, params)
    both = torch.nn.ModuleDict({"tagger": model, "head": head})
    both.load_state_dict({n: torch.from_numpy(w) for n, w in averaged([m.weights for m in members]).items()})
    held_out = examples(validation, tokenizer, params.train_splitter, None, name_pools(train))
    scores = held_out_scores(both.to(device), held_out, device, params)

    out, reports = root / "models/splitter", root / "reports/train_splitter"
    out.mkdir(parents=True, exist_ok=True)
    both.to(torch.device("cpu"))
    save_tagger(model, out)
    frozen_head(head).write(out / HEAD_FILE)
    (out / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    export_onnx(out, out / "model.onnx")  # every later stage reads with what is published
    SplitterConfig(params.train_splitter.window, params.train_splitter.stride).save(out)
    write_curve(reports / "steps.csv", mean_curve([m.steps for m in members]))
    write_curve(reports / "epochs.csv", mean_curve([m.epochs for m in members]))
    trained = {
        "articles": len(train),
        "members": len(members),
        "steps": len(members[0].steps),
        "device": device.type,
        "precision": "bf16" if half else "fp32",
    }
    write_json(root / "reports/train_splitter.json", {**trained, **scores})
    shutil.rmtree(unfinished, ignore_errors=True)


def train_member(
    train: Sequence[Annotated],
    validation: Sequence[Annotated],
    folder: Path,
    tokenizer: Tokenizer,
    params: Params,
    number: int,
    checkpoint: Checkpoint,
) -> Member:
    """Train one member (from 0): the same first weights as the others, the articles in another order."""
    import torch

    device = prepare(params.seed, params.threads)
    model, head = new_networks(folder, params)
    steps, epochs = fit(model, head, train, validation, tokenizer, params, device, number, checkpoint)
    both = torch.nn.ModuleDict({"tagger": model, "head": head})
    return Member({name: value.cpu().numpy() for name, value in both.state_dict().items()}, steps, epochs)


def new_networks(folder: Path, params: Params) -> tuple[Any, Any]:
    """Build the tagger and the stance head that reads its hidden states."""
    model = new_tagger(folder, params.chosen, params.train_splitter.encoder_dropout)
    return model, new_head(model.encoder.config.hidden_size, params.train_splitter.dropout, TAUGHT)


def fit(
    model: Any,
    head: Any,
    train: Sequence[Annotated],
    validation: Sequence[Annotated],
    tokenizer: Tokenizer,
    params: Params,
    device: torch.device,
    member: int,
    checkpoint: Checkpoint,
) -> tuple[Curve, Curve]:
    """Train both in place and return the curves: loss and rate a step; losses and accuracy on validation an epoch.

    Each epoch cuts the articles into windows at new places. A fraction of an epoch trains on that share of it. Members
    differ in these cuts, in the order of the windows, in what is augmented and in what drops out. Where the checkpoint
    holds a state, the training goes on from it.
    """
    import torch
    from rich.console import Console
    from rich.progress import Progress

    tier, how = params.chosen, params.train_splitter
    chance, pools = random.Random(params.seed + member), name_pools(train)
    torch.manual_seed(params.seed + member)
    both = torch.nn.ModuleDict({"tagger": model, "head": head}).to(device).train()
    rates = (tier.layers, tier.layer_decay, how.head_rate)
    opt = optimiser(both, tier.learning_rate, how.weight_decay, _NEW, *rates)
    held_out = examples(validation, tokenizer, how, None, pools)
    count = -(-len(examples(train, tokenizer, how, random.Random(params.seed), pools)) // tier.batch_size)
    total = max(1, round(tier.epochs * count))
    steps: Curve = []
    epochs: Curve = []
    passed = 0
    if stood := checkpoint.read(device):
        both.load_state_dict(stood["weights"])
        opt.load_state_dict(stood["optimiser"])
        chance.setstate(stood["order"])
        set_dropout(stood["dropout"], device)
        steps, epochs, passed = stood["steps"], stood["epochs"], stood["passed"]
        del stood  # a second copy of the weights
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("train_splitter", total=total, completed=len(steps))
        if steps:
            bar.console.print(f"train_splitter: member {member + 1} goes on after step {len(steps)} of {total}")
        while len(steps) < total:
            order = chance.getstate()
            some = examples(train, tokenizer, how, chance, pools)
            batches = length_buckets([len(e.window.encoding) for e in some], tier.batch_size, chance)
            for number, batch in enumerate(batches[passed:], start=passed + 1):
                rate = tier.learning_rate * rate_at(len(steps), total, how.warmup)
                set_rate(opt, rate)
                loss = losses(model, head, [some[i] for i in batch], device, params).weighted(how)
                opt.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(both.parameters(), how.gradient_norm)
                opt.step()
                steps.append({"step": len(steps) + 1, "loss": loss.item(), "learning_rate": rate})
                bar.advance(task)
                # Cut at new places, the articles give a few windows more or less: an epoch is a number of steps.
                if len(steps) % count == 0 or len(steps) == total:
                    epochs.append({"epoch": len(epochs) + 1, **held_out_scores(both, held_out, device, params)})
                    both.train()
                    where = f"train_splitter: member {member + 1}, epoch {len(epochs)}"
                    bar.console.print(f"{where}, validation loss {epochs[-1]['loss']:.4f}")
                if checkpoint.due or (len(steps) == total and checkpoint.path.exists()):
                    curves = {"steps": steps, "epochs": epochs}
                    chances = {"order": order, "passed": number, "dropout": dropout_state(device)}
                    checkpoint.write({"weights": both.state_dict(), "optimiser": opt.state_dict(), **chances, **curves})
                if len(steps) == total:
                    break
            passed = 0
    both.eval()
    return steps, epochs
