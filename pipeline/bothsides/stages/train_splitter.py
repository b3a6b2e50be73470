"""Stage train_splitter: fine-tunes the encoder for both questions at once, what is said by whom and for which side."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..augment import Annotated, name_pools
from ..encoder import encoder_folder
from ..examples import Example, examples
from ..export import export_onnx
from ..network import frozen_head, means, new_head, new_tagger, save_tagger
from ..params import Params
from ..quotes.config import SplitterConfig
from ..quotes.tags import LABELS, ROLE_COLUMNS, SIDE_COLUMNS, TAG_COLUMNS
from ..quotes.targets import IGNORE
from ..runtime import open_tokenizer
from ..stance.head import FILE as HEAD_FILE
from ..tables import article_of, read_jsonl, units_by_article, write_json
from ..training import length_buckets, optimiser, padded, prepare, rate_at, set_rate, write_curve
from ..unit import STANCES

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

_SIDE_WEIGHT, _ROLE_WEIGHT, _SPOKEN_FOR_WEIGHT = 0.3, 0.3, 0.5

Curve = list[dict[str, float]]


def main(root: Path, params: Params) -> None:
    """Train on the annotated training articles, watch the loss on validation, write model, curves and summary."""
    import torch

    device = prepare(params.seed, params.threads)
    folder = encoder_folder(params.chosen)
    tokenizer = open_tokenizer(folder / "tokenizer.json")
    train, validation = load_annotated(root)
    model, head = new_networks(folder, params)
    steps, epochs = fit(model, head, train, validation, tokenizer, params, device)

    out, reports = root / "models/splitter", root / "reports/train_splitter"
    out.mkdir(parents=True, exist_ok=True)
    save_tagger(model.to(torch.device("cpu")), out)
    frozen_head(head).write(out / HEAD_FILE)
    (out / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    export_onnx(out, out / "model.onnx")  # every later stage reads with what is published
    SplitterConfig(params.train_splitter.window, params.train_splitter.stride).save(out)
    write_curve(reports / "steps.csv", steps)
    write_curve(reports / "epochs.csv", epochs)
    summary = {"articles": len(train), "steps": len(steps), "device": device.type, **epochs[-1]}
    write_json(root / "reports/train_splitter.json", summary)


def load_annotated(root: Path) -> tuple[list[Annotated], list[Annotated]]:
    """Read the annotated articles of the training and the validation split with their gold units."""
    gold = units_by_article(root / "data/gold.jsonl")
    parts: dict[str, list[Annotated]] = {"train": [], "validation": []}
    for record in read_jsonl(root / "data/articles.jsonl"):
        if record["split"] in parts and (record["id"] in gold or record["origin"] == "written"):
            parts[record["split"]].append((article_of(record), gold.get(record["id"], [])))
    return parts["train"], parts["validation"]


def new_networks(folder: Path, params: Params) -> tuple[Any, Any]:
    """Build the tagger and the stance head that reads its hidden states."""
    model = new_tagger(folder, params.chosen)
    return model, new_head(model.encoder.config.hidden_size, params.train_splitter.dropout)


def fit(
    model: Any,
    head: Any,
    train: Sequence[Annotated],
    validation: Sequence[Annotated],
    tokenizer: Tokenizer,
    params: Params,
    device: torch.device,
) -> tuple[Curve, Curve]:
    """Train both in place and return the curves: loss and rate a step; losses and accuracy on validation an epoch.

    Each epoch cuts the articles into windows at new places. A fraction of an epoch trains on that share of it.
    """
    import torch
    from rich.console import Console
    from rich.progress import Progress

    tier, how = params.chosen, params.train_splitter
    chance, pools = random.Random(params.seed), name_pools(train)
    both = torch.nn.ModuleDict({"tagger": model, "head": head}).to(device).train()
    opt = optimiser(both, tier.learning_rate, ("head", "tagger.classifier"), tier.layers, tier.layer_decay)
    held_out = examples(validation, tokenizer, how, None, pools)
    count = -(-len(examples(train, tokenizer, how, random.Random(params.seed), pools)) // how.batch_size)
    total = max(1, round(tier.epochs * count))
    steps: Curve = []
    epochs: Curve = []
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("train_splitter", total=total)
        while len(steps) < total:
            some = examples(train, tokenizer, how, chance, pools)
            for batch in length_buckets([len(e.window.encoding) for e in some], how.batch_size, chance):
                rate = tier.learning_rate * rate_at(len(steps), total, how.warmup)
                set_rate(opt, rate)
                loss = losses(model, head, [some[i] for i in batch], device, params).weighted(how.stance_weight)
                opt.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(both.parameters(), 1.0)
                opt.step()
                steps.append({"step": len(steps) + 1, "loss": loss.item(), "learning_rate": rate})
                bar.advance(task)
                if len(steps) == total:
                    break
            # An epoch's number of windows varies a little with where they are cut: a few steps are no epoch.
            if len(steps) == total or len(epochs) + 1 < tier.epochs:
                epochs.append({"epoch": len(epochs) + 1, **held_out_scores(both, held_out, device, params)})
                bar.console.print(f"train_splitter: epoch {len(epochs)}, validation loss {epochs[-1]['loss']:.4f}")
    both.eval()
    return steps, epochs


@dataclass(frozen=True)
class Losses:
    """The loss of a batch by question, and the answers.

    `logits` are (windows, positions, labels), `answers` (units, 6).
    """

    tags: torch.Tensor
    sides: torch.Tensor
    roles: torch.Tensor
    stances: torch.Tensor
    logits: torch.Tensor
    answers: torch.Tensor

    def weighted(self, stance_weight: float) -> torch.Tensor:
        """Give what training makes small."""
        return self.tags + _SIDE_WEIGHT * self.sides + _ROLE_WEIGHT * self.roles + stance_weight * self.stances


def losses(model: Any, head: Any, batch: Sequence[Example], device: torch.device, params: Params) -> Losses:
    """Give a batch's cross-entropies of tags, sides, roles and stances."""
    import torch

    with torch.autocast(device.type, torch.bfloat16, enabled=params.chosen.precision == "bf16"):
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

    stances = tell(slice(0, len(STANCES)), [u.stance for _, u in units])
    spoken_for = tell(slice(len(STANCES), None), [u.side for _, u in units])
    return Losses(
        ask(TAG_COLUMNS, [e.tags for e in batch]),
        ask(SIDE_COLUMNS, [e.sides for e in batch]),
        ask(ROLE_COLUMNS, [e.roles for e in batch]),
        stances + _SPOKEN_FOR_WEIGHT * spoken_for,
        logits,
        answers,
    )


def _cross_entropy(logits: torch.Tensor, goal: torch.Tensor, smoothing: float = 0.0) -> torch.Tensor:
    """Give the mean over the rows that have a goal; zero where none has."""
    from torch.nn.functional import cross_entropy

    loss = cross_entropy(logits, goal, ignore_index=IGNORE, label_smoothing=smoothing, reduction="sum")
    return loss / max(1, int((goal != IGNORE).sum()))


def held_out_scores(both: Any, held_out: Sequence[Example], device: torch.device, params: Params) -> dict[str, float]:
    """Measure mean loss and the share of tokens and units with the right tag, side and stance on validation windows."""
    import torch

    both.eval()
    loss = 0.0
    right = {"tag": 0, "side": 0, "stance": 0}
    told = dict.fromkeys(right, 0)

    def count(name: str, answers: torch.Tensor, goals: Sequence[int]) -> None:
        right[name] += sum(t == g for t, g in zip(answers.argmax(-1).tolist(), goals, strict=True) if g != IGNORE)
        told[name] += sum(g != IGNORE for g in goals)

    with torch.inference_mode():
        for at in range(0, len(held_out), params.train_splitter.batch_size):
            batch = held_out[at : at + params.train_splitter.batch_size]
            found = losses(both["tagger"], both["head"], batch, device, params)
            loss += found.weighted(params.train_splitter.stance_weight).item() * len(batch) / len(held_out)
            count("stance", found.answers[:, : len(STANCES)], [u.stance for e in batch for u in e.units])
            for e, row in zip(batch, found.logits, strict=True):
                count("tag", row[: len(e.tags), TAG_COLUMNS], e.tags)
                count("side", row[: len(e.tags), SIDE_COLUMNS], e.sides)
    both.train()
    return {"loss": loss, **{f"{name}_accuracy": right[name] / max(1, told[name]) for name in right}}
