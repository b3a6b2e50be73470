"""The plots of the evaluation, as PNG files with the same bytes for the same figures.

The colours are those of Okabe and Ito, told apart with every kind of colour vision; nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..evaluation.calibration import CoveragePoint, ReliabilityBin

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#666666"
_DPI = 120


def confusion_plot(path: Path, matrix: Mapping[str, Mapping[str, int]], title: str = "Stance of gold units") -> None:
    """Draw a confusion matrix, gold labels in rows: the counts, shaded by their share of the row."""
    figure, axes = new_figure(5.2, 4.4)
    labels = list(matrix)
    counts = [[matrix[gold][found] for found in labels] for gold in labels]
    shares = [[n / max(1, sum(row)) for n in row] for row in counts]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            ink = "white" if shares[i][j] > 0.5 else "black"
            axes.text(j, i, f"{count}\n{shares[i][j]:.0%}", ha="center", va="center", color=ink)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="predicted", ylabel="gold", title=title)
    save(figure, path)


def reliability_plot(path: Path, bins: Sequence[ReliabilityBin]) -> None:
    """Draw accuracy against confidence, one point a bin with its number of units; the diagonal is perfect."""
    figure, axes = new_figure(5.2, 4.4)
    axes.plot([0, 1], [0, 1], linestyle="--", color=GREY, label="perfectly calibrated")
    axes.plot([b.confidence for b in bins], [b.accuracy for b in bins], marker="o", color=BLUE, label="model")
    for b in bins:
        axes.annotate(f"{b.units}", (b.confidence, b.accuracy), textcoords="offset points", xytext=(5, -12))
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0.3, 1.02), ylim=(-0.02, 1.05), title="Reliability")
    axes.legend(loc="lower right", frameon=False)
    save(figure, path)


def coverage_plot(path: Path, curve: Sequence[CoveragePoint]) -> None:
    """Draw accuracy among the surest units against their share, with its 95% interval."""
    figure, axes = new_figure(5.2, 4.4)
    at = [p.coverage for p in curve]
    low, high = [p.accuracy.low for p in curve], [p.accuracy.high for p in curve]
    axes.fill_between(at, low, high, color=ORANGE, alpha=0.3, linewidth=0, label="95% interval over articles")
    axes.plot(at, [p.accuracy.value for p in curve], marker="o", color=BLUE, label="model")
    axes.set(
        xlabel="share of units answered, surest first",
        ylabel="accuracy",
        xlim=(0, 1.02),
        ylim=(0, 1.05),
        title="Accuracy against coverage",
    )
    axes.legend(loc="lower left", frameon=False)
    save(figure, path)


def new_figure(width: float, height: float, columns: int = 1) -> tuple[Figure, Any]:
    """Make a figure (inches) and its axes, one after the other where there are several columns."""
    # The figure is made without pyplot, so that neither a display nor a global state is touched.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(1, columns)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG; the same figure gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})
