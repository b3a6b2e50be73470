"""The published bundle as an MLflow model that answers without the project's checkout."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from ..unit_columns import UNIT_COLUMNS

EXAMPLE = {"id": ["a1"], "text": ['"We asked for smaller classes," union president Ana Diaz said.']}
"""The input example that is kept with the model."""


def log_model(root: Path, bundle: Path) -> str:
    """Log the bundle with the package's code, signature, example and requirements to the active run; give its URI."""
    import mlflow
    import pandas as pd
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    package = Path(__file__).parents[1]
    needed = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = [requirement.split(">")[0].split("=")[0].strip() for requirement in needed]
    with _no_bytecode():
        logged = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(package / "pyfunc.py"),
            artifacts={"bundle": str(bundle)},
            code_paths=[str(package)],
            pip_requirements=[f"{name}=={version(name)}" for name in ["mlflow", "pandas", *names]],
            signature=ModelSignature(
                inputs=Schema([ColSpec("string", "id"), ColSpec("string", "text")]),
                outputs=Schema([ColSpec(kind, name) for name, kind in UNIT_COLUMNS.items()]),
            ),
            input_example=pd.DataFrame(EXAMPLE),
        )
    return str(logged.model_uri)


@contextmanager
def _no_bytecode() -> Iterator[None]:
    """Keep MLflow, which imports the code that it has copied, from leaving bytecode in the model."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before
