"""Stage quantise: the exported encoder as prediction runs it, with its matrix products in 8-bit integers or as it is.

The ranges of the inputs of each matrix product are measured once, on training articles (static quantisation: Jacob et
al., CVPR 2018), so that a row of a batch does not depend on the others. Weights get seven bits, one scale a column: two
products of an unsigned byte and a 7-bit weight fit into 16 bits, so that processors with and without instructions for
them (VNNI) sum up the same integers. Sums, norms, attention and the layer of tags stay in fp32.
"""

from __future__ import annotations

import logging
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..article import Article
from ..errors import ModelError
from ..lighter import halve_words, join_masks, scale_queries
from ..params import Params
from ..quotes.config import load_config
from ..quotes.reading import Reader
from ..quotes.tags import TAG_COLUMNS
from ..quotes.windows import special_tokens, tokenise, windows
from ..runtime import Encoding, OnnxBackend, open_tokenizer
from ..tables import annotated_articles, write_json

FILE = "encoder.onnx"
_IN_FP32 = "/classifier"
_ARTICLES_AT_ONCE = 16

log = logging.getLogger(__name__)


def main(root: Path, params: Params) -> None:
    """Write models/encoder.onnx, and into reports/quantise.json how often it tags validation as the export does.

    Raises `ModelError` where there is no exported encoder, or no training article to measure ranges on.
    """
    folder, target = root / "models/splitter", root / "models" / FILE
    source = folder / "model.onnx"
    if not source.is_file():
        raise ModelError(f"{source}: is missing; run `dvc repro train_splitter`")
    train, validation = ([a for a, _ in annotated_articles(root, split)] for split in ("train", "validation"))
    if params.chosen.products == "int8":
        quantise(source, target, measured(train, folder, params.quantise.windows, random.Random(params.seed)))
    else:
        shutil.copyfile(source, target)
        # A few articles show that a copy reads alike; twelve layers in fp32 take minutes for all of them.
        validation = validation[:_ARTICLES_AT_ONCE]
    readers = [Reader.load(folder, OnnxBackend(path, params.threads)) for path in (source, target)]
    summary = {"products": params.chosen.products, "bytes": target.stat().st_size, **agreement(readers, validation)}
    write_json(root / "reports/quantise.json", summary)
    log.info("quantise: %s tags %.1f%% of the tokens as fp32 does", params.chosen.products, 100 * summary["same_tag"])


def measured(articles: Sequence[Article], folder: Path, count: int, chance: random.Random) -> list[Encoding]:
    """Draw articles until there are `count` of their windows, which are cut as in prediction.

    Raises `ModelError` where there are no articles.
    """
    tokenizer, config = open_tokenizer(folder / "tokenizer.json"), load_config(folder)
    special = special_tokens(tokenizer)
    found: list[Encoding] = []
    for article in chance.sample(articles, len(articles)):
        cover = windows(tokenise(article, tokenizer), config.window, config.stride, special)
        found += [window.encoding for window in cover]
        if len(found) >= count:
            break
    if not found:
        raise ModelError("data/articles.jsonl: no annotated training article to measure on; add some to seeds/written")
    return found[:count]


def quantise(source: Path, target: Path, encodings: Sequence[Encoding]) -> None:
    """Quantise the products of an exported encoder with weights, by the ranges that its inputs have on `encodings`.

    What `lighter` spares is left out. Equal inputs give equal bytes.
    """
    import onnx
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

    model = onnx.load(str(source))
    left = [n.name for n in model.graph.node if n.op_type == "MatMul" and n.name.startswith(_IN_FP32)]
    log.info("quantise: lighter in %d layers (queries), %d (masks)", scale_queries(model), join_masks(model))
    with tempfile.TemporaryDirectory() as scratch:
        light, out = Path(scratch) / "light.onnx", Path(scratch) / FILE
        onnx.save(model, str(light))
        quantize_static(
            str(light),
            str(out),
            _Windows(encodings),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=left,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            extra_options={
                "MatMulConstBOnly": True,
                "OpTypesToExcludeOutputQuantization": ["MatMul"],
                "WeightSymmetric": True,
            },
        )
        quantised = onnx.load(str(out))
    halve_words(quantised)
    onnx.checker.check_model(quantised)
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(quantised, str(target))


def agreement(readers: Sequence[Reader], articles: Sequence[Article]) -> Mapping[str, float]:
    """Count how many tokens two readers give the same tag, and how far their logits are apart in the mean."""
    tokens, same, apart = 0, 0, 0.0
    for at in range(0, len(articles), _ARTICLES_AT_ONCE):
        some = articles[at : at + _ARTICLES_AT_ONCE]
        for one, other in zip(*(reader.read(some) for reader in readers), strict=True):
            a, b = one.logits[:, TAG_COLUMNS], other.logits[:, TAG_COLUMNS]
            tokens += len(a)
            same += int((a.argmax(axis=1) == b.argmax(axis=1)).sum())
            apart += float(np.abs(a - b).mean(axis=1).sum())
    return {
        "tokens": tokens,
        "same_tag": round(same / max(1, tokens), 4),
        "logits_apart": round(apart / max(1, tokens), 3),
    }


class _Windows:
    """The windows one by one, as ONNX Runtime's calibration asks for them."""

    def __init__(self, encodings: Sequence[Encoding]) -> None:
        self._left: Iterator[Encoding] = iter(encodings)

    def get_next(self) -> dict[str, Any] | None:
        """Give the next window's inputs, or nothing at the end."""
        encoding = next(self._left, None)
        if encoding is None:
            return None
        ids, types = (np.array([row], dtype=np.int64) for row in (encoding.ids, encoding.types))
        return {"input_ids": ids, "token_type_ids": types, "attention_mask": np.ones_like(ids)}
