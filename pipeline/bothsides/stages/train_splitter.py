"""Stage train_splitter: fine-tunes MiniLM to tag content, cues, speakers, their sides and their roles."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..article import Article
from ..encoder import encoder_folder
from ..marks import quotations
from ..params import Params, TrainSplitterParams
from ..quotes.config import SplitterConfig
from ..quotes.tags import LABELS, ROLE_COLUMNS, SIDE_COLUMNS, TAG_COLUMNS
from ..quotes.targets import IGNORE, targets
from ..quotes.windows import SEGMENTS, Window, special_tokens, tokenise, training_windows
from ..runtime import open_tokenizer
from ..tables import article_of, read_jsonl, units_by_article, write_json
from ..training import length_buckets, optimiser, padded, prepare, rate_at, write_curve
from ..unit import QuoteUnit

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

Annotated = tuple[Article, list[QuoteUnit]]
_SIDE_WEIGHT, _ROLE_WEIGHT = 0.3, 0.3


@dataclass(frozen=True)
class Example:
    """One window with a target a position for each of the three questions."""

    window: Window
    tags: list[int]
    sides: list[int]
    roles: list[int]


def main(root: Path, params: Params) -> None:
    """Train on the annotated training articles, watch the loss on validation, write model, curves and summary."""
    import torch

    device = prepare(params.seed, params.threads)
    folder = encoder_folder(params.encoder)
    tokenizer = open_tokenizer(folder / "tokenizer.json")
    train, validation = load_annotated(root)
    model = new_model(folder, params)
    steps, epochs = fit(model, train, validation, tokenizer, params.train_splitter, params.seed, device)

    out, reports = root / "models/splitter", root / "reports/train_splitter"
    out.mkdir(parents=True, exist_ok=True)
    model.to(torch.device("cpu")).save_pretrained(out)
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


def new_model(folder: Path, params: Params) -> Any:
    """Build the token classifier: the pinned encoder, a new table of segment ids and a new linear layer.

    Every segment id starts as the pretrained id 0, so that training starts from the encoder as it was.
    """
    import torch
    from transformers import AutoModelForTokenClassification

    labels = dict(enumerate(LABELS))
    model = AutoModelForTokenClassification.from_pretrained(
        folder,
        num_hidden_layers=params.encoder.layers,
        id2label=labels,
        label2id={v: k for k, v in labels.items()},
        attention_probs_dropout_prob=0.0,  # its random numbers cost 30% of a step on a CPU
        local_files_only=True,
        use_safetensors=True,
    )
    table = model.base_model.embeddings.token_type_embeddings
    wider = torch.nn.Embedding(SEGMENTS, table.embedding_dim)
    with torch.no_grad():
        wider.weight.copy_(table.weight[:1].expand(SEGMENTS, -1))
    model.base_model.embeddings.token_type_embeddings = wider
    # Words keep their meaning: half of all parameters need no step, and new names fare like known ones.
    model.base_model.embeddings.word_embeddings.weight.requires_grad_(False)
    model.config.type_vocab_size = SEGMENTS
    return model


def fit(
    model: Any,
    train: Sequence[Annotated],
    validation: Sequence[Annotated],
    tokenizer: Tokenizer,
    params: TrainSplitterParams,
    seed: int,
    device: torch.device,
) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Train in place and return the curves: loss and rate a step; losses and token accuracy on validation an epoch.

    Each epoch cuts the articles into windows at new places. A fraction of an epoch trains on that share of it.
    """
    import torch
    from rich.console import Console
    from rich.progress import Progress

    chance = random.Random(seed)
    model.to(device).train()
    opt = optimiser(model, params.learning_rate)
    held_out = examples(validation, tokenizer, params, None)
    count = -(-len(examples(train, tokenizer, params, random.Random(seed))) // params.batch_size)
    total = max(1, round(params.epochs * count))
    steps: list[dict[str, float]] = []
    epochs: list[dict[str, float]] = []
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("train_splitter", total=total)
        while len(steps) < total:
            some = examples(train, tokenizer, params, chance)
            for batch in length_buckets([len(e.window.encoding) for e in some], params.batch_size, chance):
                rate = params.learning_rate * rate_at(len(steps), total, params.warmup)
                for group in opt.param_groups:
                    group["lr"] = rate
                loss, _ = losses(model, [some[i] for i in batch], device, params.label_smoothing)
                opt.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                opt.step()
                steps.append({"step": len(steps) + 1, "loss": loss.item(), "learning_rate": rate})
                bar.advance(task)
                if len(steps) == total:
                    break
            epochs.append({"epoch": len(epochs) + 1, **held_out_loss(model, held_out, device, params.batch_size)})
            bar.console.print(f"train_splitter: epoch {len(epochs)}, validation loss {epochs[-1]['loss']:.4f}")
    model.eval()
    return steps, epochs


def examples(
    annotated: Sequence[Annotated], tokenizer: Tokenizer, params: TrainSplitterParams, chance: random.Random | None
) -> list[Example]:
    """Part articles into training windows; with a source of chance, at new places, and with lost marks."""
    special = special_tokens(tokenizer)
    out = []
    for given, units in annotated:
        article, offset = given, 0
        if chance:
            offset = chance.randrange(params.window)
            if chance.random() < params.augment:
                article = without_a_mark(given, chance)
        tokens = tokenise(article, tokenizer)
        goal = targets(article, units, tokens)
        for window in training_windows(tokens, params.window, special, offset):
            out.append(Example(window, *(_laid(window, row) for row in (goal.tags, goal.sides, goal.roles))))
    return out


def without_a_mark(article: Article, chance: random.Random) -> Article:
    """Lose one quotation mark, as untidy copy does; a space takes its place, so that no offset moves."""
    marks = [i for q in quotations(article) for i in (q.outer[0], q.outer[1] - 1) if not article.text[i].isalnum()]
    if not marks:
        return article
    at = chance.choice(marks)
    return replace(article, text=article.text[:at] + " " + article.text[at + 1 :])


def losses(model: Any, batch: Sequence[Example], device: torch.device, smoothing: float) -> tuple[torch.Tensor, Any]:
    """Give a batch's loss, the sum of the three questions' cross-entropies (tags count most), and its logits."""
    import torch
    from torch.nn.functional import cross_entropy

    logits = model(**padded([e.window.encoding for e in batch], device)).logits
    width = logits.shape[1]

    def ask(columns: slice, rows: Sequence[Sequence[int]], smooth: float) -> torch.Tensor:
        goal = torch.tensor([[*r, *[IGNORE] * (width - len(r))] for r in rows], device=device)
        told = int((goal != IGNORE).sum())
        part = logits[..., columns].flatten(0, 1)
        summed = cross_entropy(part, goal.flatten(), ignore_index=IGNORE, label_smoothing=smooth, reduction="sum")
        return summed / max(1, told)

    loss = ask(TAG_COLUMNS, [e.tags for e in batch], smoothing)
    loss = loss + _SIDE_WEIGHT * ask(SIDE_COLUMNS, [e.sides for e in batch], 0.0)
    return loss + _ROLE_WEIGHT * ask(ROLE_COLUMNS, [e.roles for e in batch], 0.0), logits


def held_out_loss(model: Any, held_out: Sequence[Example], device: torch.device, batch_size: int) -> dict[str, float]:
    """Measure mean loss and the share of tokens with the right tag and the right side on validation windows."""
    import torch

    model.eval()
    loss = right = told = side_right = side_told = 0.0
    with torch.inference_mode():
        for at in range(0, len(held_out), batch_size):
            batch = held_out[at : at + batch_size]
            batch_loss, logits = losses(model, batch, device, 0.0)
            loss += batch_loss.item() * len(batch) / len(held_out)
            for e, row in zip(batch, logits, strict=True):
                tags = row[: len(e.tags), TAG_COLUMNS].argmax(-1).tolist()
                sides = row[: len(e.tags), SIDE_COLUMNS].argmax(-1).tolist()
                right += sum(t == g for t, g in zip(tags, e.tags, strict=True) if g != IGNORE)
                told += sum(g != IGNORE for g in e.tags)
                side_right += sum(t == g for t, g in zip(sides, e.sides, strict=True) if g != IGNORE)
                side_told += sum(g != IGNORE for g in e.sides)
    model.train()
    return {"loss": loss, "tag_accuracy": right / max(1, told), "side_accuracy": side_right / max(1, side_told)}


def _laid(window: Window, row: Sequence[int]) -> list[int]:
    return [row[t] if t >= 0 else IGNORE for t in window.tokens]
