"""How well bothsides finds quote units beside its peers, and what it costs: the table of units.md.

    .venv/bin/python benchmarks/units.py [--polnear FILE] [--scorer FILE] [--peers FOLDER]

Scores three sets: the real articles of seeds/gold, the written articles held out from training, and PolNeAR's
development split where it is there (other people's text without a licence: it is read in place and never copied).
Writes units.json and units.md beside this file.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import texts
from measuring import ROOT, MeasureError, Worker, interleaved, machine, measure, show, spread
from peering import Peers
from serving import read_jsonl, write_jsonl
from unit_page import page

from bothsides.article import Article
from bothsides.bundle import locate
from bothsides.errors import BothsidesError, ModelError
from bothsides.evaluation.bootstrap import Resamples
from bothsides.evaluation.units import Alignment, align, unit_counts, unit_figures
from bothsides.params import load_params
from bothsides.predict.predictor import Predictor
from bothsides.stages.ingest import gather
from bothsides.unit import QuoteUnit

HERE = Path(__file__).resolve().parent
IOU = 0.5
MEASURES = ("relaxed", "joint", "exact")
ROUNDS, ARTICLES, WORDS = 5, 24, 300

Row = dict[str, Any]
"""An article as the shared scorer takes it: id, text, and units with lists of spans for content, cue and speaker."""
Score = Callable[[Sequence[Row], Sequence[Row]], dict[str, float]]


@dataclass(frozen=True)
class TestSet:
    """Articles with gold units; `annotated` holds them as units with names, where the annotation has names."""

    name: str
    gold: list[Row]
    annotated: list[tuple[Article, tuple[QuoteUnit, ...]]]


def test_sets(polnear: Path) -> list[TestSet]:
    """Gather the sets that are there."""
    params = load_params(ROOT / "params.yaml")
    ingested = gather(ROOT / "seeds", params.ingest, params.seed)
    sets = []
    for name, split in (("gold", "test"), ("validation", "validation")):
        some = [(i.article, i.gold) for i in ingested if i.split == split and i.gold is not None]
        sets.append(TestSet(name, [row_of(a, units) for a, units in some], some))
    if polnear.exists():
        sets.append(TestSet("polnear", read_jsonl(polnear), []))
    else:
        show(f"PolNeAR is left out: no {polnear}; give the file with --polnear")
    return sets


def row_of(article: Article, units: Sequence[QuoteUnit]) -> Row:
    """Lay out units as the shared scorer takes them."""
    return {
        "id": article.id,
        "text": article.text,
        "units": [
            {
                "spans": [list(span) for span in unit.spans],
                "cue": [list(unit.cue)] if unit.cue else [],
                "speaker": [list(unit.speaker)] if unit.speaker else [],
            }
            for unit in units
        ],
    }


def unit_of(unit: Row) -> QuoteUnit:
    """Read such a unit back; a speaker of several stretches becomes the one that holds them all."""
    speaker = unit.get("speaker") or []
    mention = (min(s for s, _ in speaker), max(e for _, e in speaker)) if speaker else None
    return QuoteUnit(tuple((s, e) for s, e in sorted(unit["spans"])), "direct", speaker=mention)


def shared_scorer(path: Path) -> Score:
    """Load the scorer that defines relaxed and joint."""
    spec = importlib.util.spec_from_file_location("score_quotes", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def score(gold: Sequence[Row], found: Sequence[Row]) -> dict[str, float]:
        figures = module.totals(module.score(gold, found, IOU))["all"]
        return {name: figures[name][2] for name in MEASURES}

    return score


def own_scorer(gold: Sequence[Row], found: Sequence[Row]) -> dict[str, float]:
    """Score with the package's own evaluation, whose definitions are the same."""
    answers = {row["id"]: row["units"] for row in found}
    aligned = []
    for row in gold:
        units = [unit_of(u) for u in row["units"]]
        aligned.append(
            align(Article(row["id"], row["text"]), units, [unit_of(u) for u in answers.get(row["id"], [])], IOU)
        )
    figures = _figures(aligned)
    return {name: figures[f"{name}_f1"] for name in MEASURES}


def resolved(
    annotated: Sequence[tuple[Article, tuple[QuoteUnit, ...]]], found: Sequence[tuple[QuoteUnit, ...]]
) -> dict[str, float]:
    """Tell how often name and affiliation are right, of the gold units that were matched."""
    figures = _figures([align(a, gold, units, IOU) for (a, gold), units in zip(annotated, found, strict=True)])
    return {"speaker_name": figures["name_accuracy"], "affiliation": figures["affiliation_accuracy"]}


def bundles() -> dict[str, Path]:
    """Find the bundle of each tier; the accurate one is left out where there is none."""
    found = {"bothsides": locate()}
    try:
        found["accurate"] = locate(tier="accurate")
    except ModelError as error:
        show(f"the accurate tier is left out: {error}")
    return found


def score_all(
    sets: Sequence[TestSet], tiers: Mapping[str, Path], peers: Peers, score: Score, folder: Path
) -> dict[str, dict[str, Row]]:
    """Score everybody on every set: by set, then by tool."""
    predictors = {name: Predictor.load(bundle) for name, bundle in tiers.items()}
    scores: dict[str, dict[str, Row]] = {}
    for test in sets:
        show(f"{test.name}: {len(test.gold)} articles")
        articles = [Article(row["id"], row["text"]) for row in test.gold]
        scores[test.name] = {}
        for tier, predictor in predictors.items():
            found = [prediction.units for prediction in predictor.predict_articles(articles)]
            rows = [row_of(a, units) for a, units in zip(articles, found, strict=True)]
            ours = score(test.gold, rows) | (resolved(test.annotated, found) if test.annotated else {})
            scores[test.name][tier] = _rounded(ours)
        source, output = folder / "texts.jsonl", folder / "found.jsonl"
        write_jsonl(source, [{"id": a.id, "text": a.text, "words": a.words} for a in articles])
        for name in peers.names:
            if name != "parse":
                measure(peers.command("extract", name, source, output))
                answers = read_jsonl(output)
                scores[test.name][name] = _rounded(score(test.gold, answers))
                if refused := sum(row["refused"] for row in answers):
                    scores[test.name][name]["refused"] = refused
    return scores


def speeds(tiers: Mapping[str, Path], peers: Peers, folder: Path) -> dict[str, Any]:
    """Measure 300-word articles per CPU-second, units found and speakers resolved, in turns with the fp32 floor."""
    source = folder / "articles.jsonl"
    write_jsonl(source, texts.articles(texts.written(ROOT), ARTICLES, WORDS))
    workers = [
        Worker(
            tier, ["env", f"BOTHSIDES_BUNDLE={bundle}", sys.executable, HERE / "engines.py", "split", folder, source]
        )
        for tier, bundle in tiers.items()
    ]
    workers.append(Worker("floor", [sys.executable, HERE / "engines.py", "split-floor", folder, source]))
    workers += [Worker(name, peers.command("serve", name, source)) for name in peers.names if name != "parse"]
    try:
        interleaved(workers, ROUNDS)
    finally:
        for worker in workers:
            worker.close()
    return {worker.name: spread(worker.rates("articles")) for worker in workers}


def main(arguments: Sequence[str] | None = None) -> int:
    """Score, measure, write down."""
    shared = ROOT.parent / "shared"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polnear", type=Path, default=shared / "benchmarks/polnear-dev.jsonl")
    parser.add_argument("--scorer", type=Path, default=shared / "tools/score_quotes.py")
    parser.add_argument("--peers", type=Path, default=ROOT / ".peers", help="environment of the peers (.peers)")
    options = parser.parse_args(arguments)
    peers = Peers(options.peers)
    with_shared = options.scorer.exists()
    if not with_shared:
        show(f"no {options.scorer}: scored with bothsides.evaluation, whose definitions are the same")
    try:
        sets, tiers = test_sets(options.polnear), bundles()
        with tempfile.TemporaryDirectory(prefix="bothsides-units-") as folder:
            results = {
                "scores": score_all(
                    sets, tiers, peers, shared_scorer(options.scorer) if with_shared else own_scorer, Path(folder)
                ),
                "speed": speeds(tiers, peers, Path(folder)),
            }
    except (MeasureError, BothsidesError) as error:
        show(f"units: {error}")
        return 1
    results |= {
        "articles": {test.name: len(test.gold) for test in sets},
        "units": {test.name: sum(len(row["units"]) for row in test.gold) for test in sets},
        "not_run": {name: why for name, why in peers.missing.items() if name != "parse"},
        "scorer": options.scorer.name if with_shared else "bothsides.evaluation.units",
        "machine": machine(),
        "model": texts.model(),
        "rounds": ROUNDS,
    }
    (HERE / "units.json").write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (HERE / "units.md").write_text(page(results), encoding="utf-8")
    return 0


def _figures(aligned: Sequence[Alignment]) -> dict[str, float]:
    totals = Resamples.draw(len(aligned), 0, 0).totals([unit_counts(a) for a in aligned])
    return {name: float(values[0]) for name, values in unit_figures(totals).items()}


def _rounded(figures: dict[str, float]) -> Row:
    return {name: round(value, 4) for name, value in figures.items()}


if __name__ == "__main__":
    sys.exit(main())
