"""The tables of `bothsides estimate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..coded import CODE_LABELS
from ..unit import STANCES
from .console import plain

if TYPE_CHECKING:
    from rich.table import Table

    from ..coding.evidence import Evidence
    from ..estimation.intervals import Interval
    from ..evaluation.bootstrap import Estimate

_WIDTHS = dict.fromkeys(("same label", "alpha", "kappa", "F1"), 19)


def shares_table(evidence: Evidence) -> Table:
    """Lay out the shares in %: the model's count, the codes alone, and both together."""
    from rich.table import Table
    from rich.text import Text

    table = Table(caption=f"shares of voice by {evidence.measure}, in %, with 95% intervals")
    table.add_column("units (coded)", overflow="fold")
    table.add_column("label")
    for name in ("model's count", "codes alone", "corrected", "corrected, articles like these"):
        table.add_column(name, justify="right")
    for group in evidence.groups:
        name = f"{group.column} {group.value or '(empty)'}" if group.column else "all"
        title = f"{plain(name)}: {group.units} ({group.codes})"
        if group.estimate is None:
            table.add_row(Text(title), "too few codes")
        else:
            for number, label in enumerate(STANCES):
                share = group.estimate.shares[label]
                ranges = map(_percent, (share.alone, share.corrected, share.beyond))
                table.add_row(Text(title if not number else ""), label, f"{100 * share.naive:.1f}", *ranges)
        table.add_section()
    return table


def agreement_table(evidence: Evidence) -> Table:
    """Lay out the agreement of all coders together and of every pair, the model among them."""
    from rich.table import Table
    from rich.text import Text

    caption = "agreement on labels: Krippendorff's alpha, Cohen's kappa, F1 of union / district / neutral / no quote"
    table = Table(caption=f"{caption}; 95% intervals")
    for name in ("who", "units", "same label", "alpha", "kappa", "F1"):
        table.add_column(
            name, justify="left" if name == "who" else "right", overflow="fold", min_width=_WIDTHS.get(name)
        )
    if evidence.together and len(evidence.coders) > 2:
        both = evidence.together
        table.add_row("all coders", str(both.units), _figure(both.raw), _figure(both.alpha), "")
        table.add_section()
    for pair in evidence.pairs:
        scores = [f"{pair.f1[label].value:.2f}".lstrip("0") if label in pair.f1 else "-" for label in CODE_LABELS]
        who = Text(plain(f"{pair.first}, {pair.second}"))
        figures = map(_figure, (pair.raw, pair.alpha, pair.kappa))
        table.add_row(who, str(pair.units), *figures, " / ".join(scores))
    return table


def boundary_table(evidence: Evidence) -> Table:
    """Lay out how far coders, and the model, marked the same stretches."""
    from rich.table import Table
    from rich.text import Text

    table = Table(caption="agreement on where quotes begin and end, in letters, with 95% intervals over units")
    for name in ("who", "units", "overlap (IoU)", "overlap of half", "the very same"):
        table.add_column(name, justify="left" if name == "who" else "right")
    for pair in evidence.boundaries:
        figures = map(_figure, (pair.overlap, pair.half, pair.exact))
        table.add_row(Text(plain(f"{pair.first}, {pair.second}")), str(pair.units), *figures)
    return table


def closing_lines(evidence: Evidence) -> Iterator[str]:
    """Say in a line each what the tables cannot: the verdict, what the model is worth, how to go on."""
    yield from evidence.notes
    yield f"coders: {evidence.verdict}"
    whole = evidence.whole
    if whole.codes < whole.units:
        alone = sum(share.alone.half_width for share in whole.shares.values())
        both = sum(share.corrected.half_width for share in whole.shares.values())
        narrower = max(0, round(100 * (1 - both / alone)))
        yield f"the model makes the intervals {narrower}% narrower than the codes alone"
    if whole.valid < 1:
        yield f"{100 * (1 - whole.valid):.1f}% of the units are no quotes; the shares are among the others"
    if evidence.half_width is not None and evidence.needed is not None:
        points = f"{100 * evidence.half_width:g} points"
        more = evidence.needed - whole.codes
        yield f"about {more} more codes would bring every interval to ± {points}" if more else f"± {points} is reached"
    if evidence.next_units:
        shown = ", ".join(evidence.next_units[:5])
        yield f"next to code, in the order of the draw: {shown}{' ...' if len(evidence.next_units) > 5 else ''}"


def _percent(interval: Interval) -> str:
    return f"{100 * interval.value:.1f} ({100 * interval.low:.1f} to {100 * interval.high:.1f})"


def _figure(estimate: Estimate | None) -> str:
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})" if estimate else "-"
