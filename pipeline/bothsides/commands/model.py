"""Which model a command uses: `--tier`, or `--model`, a bundle's folder or a model in MLflow's registry."""

from __future__ import annotations

import argparse
from pathlib import Path

_MLFLOW = ("models:/", "runs:/")


def add_model_options(command: argparse.ArgumentParser) -> None:
    """Declare `--tier` and `--model`, of which one excludes the other."""
    from ..bundle import TIERS

    chosen = command.add_mutually_exclusive_group()
    chosen.add_argument(
        "--tier",
        choices=TIERS,
        default="fast",
        help="fast (the default), or accurate: about eight times slower, made by `make accurate`",
    )
    chosen.add_argument(
        "--model", default="", metavar="MODEL", help="folder of a bundle, or models:/NAME@ALIAS of MLflow"
    )


def chosen_bundle(options: argparse.Namespace) -> Path | None:
    """Give the bundle's folder that the options ask for; None where they ask for none, which means the usual one.

    Raises `ModelError` where it is not there, or MLflow is asked for and is not installed or does not know the model.
    """
    from ..bundle import TIERS, locate

    if options.model.startswith(_MLFLOW):
        from ..tracking.registry import bundle_of

        return bundle_of(options.model)
    if options.model:
        return Path(options.model)
    return locate(tier=options.tier) if options.tier != TIERS[0] else None
