"""The label stage: gold where an article is annotated, else the labelling functions' combined vote, weighted down."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..article import Article
from ..params import Params
from ..spreadsheet import write_csv
from ..stance.functions import ABSTAIN, FUNCTIONS, LabelModel, fit, votes
from ..stance.inputs import UnitInput, unit_input
from ..tables import Record, article_of, read_jsonl, unit_of, unit_record, units_by_article, write_json, write_jsonl
from ..unit import STANCES, QuoteUnit, Stance, StanceLabel

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Labelled:
    """A unit with its label, its weight in training, and what the classifier will see of it."""

    article: Mapping[str, str]
    number: int
    unit: QuoteUnit
    input: UnitInput
    weight: float = 1.0

    @property
    def label(self) -> StanceLabel:
        """The label of the unit; every labelled unit has one."""
        assert self.unit.stance is not None
        return self.unit.stance.label


def main(root: Path, params: Params) -> None:
    """Write `data/labelled.jsonl`, `reports/label.json` and `reports/labelling_functions.csv`."""
    data, reports = root / "data", root / "reports"
    articles = list(read_jsonl(data / "articles.jsonl"))
    annotated = gold_units(articles, units_by_article(data / "gold.jsonl"))
    trained_on = [u for u in annotated if u.article["split"] == "train"]
    model = fit([u.input for u in trained_on], [u.label for u in trained_on], params.label.regularisation)
    found = found_units(articles, data / "units.jsonl", {u.article["id"] for u in annotated})
    weak = weak_units(found, model, params.label.weak_weight)
    write_jsonl(data / "labelled.jsonl", map(labelled_row, [*annotated, *weak]))
    validation = [u for u in annotated if u.article["split"] == "validation"]
    write_csv(reports / "labelling_functions.csv", function_rows(validation))
    write_json(reports / "label.json", report(model, annotated, weak, len(found)))
    log.info("labelled %d units by gold and %d by labelling functions", len(annotated), len(weak))


def gold_units(articles: Sequence[Record], gold: Mapping[str, Sequence[QuoteUnit]]) -> list[Labelled]:
    """Take the gold units of every annotated article at weight 1."""
    labelled = []
    for record in articles:
        article = article_of(record)
        for number, unit in enumerate(gold.get(article.id, ()), start=1):
            labelled.append(Labelled(_place(record), number, unit, unit_input(article, unit)))
    return labelled


def found_units(articles: Sequence[Record], path: Path, annotated: set[str]) -> list[Labelled]:
    """Read the units that the splitter found in the training articles that nobody has annotated; without stance."""
    known: dict[str, tuple[Record, Article]] = {
        r["id"]: (r, article_of(r)) for r in articles if r["id"] not in annotated and r["split"] == "train"
    }
    found = []
    for row in read_jsonl(path):
        if row["article_id"] in known:
            record, article = known[row["article_id"]]
            unit = unit_of(row)
            found.append(Labelled(_place(record), row["unit"], unit, unit_input(article, unit)))
    return found


def weak_units(found: Sequence[Labelled], model: LabelModel, weight: float) -> list[Labelled]:
    """Label found units by the functions' combined vote; a unit on which no function votes is left out."""
    voted = (votes([u.input for u in found]) != ABSTAIN).any(axis=1)
    kept = [u for u, has_vote in zip(found, voted, strict=True) if has_vote]
    if not kept:
        return []
    table = model.probabilities([u.input for u in kept])
    return [_weakly(u, probabilities, weight) for u, probabilities in zip(kept, table, strict=True)]


def labelled_row(labelled: Labelled) -> Record:
    """Lay out a labelled unit: its unit record, split, origin and weight."""
    return unit_record(labelled.article["id"], labelled.number, labelled.unit) | {
        "split": labelled.article["split"],
        "origin": labelled.article["origin"],
        "weight": labelled.weight,
    }


def function_rows(units: Sequence[Labelled]) -> Iterator[Record]:
    """Measure each function against gold: coverage, conflict, accuracy of its votes.

    Coverage is the share of the units that it votes on; conflict the share of the units on which it votes and another
    function votes otherwise; accuracy the share of its votes that equal gold.
    """
    table = votes([u.input for u in units])
    gold = np.array([STANCES.index(u.label) for u in units], np.int64)
    for j, function in enumerate(FUNCTIONS):
        column = table[:, j]
        voted = column != ABSTAIN
        others = (table != ABSTAIN) & (table != column[:, None])
        correct = int((column == gold)[voted].sum())
        count = int(voted.sum())
        yield {
            "function": function.name,
            "description": function.description,
            "votes": "; ".join(STANCES[i] for i in sorted(set(column[voted].tolist()))),
            "units": count,
            "coverage": _ratio(count, len(units)),
            "conflict": _ratio(int((others.any(axis=1) & voted).sum()), len(units)),
            "accuracy": _ratio(correct, count),
        }


def report(model: LabelModel, annotated: Sequence[Labelled], weak: Sequence[Labelled], found: int) -> Record:
    """Score the combined model on the gold of validation and test, and count what was labelled how."""
    parts = {s: [u for u in annotated if u.article["split"] == s] for s in ("validation", "test")}
    return {
        "functions": len(FUNCTIONS),
        "units": {"gold": len(annotated), "weak": len(weak), "without_vote": found - len(weak)},
        "weak_stance": {s: sum(u.label == s for u in weak) for s in STANCES},
        "combined": {split: scores(model, units) for split, units in parts.items() if units},
    }


def scores(model: LabelModel, units: Sequence[Labelled]) -> Record:
    """Score a label model on annotated units: units, accuracy, macro-F1 and F1 of each label."""
    from sklearn.metrics import f1_score

    gold, predicted = [u.label for u in units], model.predict([u.input for u in units])
    each = f1_score(gold, predicted, labels=list(STANCES), average=None, zero_division=0.0)
    return {
        "units": len(units),
        "accuracy": _ratio(sum(g == p for g, p in zip(gold, predicted, strict=True)), len(units)),
        "macro_f1": round(float(each.mean()), 4),
        "f1": {s: round(float(f), 4) for s, f in zip(STANCES, each, strict=True)},
    }


def _place(record: Record) -> dict[str, str]:
    return {key: record[key] for key in ("id", "split", "origin")}


def _weakly(labelled: Labelled, probabilities: NDArray[np.float64], weight: float) -> Labelled:
    union, district, neutral = (float(p) for p in probabilities)
    stance = Stance(STANCES[int(probabilities.argmax())], (union, district, neutral), "", "weak")
    return replace(labelled, unit=replace(labelled.unit, stance=stance), weight=weight)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
