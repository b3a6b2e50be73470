"""Stage train_splitter: fine-tunes the encoder for both questions at once, what is said by whom and for which side."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..augment import Annotated, NamePools, name_pools, with_other_names, without_a_mark
from ..encoder import encoder_folder
from ..network import frozen_head, means, new_head, new_tagger
from ..params import Params, TrainSplitterParams
from ..quotes.config import SplitterConfig
from ..quotes.tags import ROLE_COLUMNS, SIDE_COLUMNS, TAG_COLUMNS
from ..quotes.targets import IGNORE, targets
from ..quotes.windows import Window, special_tokens, tokenise, training_windows
from ..runtime import open_tokenizer
from ..stance.calibration import SPOKEN_FOR
from ..stance.head import FILE as HEAD_FILE
from ..stance.pooling import unit_spans
from ..tables import article_of, read_jsonl, units_by_article, write_json
from ..training import length_buckets, optimiser, padded, prepare, rate_at, write_curve
from ..unit import STANCES, QuoteUnit

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

_SIDE_WEIGHT, _ROLE_WEIGHT, _SPOKEN_FOR_WEIGHT = 0.3, 0.3, 0.5

Curve = list[dict[str, float]]


@dataclass(frozen=True)
class UnitTarget:
    """A unit in a window: the positions of its content, source and cue, its stance and whom its source speaks for."""

    positions: list[list[int]]
    stance: int
    side: int


@dataclass(frozen=True)
class Example:
    """One window with a target a position for each of the three questions, and the units that lie in it."""

    window: Window
    tags: list[int]
    sides: list[int]
    roles: list[int]
    units: list[UnitTarget]


def main(root: Path, params: Params) -> None:
    """Train on the annotated training articles, watch the loss on validation, write model, curves and summary."""
    import torch

    device = prepare(params.seed, params.threads)
    folder = encoder_folder(params.encoder)
    tokenizer = open_tokenizer(folder / "tokenizer.json")
    train, validation = load_annotated(root)
    model, head = new_networks(folder, params)
    steps, epochs = fit(model, head, train, validation, tokenizer, params.train_splitter, params.seed, device)

    out, reports = root / "models/splitter", root / "reports/train_splitter"
    out.mkdir(parents=True, exist_ok=True)
    model.to(torch.device("cpu")).save_pretrained(out)
    frozen_head(head).write(out / HEAD_FILE)
    (out / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
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
    model = new_tagger(folder, params.encoder.layers)
    return model, new_head(model.config.hidden_size, params.train_splitter.dropout)


def fit(
    model: Any,
    head: Any,
    train: Sequence[Annotated],
    validation: Sequence[Annotated],
    tokenizer: Tokenizer,
    params: TrainSplitterParams,
    seed: int,
    device: torch.device,
) -> tuple[Curve, Curve]:
    """Train both in place and return the curves: loss and rate a step; losses and accuracy on validation an epoch.

    Each epoch cuts the articles into windows at new places. A fraction of an epoch trains on that share of it.
    """
    import torch
    from rich.console import Console
    from rich.progress import Progress

    chance, pools = random.Random(seed), name_pools(train)
    both = torch.nn.ModuleDict({"tagger": model, "head": head}).to(device).train()
    opt = optimiser(both, params.learning_rate, ("head", "tagger.classifier"))
    held_out = examples(validation, tokenizer, params, None, pools)
    count = -(-len(examples(train, tokenizer, params, random.Random(seed), pools)) // params.batch_size)
    total = max(1, round(params.epochs * count))
    steps: Curve = []
    epochs: Curve = []
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("train_splitter", total=total)
        while len(steps) < total:
            some = examples(train, tokenizer, params, chance, pools)
            for batch in length_buckets([len(e.window.encoding) for e in some], params.batch_size, chance):
                rate = params.learning_rate * rate_at(len(steps), total, params.warmup)
                for group in opt.param_groups:
                    group["lr"] = rate
                loss = losses(model, head, [some[i] for i in batch], device, params).weighted(params.stance_weight)
                opt.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(both.parameters(), 1.0)
                opt.step()
                steps.append({"step": len(steps) + 1, "loss": loss.item(), "learning_rate": rate})
                bar.advance(task)
                if len(steps) == total:
                    break
            # An epoch's number of windows varies a little with where they are cut: a few steps are no epoch.
            if len(steps) == total or len(epochs) + 1 < params.epochs:
                epochs.append({"epoch": len(epochs) + 1, **held_out_scores(both, held_out, device, params)})
                bar.console.print(f"train_splitter: epoch {len(epochs)}, validation loss {epochs[-1]['loss']:.4f}")
    both.eval()
    return steps, epochs


def examples(
    annotated: Sequence[Annotated],
    tokenizer: Tokenizer,
    params: TrainSplitterParams,
    chance: random.Random | None,
    pools: NamePools,
) -> list[Example]:
    """Part articles into training windows; with a source of chance, at new places, with lost marks and other names."""
    special = special_tokens(tokenizer)
    out = []
    for given in annotated:
        article, units = given
        offset = 0
        if chance:
            offset = chance.randrange(params.window)
            if chance.random() < params.rename:
                article, units = with_other_names(given, pools, chance)
            if chance.random() < params.augment:
                article = without_a_mark(article, chance)
        tokens = tokenise(article, tokenizer)
        goal = targets(article, units, tokens)
        for window in training_windows(tokens, params.window, special, offset):
            tags, sides, roles = (_laid(window, row) for row in (goal.tags, goal.sides, goal.roles))
            out.append(Example(window, tags, sides, roles, unit_targets(window, tokens.spans, units)))
    return out


def unit_targets(window: Window, spans: Sequence[tuple[int, int]], units: Sequence[QuoteUnit]) -> list[UnitTarget]:
    """Find the units of which a window shows at least half of the content, and where it shows them.

    `spans` are the character ranges of the article's tokens.
    """
    shown = [(position, spans[t]) for position, t in enumerate(window.tokens) if t >= 0]

    def positions(ranges: Sequence[tuple[int, int]]) -> list[int]:
        return [p for p, (start, end) in shown if any(start < e and end > s for s, e in ranges)]

    found = []
    for unit, parts in zip(units, unit_spans(units), strict=True):
        here = positions(parts.content)
        whole = sum(any(start < e and end > s for s, e in parts.content) for start, end in spans)
        if here and 2 * len(here) >= whole and unit.stance:
            side = SPOKEN_FOR.index(unit.affiliation) if unit.affiliation in SPOKEN_FOR else IGNORE
            places = [here, positions(parts.source), positions(parts.cue)]
            found.append(UnitTarget(places, STANCES.index(unit.stance.label), side))
    return found


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


def losses(
    model: Any, head: Any, batch: Sequence[Example], device: torch.device, params: TrainSplitterParams
) -> Losses:
    """Give a batch's cross-entropies of tags, sides, roles and stances."""
    import torch
    from torch.nn.functional import cross_entropy

    out = model(**padded([e.window.encoding for e in batch], device), output_hidden_states=True)
    width = out.logits.shape[1]

    def ask(columns: slice, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        goal = torch.tensor([[*r, *[IGNORE] * (width - len(r))] for r in rows], device=device)
        told = int((goal != IGNORE).sum())
        part = out.logits[..., columns].flatten(0, 1)
        return cross_entropy(part, goal.flatten(), ignore_index=IGNORE, reduction="sum") / max(1, told)

    units = [(row * width, unit) for row, e in enumerate(batch) for unit in e.units]
    groups = [[[first + p for p in part] for part in unit.positions] for first, unit in units]
    answers = head(means(out.hidden_states[-1].flatten(0, 1), groups))

    def tell(part: torch.Tensor, goals: Sequence[int]) -> torch.Tensor:
        goal = torch.tensor(goals, dtype=torch.long, device=device)
        told = int((goal != IGNORE).sum())
        smooth = params.label_smoothing
        summed = cross_entropy(part, goal, ignore_index=IGNORE, label_smoothing=smooth, reduction="sum")
        return summed / max(1, told)

    stances = tell(answers[:, : len(STANCES)], [u.stance for _, u in units])
    spoken_for = tell(answers[:, len(STANCES) :], [u.side for _, u in units])
    return Losses(
        ask(TAG_COLUMNS, [e.tags for e in batch]),
        ask(SIDE_COLUMNS, [e.sides for e in batch]),
        ask(ROLE_COLUMNS, [e.roles for e in batch]),
        stances + _SPOKEN_FOR_WEIGHT * spoken_for,
        out.logits,
        answers,
    )


def held_out_scores(
    both: Any, held_out: Sequence[Example], device: torch.device, params: TrainSplitterParams
) -> dict[str, float]:
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
        for at in range(0, len(held_out), params.batch_size):
            batch = held_out[at : at + params.batch_size]
            found = losses(both["tagger"], both["head"], batch, device, params)
            loss += found.weighted(params.stance_weight).item() * len(batch) / len(held_out)
            count("stance", found.answers[:, : len(STANCES)], [u.stance for e in batch for u in e.units])
            for e, row in zip(batch, found.logits, strict=True):
                count("tag", row[: len(e.tags), TAG_COLUMNS], e.tags)
                count("side", row[: len(e.tags), SIDE_COLUMNS], e.sides)
    both.train()
    return {"loss": loss, **{f"{name}_accuracy": right[name] / max(1, told[name]) for name in right}}


def _laid(window: Window, row: Sequence[int]) -> list[int]:
    return [row[t] if t >= 0 else IGNORE for t in window.tokens]
