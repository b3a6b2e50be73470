"""The options `--tier` and `--model` of the commands."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest

from bothsides.commands.model import add_model_options, chosen_bundle
from bothsides.errors import ModelError


def bundle(*words: str) -> Path | None:
    parser = argparse.ArgumentParser()
    add_model_options(parser)
    return chosen_bundle(parser.parse_args(words))


def test_a_folder_is_itself_and_nothing_means_the_usual_model() -> None:
    assert bundle() is bundle("--tier", "fast") is None
    assert bundle("--model", "some/bundle") == Path("some/bundle")


def test_the_accurate_tier_is_looked_for_in_its_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOTHSIDES_BUNDLE_ACCURATE", raising=False)
    with pytest.raises(
        ModelError, match=r"no accurate model found .* run `make accurate`, or set .BOTHSIDES_BUNDLE_ACC"
    ):
        bundle("--tier", "accurate")
    (tmp_path / "models/accurate").mkdir(parents=True)
    (tmp_path / "models/accurate/manifest.json").write_text("{}")
    assert bundle("--tier", "accurate") == Path("models/accurate")


def test_a_tier_and_a_model_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bundle("--tier", "accurate", "--model", "some/bundle")
    assert "not allowed with argument" in capsys.readouterr().err


def test_a_name_of_mlflow_is_looked_up_in_the_project(two_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(two_runs)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    found = bundle("--model", "models:/bothsides@champion")
    assert found is not None and (found / "manifest.json").is_file()


def test_without_mlflow_the_user_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(ModelError, match="needs MLflow, which is not installed"):
        bundle("--model", "models:/bothsides@champion")
