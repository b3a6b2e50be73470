"""The option `--model` of the commands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bothsides.commands.model import bundle_named
from bothsides.errors import ModelError


def test_a_folder_is_itself_and_nothing_means_the_usual_model() -> None:
    assert bundle_named("") is None
    assert bundle_named("some/bundle") == Path("some/bundle")


def test_a_name_of_mlflow_is_looked_up_in_the_project(two_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(two_runs)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    bundle = bundle_named("models:/bothsides@champion")
    assert bundle is not None and (bundle / "manifest.json").is_file()


def test_without_mlflow_the_user_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(ModelError, match="needs MLflow, which is not installed"):
        bundle_named("models:/bothsides@champion")
