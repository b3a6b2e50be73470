"""Tokenizers, ONNX sessions and batching by length: runs encodings through a model without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BATCH_TOKENS = 512
"""Padded tokens a batch: few of them are padding, and more at once is no faster on a CPU; no result depends on it."""
WIDTH_STEP = 8
"""Inputs are padded to the next multiple of this, so that the padding of one never depends on what is run with it."""

_SLOWER = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""Rewritings of a graph that ONNX Runtime's CPU kernels pay for: without them a pass takes 8% less time."""

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Encoding:
    """The tokens of one input, special tokens included: ids and segment (type) ids, of equal length."""

    ids: tuple[int, ...]
    types: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.ids)


class Backend(Protocol):
    """Whatever runs a model on one padded batch: ONNX Runtime in prediction, torch in training."""

    def logits(self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]) -> Logits:
        """Give the logits of a batch (batch, tokens): (batch, tokens, labels)."""
        ...


class OnnxBackend:
    """An exported model in ONNX Runtime on the CPU."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load a model; with one thread the sums of a matrix product are never parted, so results are the same bits.

        Raises `ModelError` where the file is missing or cannot be loaded.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Without plans per input shape: batches come in many shapes, and every plan stays in memory.
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER
            )
        except Exception as error:  # onnxruntime's exceptions share no base but Exception
            raise ModelError(f"{path}: cannot be loaded as an ONNX model; publish it again with `dvc repro`") from error

    def logits(self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]) -> Logits:
        """See `Backend.logits`."""
        feed = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        (out,) = self._session.run(None, feed)
        return np.asarray(out, dtype=np.float32)


def open_tokenizer(path: Path) -> Tokenizer:
    """Read a tokenizer.json, without the truncation and padding that it may have been saved with.

    Raises `ModelError` where it is missing or broken.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"{path}: cannot be read as a tokenizer; publish the model again with `dvc repro`") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def run(backend: Backend, encodings: Sequence[Encoding], batch_tokens: int) -> list[Logits]:
    """Run encodings through a model in batches of one width, at most `batch_tokens` padded tokens each.

    The result is in the order of the input, each (tokens, labels), cut to its own length. An input that
    alone is longer than `batch_tokens` makes a batch of its own. The logits of an input are the same bits whatever
    else is run with it: its padding depends on its own length alone (`WIDTH_STEP`), and a row of a batch does not
    see the others.
    """
    by_width: dict[int, list[int]] = {}
    for i, encoding in enumerate(encodings):
        by_width.setdefault(-(-len(encoding) // WIDTH_STEP) * WIDTH_STEP, []).append(i)
    out: dict[int, Logits] = {}
    for width, members in sorted(by_width.items()):
        rows = max(1, batch_tokens // max(1, width))
        for at in range(0, len(members), rows):
            out |= _run_batch(backend, encodings, members[at : at + rows], width)
    return [out[i] for i in range(len(encodings))]


def log_softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Turn logits into log-probabilities along the last axis."""
    shifted = np.asarray(logits, dtype=np.float64)
    if shifted.size:
        shifted = shifted - shifted.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def _run_batch(backend: Backend, encodings: Sequence[Encoding], batch: list[int], width: int) -> dict[int, Logits]:
    ids, types, mask = (np.zeros((len(batch), width), dtype=np.int64) for _ in range(3))
    for row, i in enumerate(batch):
        n = len(encodings[i])
        ids[row, :n], types[row, :n], mask[row, :n] = encodings[i].ids, encodings[i].types, 1
    logits = backend.logits(ids, types, mask)
    return {i: logits[row, : len(encodings[i])] for row, i in enumerate(batch)}
