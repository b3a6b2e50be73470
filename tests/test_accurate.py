"""`make accurate`: the experiment's bundle lands where `--tier accurate` looks for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bothsides.bundle import locate, read_manifest
from bothsides.errors import ModelError
from bothsides.params import load_params
from bothsides.stages import accurate, sweep


def test_the_bundle_of_the_experiment_is_put_in_place(
    two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    shutil.copytree(two_runs, root, symlinks=True)
    monkeypatch.chdir(root)
    monkeypatch.setattr(accurate, "EXPERIMENT", "fewer-epochs")
    monkeypatch.setattr(sweep, "EXPERIMENTS", {"fewer-epochs": ("train.epochs=1",)})
    monkeypatch.setattr(sweep, "_DOCUMENT", "document.md")
    (root / "document.md").write_text("<!-- sweep -->\n<!-- /sweep -->\n", encoding="utf-8")
    (root / "models/accurate").mkdir(parents=True)
    (root / "models/accurate/old").write_text("old", encoding="utf-8")
    params = load_params(root / "params.yaml")
    with monkeypatch.context() as broken, pytest.raises(ModelError):
        broken.setattr(accurate, "bundle_of", lambda uri: (_ for _ in ()).throw(ModelError(uri)))
        accurate.main(root, params)
    assert (root / "models/accurate/old").exists()
    accurate.main(root, params)
    assert read_manifest(locate(tier="accurate")).name == "bothsides"
    assert not (root / "models/accurate/old").exists()
