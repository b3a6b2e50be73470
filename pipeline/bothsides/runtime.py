"""ONNX sessions and batching by length: runs encodings through a model without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError

BATCH_TOKENS = 512
"""Padded tokens a batch: the fastest on CPUs in our measurements (docs/experiments.md)."""

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
        """Give the logits of a batch (batch, tokens): (batch, labels) or (batch, tokens, labels)."""
        ...


class OnnxBackend:
    """An exported model in ONNX Runtime on the CPU."""

    def __init__(self, path: Path, threads: int = 0) -> None:
        """Load a model; `threads` 0 takes all cores.

        Raises `ModelError` where the file is missing or cannot be loaded.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's exceptions share no base but Exception
            raise ModelError(f"{path}: cannot be loaded as an ONNX model; publish it again with `dvc repro`") from error

    def logits(self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]) -> Logits:
        """See `Backend.logits`."""
        feed = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        (out,) = self._session.run(None, feed)
        return np.asarray(out, dtype=np.float32)


def run(backend: Backend, encodings: Sequence[Encoding], batch_tokens: int) -> list[Logits]:
    """Run encodings through a model, sorted by length, at most `batch_tokens` padded tokens a batch.

    The result is in the order of the input; token-level logits are cut to each input's own length. An input that
    alone is longer than `batch_tokens` makes a batch of its own.
    """
    order = sorted(range(len(encodings)), key=lambda i: (len(encodings[i]), i))
    out: dict[int, Logits] = {}
    batch: list[int] = []
    for i in order:
        if batch and (len(batch) + 1) * len(encodings[i]) > batch_tokens:
            out |= _run_batch(backend, encodings, batch)
            batch = []
        batch.append(i)
    if batch:
        out |= _run_batch(backend, encodings, batch)
    return [out[i] for i in range(len(encodings))]


def _run_batch(backend: Backend, encodings: Sequence[Encoding], batch: list[int]) -> dict[int, Logits]:
    width = max(len(encodings[i]) for i in batch)
    ids, types, mask = (np.zeros((len(batch), width), dtype=np.int64) for _ in range(3))
    for row, i in enumerate(batch):
        n = len(encodings[i])
        ids[row, :n], types[row, :n], mask[row, :n] = encodings[i].ids, encodings[i].types, 1
    logits = backend.logits(ids, types, mask)
    if logits.ndim == 2:
        return {i: logits[row] for row, i in enumerate(batch)}
    return {i: logits[row, : len(encodings[i])] for row, i in enumerate(batch)}
