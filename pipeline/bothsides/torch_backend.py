"""A trained model in torch behind the same interface as an ONNX session; only training and its stages use it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .network import load_tagger
from .runtime import Logits


class TorchBackend:
    """The trained tagger: the logits of each token, then its hidden state, as one row."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Load config.json and model.safetensors of a folder.

        Raises `ModelError` where they are missing.
        """
        import torch

        torch.set_num_threads(threads)
        self._model = load_tagger(folder)

    def logits(self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]) -> Logits:
        """See `runtime.Backend.logits`."""
        import torch

        with torch.inference_mode():
            out = self._model(*(torch.from_numpy(a) for a in (ids, types, mask)))
        return np.asarray(out.numpy(), dtype=np.float32)
