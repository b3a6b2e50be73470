"""The figures of the report, drawn by Matplotlib as inline SVG, each in a wide form and in one for narrow screens.

Stances differ by colour and by hatching or marker, so that nothing is told by colour alone.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..balance import MEASURES, Measure
from ..unit import STANCES, StanceLabel
from .svg import INKS, inline
from .voice import Voice

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INK = {name: colour for colour, name in INKS.items()}
_COLOURS = [_INK["union"], _INK["district"], _INK["neutral"]]
_HATCHES = ["", "////", "---"]
# What is no side has other colours than the sides.
_PLAIN_COLOURS, _PLAIN_HATCHES = [_INK["muted"], _INK["muted"], _INK["rule"]], ["", "////", ""]
_MARKERS: Mapping[StanceLabel, str] = dict(zip(STANCES, "oDs", strict=True))
_LINES: Mapping[StanceLabel, str] = dict(zip(STANCES, ("-", "--", ":"), strict=True))
_WIDTHS = {"wide": 7.2, "narrow": 3.9}
_FONT = 9.6


@dataclass(frozen=True)
class Chart:
    """A figure as two `svg` elements, for wide and for narrow pages, safe to be put into a page as they are."""

    wide: str
    narrow: str


@dataclass(frozen=True)
class Point:
    """One period of the figure over time."""

    start: date
    label: str
    voice: Voice


def voice_chart(voice: Voice) -> Chart:
    """Draw each side's share by the three measures, with intervals."""

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.add_subplot()
        rows = [(stance, measure) for stance in STANCES for measure in MEASURES]
        for row, (stance, measure) in enumerate(rows):
            estimate, y = voice.shares[measure][stance], row + row // len(MEASURES)
            colour = _COLOURS[STANCES.index(stance)]
            if voice.has_intervals:
                axes.plot([estimate.low, estimate.high], [y, y], color=colour, linewidth=2.4, solid_capstyle="butt")
            axes.plot([estimate.value], [y], marker=_MARKERS[stance], color=colour, markersize=7)
            axes.text(
                1.02, y, f"{estimate.value:.0%}", va="center", color=_INK["ink"], transform=axes.get_yaxis_transform()
            )
        ticks = [row + row // len(MEASURES) for row in range(len(rows))]
        axes.set_yticks(ticks, [f"{s.split('-')[0] if narrow else s}, {m}" for s, m in rows])
        axes.set_ylim(max(ticks) + 0.7, -0.7)
        _percent_axis(axes, _quarter_above(max(e.high for of in voice.shares.values() for e in of.values())))

    described = "; ".join(
        f"{s}: " + ", ".join(f"{m} {voice.shares[m][s].value:.0%}" for m in MEASURES) for s in STANCES
    )
    return _chart("voice", "Share of voice by three measures", described, draw, lambda narrow: 3.3)


def stacked_chart(
    name: str, title: str, rows: Sequence[tuple[str, Sequence[float], str]], labels: Sequence[str]
) -> Chart:
    """Draw a bar a row, parted into the shares of up to three labels; a row is its name, its shares and a note."""

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.add_subplot()
        for y, (_, shares, note) in enumerate(rows):
            left = 0.0
            for share, colour, hatch in zip(shares, *_look(labels), strict=False):
                axes.barh(
                    y, share, left=left, height=0.66, color=colour, hatch=hatch, edgecolor=_INK["paper"], linewidth=0.8
                )
                if share >= (0.16 if narrow else 0.09):
                    box = {"boxstyle": "square,pad=0.15", "facecolor": _INK["paper"], "edgecolor": "none"}
                    axes.text(
                        left + share / 2, y, f"{share:.0%}", ha="center", va="center", color=_INK["ink"], bbox=box
                    )
                left += share
            axes.text(1.02, y, note, va="center", color=_INK["muted"])
        axes.set_yticks(range(len(rows)), [_short(row[0], 16 if narrow else 30) for row in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        _percent_axis(axes)
        _legend(figure, labels, narrow)

    described = "; ".join(
        f"{row}: " + ", ".join(f"{label} {share:.0%}" for label, share in zip(labels, shares, strict=True))
        for row, shares, _ in rows
    )
    return _chart(name, title, described, draw, lambda narrow: 0.95 + 0.34 * len(rows) + (0.2 if narrow else 0))


def time_chart(points: Sequence[Point], measure: Measure, phases: Sequence[tuple[str, date, date]]) -> Chart:
    """Draw the sides' shares over time with their intervals, and below them how many articles each period has."""

    def draw(figure: Figure, narrow: bool) -> None:
        from matplotlib.ticker import MultipleLocator, PercentFormatter

        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3.2, 1))
        at = [p.start.toordinal() for p in points]
        gap = min((b - a for a, b in pairwise(at)), default=1)
        for number, (label, first, last) in enumerate(phases):
            start, end = first.toordinal() - gap / 2, last.toordinal() + gap / 2
            for axes in (above, below):
                axes.axvspan(start, end, facecolor=_INK["shade"], edgecolor="none", zorder=0)
            middle, over = (start + end) / 2, 1.03 + 0.09 * (number % 2)
            above.text(
                middle,
                over,
                _short(label, 14 if narrow else 28),
                ha="center",
                color=_INK["ink"],
                transform=above.get_xaxis_transform(),
            )
        for stance in STANCES[:2]:
            colour = _COLOURS[STANCES.index(stance)]
            known = [
                (x, p.voice.shares[measure][stance], p.voice) for x, p in zip(at, points, strict=True) if p.voice.units
            ]
            sure = [(x, e) for x, e, v in known if v.has_intervals]
            for x, e in sure:
                shift = gap * (0.09 if stance == STANCES[0] else -0.09)
                above.plot([x - shift, x - shift], [e.low, e.high], color=colour, linewidth=1.3, alpha=0.55)
            above.plot(
                [x for x, _, _ in known],
                [e.value for _, e, _ in known],
                color=colour,
                linestyle=_LINES[stance],
                marker=_MARKERS[stance],
                markersize=4.5,
                label=stance,
            )
        shown = [e for p in points if p.voice.units for e in p.voice.shares[measure].values()]
        above.set_ylim(0, _quarter_above(max(e.high for e in shown)))
        above.yaxis.set_major_locator(MultipleLocator(0.25))
        above.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        below.bar(at, [p.voice.articles for p in points], width=gap * 0.7, color=_INK["muted"])
        below.set_ylabel("articles", color=_INK["muted"])
        below.yaxis.get_major_locator().set_params(integer=True, nbins=3)
        step = max(1, -(-len(points) // (4 if narrow else 9)))
        below.set_xticks(at[::step], [p.label for p in points][::step])
        for axes in (above, below):
            _bare(axes)
            axes.grid(axis="y", color=_INK["rule"], linewidth=0.6)
        figure.legend(loc="outside lower center", ncols=2, frameon=False, handlelength=3.2, labelcolor=_INK["ink"])

    described = "; ".join(
        f"{p.label}: " + ", ".join(f"{s} {p.voice.shares[measure][s].value:.0%}" for s in STANCES[:2])
        for p in points
        if p.voice.units
    )
    return _chart("time", f"Share of voice over time, by {measure}", described, draw, lambda narrow: 3.6)


def _chart(
    name: str, title: str, description: str, draw: Callable[[Figure, bool], None], height: Callable[[bool], float]
) -> Chart:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    drawn = {}
    # Text stays text, and ids come from the salt: the same figure gives the same bytes.
    settings: dict[str, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "font.size": _FONT,
        "hatch.linewidth": 0.9,
    }
    # The browser has glyphs that Matplotlib's font lacks.
    with rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        for kind, width in _WIDTHS.items():
            figure = Figure(figsize=(width, height(kind == "narrow")), layout="constrained")
            FigureCanvasSVG(figure)
            figure.patch.set_alpha(0)
            draw(figure, kind == "narrow")
            file = io.StringIO()
            figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
            drawn[kind] = inline(file.getvalue(), f"{name}-{kind}", title, description, kind)
    return Chart(**drawn)


def _look(labels: Sequence[str]) -> tuple[list[str], list[str]]:
    """Choose the colours and the hatching of the parts of a bar."""
    return (_COLOURS, _HATCHES) if tuple(labels) == STANCES else (_PLAIN_COLOURS, _PLAIN_HATCHES)


def _legend(figure: Figure, labels: Sequence[str], narrow: bool) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=_INK["paper"], label=label)
        for label, colour, hatch in zip(labels, *_look(labels), strict=False)
    ]
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=2 if narrow else 3,
        frameon=False,
        labelcolor=_INK["ink"],
        handleheight=1.2,
    )


def _quarter_above(highest: float) -> float:
    """Give the end of an axis from 0 that holds all values: a quarter, a half, three quarters or one."""
    return next((end for end in (0.25, 0.5, 0.75) if highest <= end - 0.02), 1.0)


def _percent_axis(axes: Any, end: float = 1.0) -> None:
    from matplotlib.ticker import MultipleLocator, PercentFormatter

    axes.set_xlim(0, end)
    axes.xaxis.set_major_locator(MultipleLocator(0.25 if end > 0.5 else 0.1))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(axis="x", color=_INK["rule"], linewidth=0.6)
    axes.set_axisbelow(True)
    _bare(axes)


def _bare(axes: Any) -> None:
    axes.patch.set_alpha(0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(_INK["rule"])
    axes.tick_params(length=0, labelcolor=_INK["ink"])


def _short(text: str, longest: int) -> str:
    plain = " ".join(text.split())
    # A dollar sign would begin a formula.
    return (plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…").replace("$", r"\$")
