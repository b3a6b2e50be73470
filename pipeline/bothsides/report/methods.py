"""The paragraph on methods that a user can paste: what was counted, by which model, how well, with which limits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..bundle import TIERS, Tier, locate, read_manifest
from ..errors import ModelError
from .summary import Summary
from .voice import FEWEST_ARTICLES, RESAMPLES, ROUGH_ARTICLES, SEED

_CARD_ROW = re.compile(r"^\| (.+?) \| ([\d.]+) \| ([\d.]+) to ([\d.]+) \|$", re.MULTILINE)
_QUOTED_FIGURES = {
    "Quote units found, with the right mention of the speaker (joint F1)": "units found, with the right mention of the "
    "speaker, F1",
    "Speaker's full name, of found units (share right)": "share of found units with the speaker's right full name",
    "Stance of given units (macro-F1)": "stance of given units, macro-F1",
}
_JUDGED = re.compile(r"Judged on (\d+) real articles")


@dataclass(frozen=True)
class ModelNote:
    """What made the results: the model's hash, the version of bothsides, the card's figures with their intervals."""

    model: str
    version: str = ""
    figures: Sequence[tuple[str, str, str, str]] = ()
    judged_on: str = ""


def model_note(manifest: Mapping[str, Any]) -> ModelNote:
    """Read the model's hash from the manifest of the results, and its figures where that very model is installed."""
    plan = manifest.get("plan")
    told = plan if isinstance(plan, Mapping) else {}
    model, version = (str(told.get(name) or "") for name in ("model", "bothsides"))
    try:
        folder = locate(tier=_tier(model) or TIERS[0])
        if not model or read_manifest(folder).model != model:
            return ModelNote(model, version)
        card = (folder / "card.md").read_text(encoding="utf-8")
    except (ModelError, OSError, UnicodeDecodeError):
        return ModelNote(model, version)
    rows = {m[1]: (m[2], m[3], m[4]) for m in _CARD_ROW.finditer(card)}
    figures = [(text, *rows[name]) for name, text in _QUOTED_FIGURES.items() if name in rows]
    judged = _JUDGED.search(card)
    return ModelNote(model, version, figures, judged[1] if judged else "")


def _tier(model: str) -> Tier | None:
    """Read the tier off a model's name; None where the name, of an older version, does not begin with one."""
    return next((tier for tier in TIERS if model.startswith(f"{tier}-")), None)


def methods(summary: Summary, note: ModelNote, failed: int) -> list[str]:
    """Write the paragraphs; plain sentences, no markup."""
    return [_data(summary, failed), _model(note), _measures(), _intervals(summary), _limits(summary)]


def _data(summary: Summary, failed: int) -> str:
    articles, units = len(summary.entries), summary.voice.units
    outlets = len({e.outlet for e in summary.entries if e.outlet})
    said = f"We analysed {articles:,} {_plural(articles, 'news article')}"
    if outlets:
        said += f" from {outlets:,} {_plural(outlets, 'outlet')}"
    if days := summary.days:
        said += f", dated {_day(days.first)}" + (f" to {_day(days.last)}" if days.first < days.last else "")
    said += f". They hold {units:,} quote {_plural(units, 'unit')}: what one source is reported to have said under one "
    said += "attribution, direct or indirect."
    if silent := articles - summary.spoken:
        said += f" {silent:,} {_plural(silent, 'article')} held no unit."
    if failed:
        said += f" {failed:,} further {_plural(failed, 'input')} could not be read."
    return said


def _model(note: ModelNote) -> str:
    said = "Units, speakers and stances (union-aligned, district-aligned or neutral) were found by "
    said += f"bothsides {note.version}".rstrip()
    tier = _tier(note.model)
    told = f" (the {tier} tier)" if tier else ""
    said += f" with model {note.model}{told}." if note.model else "; the results do not record which model was used."
    if note.figures:
        shown = "; ".join(f"{text} {value} (95% interval {low} to {high})" for text, value, low, high in note.figures)
        said += f" On {note.judged_on or 'the'} real articles that it was never trained on, it reached: {shown}."
    return said


def _measures() -> str:
    return (
        "Share of voice was counted in three ways: every unit once (quotes); by the words of its content (words); and "
        "by words weighted by their place in the article, falling evenly from 2 at its top to 1 at its end "
        "(prominence). A unit is divided among the labels by the model's calibrated probabilities, so that a share is "
        "the one to expect if these are right; counts of units are counts of the likeliest label."
    )


def _intervals(summary: Summary) -> str:
    said = (
        "Intervals are 95% percentile intervals of a bootstrap over articles (Efron and Tibshirani 1993; "
        f"{RESAMPLES:,} resamples, seed {SEED}); groups of fewer than {FEWEST_ARTICLES} articles have none. They "
        "reflect which articles were sampled, and not the errors of the model."
    )
    if summary.spoken < ROUGH_ARTICLES:
        said += f" With {summary.spoken} {_plural(summary.spoken, 'article')} they are rough and most often too narrow."
    return said


def _limits(summary: Summary) -> str:
    return (
        "A label says whom a statement serves; it judges neither its truth nor the source. Shares from a model's "
        "labels or probabilities are biased even where most labels are right: for estimates to be published, code a "
        "random sample by hand and correct them with it (bothsides sample, bothsides estimate). The model asks for a "
        f"review of {summary.to_review:,} of the units. Kinds of source are derived from the articles' role words and "
        "are approximate."
    )


def _plural(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"
