from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from bothsides.evaluation.bootstrap import Estimate
from bothsides.evaluation.calibration import CoveragePoint, ReliabilityBin
from bothsides.report.plots import confusion_plot, coverage_plot, reliability_plot

MATRIX = {"union-aligned": {"union-aligned": 3, "neutral": 1}, "neutral": {"union-aligned": 0, "neutral": 0}}
BINS = [ReliabilityBin(0.8, 0.9, 4, 0.85, 0.75)]
CURVE = [CoveragePoint(c, 0.9, Estimate(0.8, 0.7, 0.9)) for c in (0.5, 1.0)]

PLOTS: list[Callable[[Path], None]] = [
    lambda path: confusion_plot(path, MATRIX),
    lambda path: reliability_plot(path, BINS),
    lambda path: coverage_plot(path, CURVE),
]


@pytest.mark.parametrize("draw", PLOTS)
def test_a_png_with_the_same_bytes_each_time(draw: Callable[[Path], None], tmp_path: Path) -> None:
    first, again = tmp_path / "new/first.png", tmp_path / "again.png"
    draw(first)
    draw(again)
    data = first.read_bytes()
    assert data == again.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG") and width > 500 and height > 400
    assert b"Software" not in data and b"tEXt" not in data


def test_other_figures_other_plot(tmp_path: Path) -> None:
    reliability_plot(tmp_path / "a.png", BINS)
    reliability_plot(tmp_path / "b.png", [ReliabilityBin(0.8, 0.9, 4, 0.85, 0.25)])
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()
