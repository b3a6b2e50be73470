"""Scoring stance labels: per class, macro-averaged, and as a confusion matrix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ..unit import STANCES, Affiliation, QuoteUnit, StanceLabel
from .bootstrap import Counts, Floats, Totals, ratio

LabelPair = tuple[StanceLabel | None, StanceLabel | None]
"""The gold and the predicted label of one unit; None where the gold or the found unit has no counterpart."""

SIDE_STANCE: dict[Affiliation, StanceLabel] = {
    "union": "union-aligned",
    "district": "district-aligned",
    "other": "neutral",
    "unknown": "neutral",
}
"""What a unit would be labelled if the speaker's side decided by itself."""

_SHORT: dict[StanceLabel, str] = {"union-aligned": "union", "district-aligned": "district", "neutral": "neutral"}


def label_of(unit: QuoteUnit) -> StanceLabel | None:
    """Give a unit's stance label, or None where it has no stance."""
    return unit.stance.label if unit.stance else None


def label_counts(pairs: Iterable[LabelPair]) -> Counts:
    """Count, for each label, how often it is gold, how often it is predicted, and how often it is both."""
    counts = {f"{label}_{what}": 0 for label in STANCES for what in ("gold", "found", "right")}
    for gold, found in pairs:
        if gold is not None:
            counts[f"{gold}_gold"] += 1
        if found is not None:
            counts[f"{found}_found"] += 1
            counts[f"{found}_right"] += gold == found
    return counts


def label_figures(totals: Totals) -> dict[str, Floats]:
    """Give macro-F1, accuracy, and precision, recall and F1 of each label (`union_f1`, `district_recall`, ...).

    A label that is neither gold nor predicted has no F1, and macro-F1 is the mean over the others, as in scikit-learn.
    Accuracy is over gold units.
    """
    figures: dict[str, Floats] = {}
    scores, seen = [], []
    for label, short in _SHORT.items():
        gold, found, right = (totals[f"{label}_{what}"] for what in ("gold", "found", "right"))
        score = ratio(2 * right, gold + found)
        figures |= {
            f"{short}_precision": ratio(right, found),
            f"{short}_recall": ratio(right, gold),
            f"{short}_f1": score,
        }
        scores.append(np.nan_to_num(score))
        seen.append((gold + found > 0).astype(np.float64))
    accuracy = ratio(total(totals, "right"), total(totals, "gold"))
    return {"macro_f1": ratio(np.sum(scores, axis=0), np.sum(seen, axis=0)), "accuracy": accuracy, **figures}


def total(totals: Totals, what: str) -> Floats:
    """Sum a count of `label_counts` over the labels."""
    summed: Floats = np.sum([totals[f"{label}_{what}"] for label in STANCES], axis=0)
    return summed


def summary_figures(totals: Totals) -> dict[str, Floats]:
    """Give macro-F1 and accuracy alone, for groups too small to tell more."""
    figures = label_figures(totals)
    return {name: figures[name] for name in ("macro_f1", "accuracy")}


def recall_gap(totals: Totals) -> dict[str, Floats]:
    """Give by how much more of the union-aligned than of the district-aligned gold units is labelled right."""
    figures = label_figures(totals)
    return {"recall_gap": figures["union_recall"] - figures["district_recall"]}


def confusion(pairs: Sequence[LabelPair]) -> dict[str, dict[str, int]]:
    """Count the predicted labels (inner keys) of each gold label (outer keys), in the order of `STANCES`."""
    return {g: {f: sum(pair == (g, f) for pair in pairs) for f in STANCES} for g in STANCES}
