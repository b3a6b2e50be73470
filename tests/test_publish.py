from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import TinyProject

from bothsides import __version__
from bothsides.bundle import FILES, verify
from bothsides.card import model_card
from bothsides.encoder import sha256_of
from bothsides.errors import ModelError
from bothsides.stages.publish import export_bundle


def test_the_bundle_is_whole_and_the_report_names_its_files(tiny_project: TinyProject) -> None:
    manifest = verify(tiny_project.bundle)
    report = json.loads((tiny_project.root / "reports/publish.json").read_text())
    assert manifest.version == report["version"] == __version__
    assert {path: entry["sha256"] for path, entry in report["bundle"].items()} == dict(manifest.files)
    assert set(report) == {"version", "model", "parity", "bundle", "below_floor"}
    assert all(p["below"] <= 1e-4 and p["inputs"] >= 5 for p in report["parity"].values())


def test_publishing_again_gives_the_same_bytes(tiny_project: TinyProject, tmp_path: Path) -> None:
    export_bundle(tiny_project.root, tiny_project.params, tmp_path)
    for path in FILES:
        if path != "card.md":
            assert sha256_of(tmp_path / path) == sha256_of(tiny_project.bundle / path), path


def test_an_export_that_differs_too_much_is_refused(tiny_project: TinyProject, tmp_path: Path) -> None:
    params = replace(tiny_project.params, publish=replace(tiny_project.params.publish, parity=0.0))
    with pytest.raises(ModelError, match="differ by"):
        export_bundle(tiny_project.root, params, tmp_path)


def test_the_card_shows_the_figures_with_their_intervals(tiny_project: TinyProject) -> None:
    metrics = json.loads((tiny_project.root / "reports/metrics.json").read_text())
    card = (tiny_project.bundle / "card.md").read_text()
    units = metrics["units"]
    interval = f"{units['joint_f1_low']:.2f} to {units['joint_f1_high']:.2f}"
    assert f"(joint F1) | {units['joint_f1']:.2f} | {interval} |" in card
    for topic in ("Intended use", "Limits", "Data", "no judgement of its truth", "3 real articles (73 units)"):
        assert topic in card


def test_the_card_shows_whether_the_model_favours_a_side(tiny_project: TinyProject) -> None:
    metrics = json.loads((tiny_project.root / "reports/metrics.json").read_text())
    report = json.loads((tiny_project.root / "reports/fairness.json").read_text())
    card = (tiny_project.bundle / "card.md").read_text()
    flipped = metrics["fairness"]["mirrored"]["flipped"]
    assert f"get their own side's label | {flipped:.2f} |" in card
    assert "128 pairs of mirrored statements" in card
    assert f"in {len(report['failures'])} of its checks" in card  # one tiny layer cannot be fair
    ingested = json.loads((tiny_project.root / "reports/ingest.json").read_text())
    metrics["fairness"]["gate_failed"] = 0
    assert "passes every check of the fairness gate" in model_card(metrics, ingested, "1", "fast", "encoder")


def test_a_figure_that_was_not_measured_is_no_empty_cell(tiny_project: TinyProject) -> None:
    metrics = json.loads((tiny_project.root / "reports/metrics.json").read_text())
    ingested = json.loads((tiny_project.root / "reports/ingest.json").read_text())
    del metrics["units"]["joint_f1_low"]
    with pytest.raises(ModelError, match="units/joint_f1"):
        model_card(metrics, ingested, "1", "fast", "encoder")


def test_a_missing_training_is_one_clear_line(tiny_project: TinyProject, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(tiny_project.root / "data", root / "data")
    with pytest.raises(ModelError, match="holds no trained model"):
        export_bundle(root, tiny_project.params, tmp_path / "bundle")
