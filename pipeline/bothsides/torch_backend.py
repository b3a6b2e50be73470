"""A trained model in torch behind the same interface as an ONNX session; only training and its stages use it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError
from .runtime import Logits


class TorchBackend:
    """A saved transformers model (`tokens`: token classification, `sequence`: sequence classification)."""

    def __init__(self, folder: Path, kind: Literal["tokens", "sequence"], threads: int) -> None:
        """Load config.json and model.safetensors of a folder.

        Raises `ModelError` where they are missing.
        """
        import torch
        from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

        if not (folder / "model.safetensors").is_file():
            raise ModelError(f"{folder}: holds no trained model; run `dvc repro`")
        torch.set_num_threads(threads)
        auto = AutoModelForTokenClassification if kind == "tokens" else AutoModelForSequenceClassification
        self._model = auto.from_pretrained(folder, local_files_only=True, use_safetensors=True).eval()

    def logits(self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]) -> Logits:
        """See `runtime.Backend.logits`."""
        import torch

        with torch.inference_mode():
            out = self._model(
                input_ids=torch.from_numpy(ids),
                token_type_ids=torch.from_numpy(types),
                attention_mask=torch.from_numpy(mask),
            )
        return np.asarray(out.logits.numpy(), dtype=np.float32)
