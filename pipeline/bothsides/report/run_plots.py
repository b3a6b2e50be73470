"""The plots that are drawn for a tracked run alone: the curves of each training, and precision to F1 of each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .plots import BLUE, GREY, ORANGE, new_figure, save

_SHORT = ("union", "district", "neutral")
_BARS = (("precision", GREY, "//"), ("recall", ORANGE, ".."), ("f1", BLUE, ""))
_GROUPS = (("stance", "given units"), ("end_to_end", "found units"))
_SMOOTHING = 25  # steps of the moving average over the loss
_NOT_SCORES = ("epoch", "train_loss", "learning_rate")


def curve_plot(path: Path, training: str, parts: Mapping[str, Sequence[Mapping[str, float]]]) -> None:
    """Draw a training: its loss by step, with a moving average, and what was measured on validation by epoch.

    `parts` holds the rows of `steps` (columns step and loss) and of `epochs` (columns epoch and any figures); either
    may be missing.
    """
    figure, (left, right) = new_figure(9.6, 4.0, columns=2)
    steps, epochs = parts.get("steps", ()), parts.get("epochs", ())
    losses = [(row["step"], row["loss"]) for row in steps if "step" in row and "loss" in row]
    if losses:
        at, loss = zip(*losses, strict=True)
        few = {"marker": "o"} if len(loss) < _SMOOTHING else {}
        left.plot(at, loss, color=GREY, alpha=0.5, linewidth=0.8, label="loss", **few)
        means = [sum(w) / len(w) for w in (loss[max(0, i - _SMOOTHING + 1) : i + 1] for i in range(len(loss)))]
        left.plot(at, means, color=BLUE, label=f"mean of {_SMOOTHING} steps")
        left.legend(frameon=False)
    left.set(xlabel="step", ylabel="loss", title=f"{training}: training")
    names = sorted({name for row in epochs for name in row if name not in _NOT_SCORES})
    for number, name in enumerate(names):
        points = [(row.get("epoch", i), row[name]) for i, row in enumerate(epochs, start=1) if name in row]
        # Markers and dashes tell the lines apart without colour.
        marker, style = "osD^vP*X"[number % 8], ("-", "--", ":")[number % 3]
        right.plot(*zip(*points, strict=True), marker=marker, linestyle=style, label=name)
    right.set(xlabel="epoch", title=f"{training}: validation")
    right.xaxis.get_major_locator().set_params(integer=True)
    if names:
        right.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
    save(figure, path)


def class_plot(path: Path, metrics: Mapping[str, Any]) -> None:
    """Draw precision, recall and F1 of each class with their intervals, on given and on found units."""
    figure, panels = new_figure(9.6, 4.0, columns=2)
    for axes, (group, title) in zip(panels, _GROUPS, strict=True):
        figures = metrics.get(group, {})
        for number, (kind, colour, hatch) in enumerate(_BARS):
            named = [(i, f"{side}_{kind}") for i, side in enumerate(_SHORT) if f"{side}_{kind}" in figures]
            at = [i + (number - 1) * 0.26 for i, _ in named]
            values = [figures[name] for _, name in named]
            ends = [[max(0.0, v - figures[f"{n}_low"]) for (_, n), v in zip(named, values, strict=True)]]
            ends += [[max(0.0, figures[f"{n}_high"] - v) for (_, n), v in zip(named, values, strict=True)]]
            axes.bar(
                at, values, width=0.24, color=colour, hatch=hatch, edgecolor="white", label=kind, yerr=ends, capsize=2
            )
        axes.set_xticks(range(len(_SHORT)), _SHORT)
        axes.set(ylim=(0, 1.05), title=f"Stance by class, {title}")
    panels[1].legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
    save(figure, path)
