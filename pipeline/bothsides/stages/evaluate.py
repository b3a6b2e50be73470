"""The evaluate stage: the trained model on the three real articles, and apart from them on the validation set."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from ..annotated import AnnotatedArticle, AnnotatedUnit
from ..article import Article
from ..augment import NamePools, name_pools
from ..errors import InputError
from ..evaluation.bootstrap import Estimates, Resamples
from ..evaluation.floors import Floors, gold_digest
from ..evaluation.gate import fairness_checks, gate_report
from ..evaluation.judging import Classify
from ..evaluation.mirrored import mirrored_figures, read_pairs
from ..evaluation.renamed import renamed_figures
from ..evaluation.scorecard import Group, Scorecard, score, score_labels
from ..evaluation.unit_tables import error_rows, prediction_rows
from ..params import Params
from ..quotes.reading import Reader
from ..report.plots import confusion_plot, coverage_plot, reliability_plot
from ..runtime import OnnxBackend
from ..spreadsheet import write_csv
from ..stance.baseline import Baseline
from ..stance.functions import fit
from ..stance.inputs import UnitInput, unit_input
from ..stance.model import StanceModel
from ..tables import Record, article_of, read_jsonl, units_by_article, write_json
from ..unit import STANCES, QuoteUnit, StanceLabel

log = logging.getLogger(__name__)

HEADLINE, APART = "test", "validation"
"""The splits scored. The combiner was fitted on validation: its figures are optimistic, and stand apart."""


@dataclass(frozen=True)
class Annotated:
    """The annotated articles of each split, and the units that the splitter found in each article."""

    by_split: Mapping[str, Sequence[AnnotatedArticle]]
    found: Mapping[str, list[QuoteUnit]]

    @property
    def pools(self) -> NamePools:
        """The names of the training articles, which may stand in for others."""
        return name_pools([(a.article, list(a.gold)) for a in self.by_split["train"]])

    def split(self, articles: Sequence[Article]) -> list[list[QuoteUnit]]:
        """Give the units that the split stage found, as the splitter itself would."""
        return [self.found.get(article.id, []) for article in articles]


def main(root: Path, params: Params) -> None:
    """Write `reports/metrics.json`, `reports/fairness.json`, the plots, and the tables of predictions and errors.

    A figure below its floor or a check of the fairness gate that fails is recorded and logged; it is the publish stage
    that refuses such a model. Raises `InputError` where a split that is scored has no annotated articles, or the
    mirrored pairs cannot be read.
    """
    reports = root / "reports"
    annotated = read_data(root / "data")
    for split in (HEADLINE, APART):
        if not annotated.by_split[split]:
            raise InputError(f"data/gold.jsonl: the {split} split has no annotated articles; add some to seeds")
        log.info("scoring %d %s articles", len(annotated.by_split[split]), split)
    pairs = read_pairs(root / "seeds/mirrored/pairs.jsonl")
    folder = root / "models/splitter"
    reader = Reader.load(folder, OnnxBackend(root / "models/encoder.onnx", params.threads))
    model = StanceModel.load(root / "models/stance/encoder", reader)
    tfidf = Baseline.load(root / "models/stance/baseline")
    cards = {
        split: scorecard(annotated, split, model.classify, params).with_baselines(
            baseline_figures(annotated, split, tfidf, params)
        )
        for split in (HEADLINE, APART)
    }
    options = params.evaluate
    log.info("scoring %d mirrored pairs", len(pairs))
    mirrored = mirrored_figures(pairs, model.classify, annotated.pools, options.bootstrap, params.seed)
    cards[HEADLINE] = cards[HEADLINE].with_fairness({"mirrored": mirrored})
    metrics: dict[str, Any] = {**cards[HEADLINE].as_dict(), APART: cards[APART].as_dict()}
    checks = fairness_checks(metrics, options.fairness)
    metrics["fairness"]["gate_failed"] = sum(not check.passed for check in checks)
    problems = Floors.read(root / "floors.json").problems(metrics, gold_digest(root / "seeds"))
    write_json(reports / "metrics.json", {**metrics, "floors": {"failed": len(problems)}})
    write_json(reports / "fairness.json", gate_report(checks))
    write_tables(reports, cards)
    write_plots(reports, cards[HEADLINE])
    for problem in problems:
        log.warning("floor: %s", problem)
    for check in checks:
        if not check.passed:
            log.warning("fairness: %s", check.line)


def read_data(data: Path) -> Annotated:
    """Read the annotated articles and the units found, as the earlier stages left them."""
    gold, found = units_by_article(data / "gold.jsonl"), units_by_article(data / "units.jsonl")
    by_split: dict[str, list[AnnotatedArticle]] = {"train": [], APART: [], HEADLINE: []}
    for record in read_jsonl(data / "articles.jsonl"):
        if record["annotated"]:
            by_split[record["split"]].append(_annotated(record, gold.get(record["id"], [])))
    return Annotated(by_split, found)


def scorecard(annotated: Annotated, split: str, classify: Classify, params: Params) -> Scorecard:
    """Score the model on one split, also with the names of training articles in place of its own."""
    options = params.evaluate
    articles = annotated.by_split[split]
    card = score(articles, annotated.split, classify, options.iou, options.bootstrap, params.seed)
    return card.with_fairness(
        renamed_figures(articles, card.answers, classify, annotated.pools, options.bootstrap, params.seed)
    )


def baseline_figures(annotated: Annotated, split: str, tfidf: Baseline, params: Params) -> Group:
    """Score what a model must beat on the gold units: the most frequent label, labelling functions, and TF-IDF."""
    train = list(chain.from_iterable(map(_inputs, annotated.by_split["train"])))
    train_labels = list(chain.from_iterable(map(_labels, annotated.by_split["train"])))
    most = max(STANCES, key=Counter(train_labels).__getitem__)
    functions = fit(train, train_labels, params.label.regularisation)
    articles = annotated.by_split[split]
    drawn = Resamples.draw(len(articles), params.evaluate.bootstrap, params.seed)

    def scored(predict: Callable[[list[UnitInput]], list[StanceLabel]]) -> Estimates:
        pairs = [list(zip(_labels(a), predict(_inputs(a)), strict=True)) for a in articles]
        return score_labels(pairs, drawn)

    return {
        "majority": scored(lambda units: [most] * len(units)),
        "functions": scored(functions.predict),
        "tfidf": scored(lambda units: [STANCES[i] for i in tfidf.probabilities(units).argmax(axis=1)]),
    }


def write_tables(reports: Path, cards: Mapping[str, Scorecard]) -> None:
    """Write the tables per unit of all splits, and those behind the plots of the headline."""
    for name, rows_of in (("predictions", prediction_rows), ("errors", error_rows)):
        rows = [{"split": split, **row} for split, card in cards.items() for row in rows_of(card.answers)]
        write_csv(reports / f"{name}.csv", rows)
    card = cards[HEADLINE]
    write_csv(reports / "confusion.csv", [{"actual": gold, "predicted": found} for gold, found in card.pairs])
    write_csv(reports / "reliability.csv", [b.row() for b in card.bins])
    write_csv(reports / "coverage.csv", [p.row() for p in card.curve])


def write_plots(reports: Path, card: Scorecard) -> None:
    """Draw the confusion matrix, the reliability curve and accuracy against coverage."""
    confusion_plot(reports / "confusion.png", card.confusion)
    reliability_plot(reports / "reliability.png", card.bins)
    coverage_plot(reports / "coverage.png", card.curve)


def _annotated(record: Record, units: Sequence[QuoteUnit]) -> AnnotatedArticle:
    return AnnotatedArticle(article_of(record), (), tuple(AnnotatedUnit(unit, "") for unit in units))


def _inputs(annotated: AnnotatedArticle) -> list[UnitInput]:
    return [unit_input(annotated.article, unit) for unit in annotated.gold]


def _labels(annotated: AnnotatedArticle) -> list[StanceLabel]:
    return [unit.stance.label for unit in annotated.gold if unit.stance]
