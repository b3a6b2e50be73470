"""The stance head: a small network from a unit's pooled vectors to six logits, run in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..errors import ModelError
from ..runtime import Logits

FILE = "head.npz"
OUTPUTS = 6
"""Three stances, then three of whom the source speaks for."""

_NAMES = ("hidden_weight", "hidden_bias", "out_weight", "out_bias")
_GELU = float(np.sqrt(2 / np.pi))


@dataclass(frozen=True)
class Head:
    """One hidden layer with GELU: weights (hidden, inputs) and (6, hidden), as torch lays them out."""

    hidden_weight: Logits
    hidden_bias: Logits
    out_weight: Logits
    out_bias: Logits

    @property
    def arrays(self) -> tuple[Logits, ...]:
        """The four arrays in the order of the fields."""
        return self.hidden_weight, self.hidden_bias, self.out_weight, self.out_bias

    def logits(self, vectors: Logits) -> Logits:
        """Give the logits (units, 6) of pooled vectors (units, inputs), each row by itself.

        Row by row, because a matrix product rounds differently with the number of rows, and the answer for a unit must
        not depend on what else is in its article.
        """
        rows = [self.out_weight @ _gelu(self.hidden_weight @ v + self.hidden_bias) + self.out_bias for v in vectors]
        return np.stack(rows) if rows else np.zeros((0, OUTPUTS), dtype=np.float32)

    def write(self, path: Path) -> None:
        """Write the weights as an npz file whose bytes depend on nothing else."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **dict(zip(_NAMES, self.arrays, strict=True)))  # type: ignore[arg-type]

    @staticmethod
    def read(path: Path) -> Head:
        """Read the weights.

        Raises `ModelError` where the file is missing or not a head.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return Head(*(np.asarray(arrays[name], dtype=np.float32) for name in _NAMES))
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise ModelError(f"{path}: cannot be read; publish the model again with `dvc repro`") from error


def _gelu(x: Logits) -> Logits:
    """GELU in its tanh form (Hendrycks and Gimpel 2016), which needs no error function."""
    value: Logits = 0.5 * x * (1 + np.tanh(_GELU * (x + np.float32(0.044715) * x**3)))
    return value
