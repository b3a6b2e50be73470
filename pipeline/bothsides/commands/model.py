"""The value of `--model`: the folder of a bundle, or a model in MLflow's registry where MLflow is installed."""

from __future__ import annotations

from pathlib import Path

_MLFLOW = ("models:/", "runs:/")


def bundle_named(model: str) -> Path | None:
    """Give the bundle's folder that a model's name stands for; None for the empty name, which means the usual one.

    Raises `ModelError` where MLflow is asked for and is not installed, or does not know the model.
    """
    if model.startswith(_MLFLOW):
        from ..tracking.registry import bundle_of

        return bundle_of(model)
    return Path(model) if model else None
