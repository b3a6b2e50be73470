from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT

from bothsides.report.run_plots import class_plot, curve_plot

PNG = b"\x89PNG"


@pytest.mark.parametrize(
    "parts",
    [
        {"steps": [{"step": float(i), "loss": 1 / i} for i in range(1, 60)], "epochs": [{"epoch": 1.0, "f1": 0.5}]},
        {"steps": [{"step": 1.0, "loss": 0.5}], "epochs": [{"f1": 0.5}, {"f1": 0.6, "ece": 0.1}]},
        {"epochs": []},
        {"steps": [{"other": 1.0}]},
    ],
)
def test_whatever_a_training_wrote_is_drawn(tmp_path: Path, parts: dict[str, list[dict[str, float]]]) -> None:
    curve_plot(tmp_path / "a.png", "train", parts)
    curve_plot(tmp_path / "b.png", "train", parts)
    assert (tmp_path / "a.png").read_bytes()[:4] == PNG
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_classes_are_drawn_from_the_committed_metrics(tmp_path: Path) -> None:
    class_plot(tmp_path / "classes.png", json.loads((ROOT / "reports/metrics.json").read_text()))
    assert len((tmp_path / "classes.png").read_bytes()) > 10_000
    class_plot(tmp_path / "empty.png", {})
    assert (tmp_path / "empty.png").read_bytes()[:4] == PNG
