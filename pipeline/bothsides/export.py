"""From torch to ONNX: export of the trained encoder, and the proof that both give the same numbers."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError
from .network import load_tagger
from .runtime import Backend, Logits

_OPSET = 17
_INPUTS = ("input_ids", "token_type_ids", "attention_mask")


class ParityBackend:
    """Runs every batch through two backends and keeps the largest difference of a logit; answers as the first.

    Whatever takes a backend (the splitter, the stance model) is so checked on just the inputs that it builds itself.
    """

    def __init__(self, reference: Backend, exported: Backend) -> None:
        self._reference = reference
        self._exported = exported
        self.difference = 0.0
        self.inputs = 0

    def logits(self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]) -> Logits:
        """See `runtime.Backend.logits`."""
        expected = self._reference.logits(ids, types, mask)
        found = self._exported.logits(ids, types, mask)
        if expected.shape != found.shape:
            raise ModelError(f"the exported model gives logits of shape {found.shape}, torch of {expected.shape}")
        # Padding is no token: what stands there is read by nobody.
        real = mask.astype(bool)
        worst = float(np.abs(expected[real] - found[real]).max(initial=0.0))
        # A NaN must fail the check, and max() would drop it.
        self.difference = worst if np.isnan(worst) else max(self.difference, worst)
        self.inputs += len(ids)
        return expected

    def check(self, name: str, limit: float) -> None:
        """Raise `ModelError` where nothing was compared or the logits differ by `limit` or more."""
        if not self.inputs:
            raise ModelError(f"{name}: no input reached the exported model, so it could not be compared with torch")
        if not self.difference < limit:
            raise ModelError(
                f"{name}: logits of ONNX and torch differ by {self.difference:.2e}, allowed is less than {limit:.0e} "
                "(publish.parity in params.yaml)"
            )


def export_onnx(folder: Path, target: Path) -> None:
    """Export a trained tagger to ONNX in fp32, with free batch and token axes; see `network.load_tagger`.

    The same weights give the same bytes. Raises `ModelError` where the folder holds no trained model.
    """
    import onnx
    import torch

    model = load_tagger(folder)
    free = {0: "batch", 1: "tokens"}
    example = torch.ones((2, 8), dtype=torch.long)
    target.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (example, torch.zeros_like(example), example),
            str(target),
            input_names=list(_INPUTS),
            output_names=["rows"],
            dynamic_axes=dict.fromkeys((*_INPUTS, "rows"), free),
            opset_version=_OPSET,
            dynamo=False,
        )
    onnx.checker.check_model(str(target))
    logging.getLogger(__name__).info("exported %s (%.1f MB)", target, target.stat().st_size / 1e6)
