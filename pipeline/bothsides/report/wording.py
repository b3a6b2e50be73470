"""The report's sentences and numbers: how shares, intervals and leads are put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..balance import MEASURES, Measure
from ..evaluation.bootstrap import Estimate
from ..unit import STANCES
from .summary import Summary
from .voice import NOTABLE_POINTS, Voice


def headline(voice: Voice) -> str:
    """Say in one sentence how the reported speech is shared, counted by quotes."""
    if not voice.units:
        return "No quote units were found in these articles."
    quotes = voice.shares["quotes"]
    union, district, neutral = (f"{percent(quotes[s])}{_within(quotes[s], voice)}" for s in STANCES)
    return (
        f"Counted by quotes, {union} of the reported speech is aligned with the union, {district} with the "
        f"district, and {neutral} with neither."
    )


def _within(estimate: Estimate, voice: Voice) -> str:
    return f" ({interval(estimate)})" if voice.has_intervals else ""


def warning(summary: Summary) -> str:
    """Say that measures disagree, and how; empty where none do."""
    leads, disagree = summary.comparison.leads, summary.comparison.disagree
    if not disagree:
        return ""
    reversed_ = any(leads[a].value * leads[b].value < 0 for a, b in disagree)
    how = "disagree about which side leads" if reversed_ else "differ in how far one side leads"
    return f"The measures {how}: {_told(leads)}. Report them together, or say why you chose one."


def agreement(summary: Summary) -> str:
    """Say that measures agree, and whether they show a lead at all; empty where there are no units."""
    if not summary.voice.units:
        return ""
    leads = summary.comparison.leads
    clear = [m for m in MEASURES if not leads[m].low <= 0 <= leads[m].high]
    values = [leads[m].value for m in MEASURES]
    if max(values) - min(values) >= NOTABLE_POINTS:
        return f"The measures show different leads: {_told(leads)}. These articles do not tell whether that is chance."
    if not summary.voice.has_intervals:
        return "The three measures agree within a few points."
    if len(clear) < len(MEASURES):
        unclear = _listed([m for m in MEASURES if m not in clear])
        return f"The three measures agree within a few points. By {unclear} it is not clear that one side leads."
    return f"The three measures agree: {_told(leads)}."


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _told(leads: Mapping[Measure, Estimate]) -> str:
    return "; ".join(f"by {measure} {_lead(leads[measure])}" for measure in MEASURES)


def _lead(lead: Estimate) -> str:
    points = abs(round(100 * lead.value))
    if not points:
        return "neither side leads"
    side = "the union side" if lead.value > 0 else "the district side"
    return f"{side} leads by {points} point{'' if points == 1 else 's'}"


def percent(estimate: Estimate | float) -> str:
    """Write a share as a whole percentage."""
    value = estimate if isinstance(estimate, float | int) else estimate.value
    return f"{100 * value:.0f}%"


def interval(estimate: Estimate) -> str:
    """Write the ends of an interval as whole percentages."""
    return f"{100 * estimate.low:.0f} to {100 * estimate.high:.0f}%"


def units_note(units: int) -> str:
    """Write how many units a bar stands for."""
    return f"{units:,} unit{'' if units == 1 else 's'}"
