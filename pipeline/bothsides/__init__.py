"""bothsides: who gets heard in the coverage of teachers' strikes, and for which side."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .predict.predictor import Predictor

__all__ = ["Predictor", "__version__"]
__version__ = "0.2.0.dev0"


def __getattr__(name: str) -> object:
    """Import `Predictor` on first use: it needs numpy, and `bothsides --help` must not wait for it."""
    if name == "Predictor":
        from .predict.predictor import Predictor

        return Predictor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
