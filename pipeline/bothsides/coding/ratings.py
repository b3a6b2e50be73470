"""What coders and the model said of the units, and what they marked, laid out to measure how far they agree."""

from __future__ import annotations

import numpy as np

from ..agreement import BoundaryAgreement, Ratings, boundary_agreement
from ..coded import CODE_LABELS, NO_QUOTE
from .codes import CodedFiles
from .results import Results

MODEL = "model"
"""The name under which the model stands among the coders."""


def ratings_of(results: Results, coded: CodedFiles) -> tuple[Ratings, list[str]]:
    """Table the labels of the coders, and last of the model, for the units that have a code."""
    coders = [*coded.coders, MODEL]
    stances = {unit.id: unit.stance for unit in results.units}
    rows = {id: number for number, id in enumerate(sorted({code.unit for code in coded.codes}))}
    ratings = np.full((len(rows), len(coders)), -1)
    for code in coded.codes:
        ratings[rows[code.unit], coders.index(code.coder)] = CODE_LABELS.index(code.label)
    for id, row in rows.items():
        ratings[row, -1] = CODE_LABELS.index(stances[id])
    return ratings, coders


def boundaries_of(coded: CodedFiles, resamples: int, seed: int) -> list[BoundaryAgreement]:
    """Compare what every two of them marked as the quote, unit by unit; what a coder calls no quote has no place."""
    marks: dict[str, dict[str, frozenset[int]]] = {}
    for code in coded.codes:
        if code.marked and code.found and code.label != NO_QUOTE:
            marks.setdefault(code.coder, {})[code.unit] = code.marked
            marks.setdefault(MODEL, {})[code.unit] = code.found
    names = [name for name in (*coded.coders, MODEL) if name in marks]
    found = []
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            pairs = [(marks[first][u], marks[second][u]) for u in sorted(marks[first].keys() & marks[second].keys())]
            if pairs:
                found.append(boundary_agreement(pairs, first, second, resamples, seed))
    return found
