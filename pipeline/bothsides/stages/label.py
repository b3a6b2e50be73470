"""The label stage: gold where an article is annotated, coders' labels where there are any, else a weak label.

The weak one is the labelling functions' combined vote, weighted down.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..agreement import agreement
from ..article import Article
from ..coded import CODE_LABELS, Code, CodedUnit, match, read_codes, stance_of
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
    """Write `data/labelled.jsonl`, `reports/label.json` and `reports/labelling_functions.csv`.

    Raises `InputError`, one line that names the file, where `seeds/coded` cannot be used.
    """
    data, reports = root / "data", root / "reports"
    articles = list(read_jsonl(data / "articles.jsonl"))
    annotated = gold_units(articles, units_by_article(data / "gold.jsonl"))
    trained_on = [u for u in annotated if u.article["split"] == "train"]
    model = fit([u.input for u in trained_on], [u.label for u in trained_on], params.label.regularisation)
    found = found_units(articles, data / "units.jsonl")
    weak = weak_units(found, model, params.label.weak_weight)
    coded = coded_units(articles, found, read_codes(root / "seeds/coded"))
    by_coders, left = labelled_by_coders(articles, found, coded), left_weak(weak, coded)
    write_jsonl(data / "labelled.jsonl", map(labelled_row, [*annotated, *by_coders, *left]))
    validation = [u for u in annotated if u.article["split"] == "validation"]
    write_csv(reports / "labelling_functions.csv", function_rows(validation))
    figures = report(model, annotated, left, without_vote=len(found) - len(weak))
    if coded:
        figures["coders"] = coder_report(coded, weak, params.evaluate.bootstrap, params.seed)
    write_json(reports / "label.json", figures)
    told = len(annotated), len(by_coders), len(left)
    log.info("labelled %d units by gold; coders labelled %d, labelling functions %d", *told)


def gold_units(articles: Sequence[Record], gold: Mapping[str, Sequence[QuoteUnit]]) -> list[Labelled]:
    """Take the gold units of every annotated article at weight 1."""
    labelled = []
    for record in articles:
        article = article_of(record)
        for number, unit in enumerate(gold.get(article.id, ()), start=1):
            labelled.append(Labelled(_place(record), number, unit, unit_input(article, unit)))
    return labelled


def found_units(articles: Sequence[Record], path: Path) -> list[Labelled]:
    """Read the units that the splitter found in the training articles that nobody has annotated; without stance."""
    known: dict[str, tuple[Record, Article]] = {
        r["id"]: (r, article_of(r)) for r in articles if not r["annotated"] and r["split"] == "train"
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


def coded_units(articles: Sequence[Record], found: Sequence[Labelled], codes: Sequence[Code]) -> list[CodedUnit]:
    """Match codes with the found units of training articles that nobody has annotated; see `coded.match`."""
    usable = {r["id"]: article_of(r) for r in articles if r["split"] == "train" and not r["annotated"]}
    units: dict[str, list[QuoteUnit]] = {}
    for labelled in found:
        units.setdefault(labelled.article["id"], []).append(labelled.unit)
    return match(codes, usable, units)


def labelled_by_coders(
    articles: Sequence[Record], found: Sequence[Labelled], coded: Sequence[CodedUnit]
) -> list[Labelled]:
    """Label units as most of their coders did, at weight 1; what is disputed, or is no quote, is left out.

    A quote that the splitter missed is numbered after those that it found in the article.
    """
    records = {r["id"]: r for r in articles}
    numbers = Counter(u.article["id"] for u in found)
    labelled = []
    for each in coded:
        label = each.label and stance_of(each.label)
        if label is None:
            continue
        record, number = records[each.article_id], each.number
        if number is None:
            numbers[each.article_id] += 1
            number = numbers[each.article_id]
        unit = replace(each.unit, stance=Stance.certain(label, each.provenance))
        labelled.append(Labelled(_place(record), number, unit, unit_input(article_of(record), unit)))
    return labelled


def left_weak(weak: Sequence[Labelled], coded: Sequence[CodedUnit]) -> list[Labelled]:
    """Leave out the weak labels of units that were coded."""
    decided = {(c.article_id, c.number) for c in coded}
    return [u for u in weak if (u.article["id"], u.number) not in decided]


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


def report(model: LabelModel, annotated: Sequence[Labelled], weak: Sequence[Labelled], without_vote: int) -> Record:
    """Score the combined model on the gold of validation and test, and count what was labelled how."""
    parts = {s: [u for u in annotated if u.article["split"] == s] for s in ("validation", "test")}
    return {
        "functions": len(FUNCTIONS),
        "units": {"gold": len(annotated), "weak": len(weak), "without_vote": without_vote},
        "weak_stance": {s: sum(u.label == s for u in weak) for s in STANCES},
        "combined": {split: scores(model, units) for split, units in parts.items() if units},
    }


def coder_report(coded: Sequence[CodedUnit], weak: Sequence[Labelled], resamples: int, seed: int) -> Record:
    """Count what coders decided, how often they differ from the weak labels, and how far they agree with each other.

    Agreement is over the units that two coded: the share of equal pairs and Krippendorff's alpha, with 95% intervals.
    """
    standing: dict[tuple[str, int | None], StanceLabel] = {(u.article["id"], u.number): u.label for u in weak}
    pairs = [(c.label, standing[c.article_id, c.number]) for c in coded if (c.article_id, c.number) in standing]
    pairs = [(label, vote) for label, vote in pairs if label is not None]
    differing = sum(label != vote for label, vote in pairs)
    coders = sorted({coder for c in coded for coder in c.labels})
    table = [[CODE_LABELS.index(c.labels[name]) if name in c.labels else -1 for name in coders] for c in coded]
    together = agreement(np.array(table, np.int64), len(CODE_LABELS), resamples, seed)
    figures: Record = {
        "coders": len(coders),
        "codes": sum(len(c.labels) for c in coded),
        "units": len(coded),
        "missed_by_splitter": sum(c.number is None for c in coded),
        "disputed": sum(c.label is None for c in coded),
        "labels": {label: sum(c.label == label for c in coded) for label in CODE_LABELS},
        "against_weak": {"units": len(pairs), "changed": differing, "changed_share": _ratio(differing, len(pairs))},
    }
    if together:
        figures["agreement"] = {"units": together.units}
        for name, estimate in (("raw", together.raw), ("alpha", together.alpha)):
            if estimate:
                values = {"": estimate.value, "_low": estimate.low, "_high": estimate.high}
                figures["agreement"] |= {name + suffix: round(value, 4) for suffix, value in values.items()}
    return figures


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
