"""How often do the intervals of `bothsides estimate` cover the truth? A simulation with errors that are known.

    python benchmarks/coverage.py [REPETITIONS]     # 1,000 of each case; writes coverage.csv and docs/estimation.md

Every repetition makes new articles, lets a model with given errors label their units, draws a sample as `bothsides
sample` does, codes it without error, and estimates. Nothing of it uses real articles.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bothsides.coding.draw import Draw, draw_order
from bothsides.estimation.design import Bools, Codes, Floats, Population
from bothsides.estimation.shares import Estimate, estimate, tuning_factor
from bothsides.unit import STANCES

ROOT = Path(__file__).parents[1]
REPETITIONS = 1000

# Rows: the true label (union, district, neutral); columns: how often the model says which.
ERRORS = {
    "misses the union": ((0.70, 0.08, 0.22), (0.02, 0.93, 0.05), (0.05, 0.07, 0.88)),
    "even errors": ((0.85, 0.05, 0.10), (0.05, 0.85, 0.10), (0.08, 0.07, 0.85)),
    "poor": ((0.50, 0.20, 0.30), (0.20, 0.60, 0.20), (0.25, 0.25, 0.50)),
    "nearly right": ((0.98, 0.01, 0.01), (0.01, 0.98, 0.01), (0.01, 0.01, 0.98)),
    "useless": ((1 / 3, 1 / 3, 1 / 3),) * 3,
}


@dataclass(frozen=True)
class Case:
    """One setting of the simulation.

    `tilt` is how much articles differ in their shares (the standard deviation of a log odds), `invalid` the share of
    units that are no quotes, `by` what the sample is stratified by (nothing, `outlet`, `stance`), `group` whether the
    shares of the smallest outlet (a tenth of the articles) are judged instead of the whole.
    """

    name: str
    codes: int = 200
    errors: str = "misses the union"
    articles: int = 250
    shares: tuple[float, float, float] = (0.35, 0.35, 0.30)
    tilt: float = 0.8
    invalid: float = 0.0
    by: str = ""
    measure: str = "quotes"
    group: bool = False


CASES = (
    Case("the model misses one side"),
    *(Case("fewer codes", codes=n) for n in (100, 50, 30, 20)),
    Case("more codes", codes=500),
    Case("errors on both sides", errors="even errors"),
    Case("a poor model", errors="poor"),
    Case("a useless model", errors="useless"),
    Case("a model that is nearly right", errors="nearly right"),
    Case("nearly right, few codes", errors="nearly right", codes=50),
    Case("a rare side (3%)", shares=(0.03, 0.47, 0.50)),
    Case("a rare side (3%), few codes", shares=(0.03, 0.47, 0.50), codes=50),
    Case("a rare side (3%), model nearly right", shares=(0.03, 0.47, 0.50), errors="nearly right"),
    Case("articles that differ much", tilt=2.0),
    Case("few articles", articles=30, codes=100),
    Case("one unit in ten is no quote", invalid=0.1),
    Case("stratified by the model's label", by="stance"),
    Case("stratified by outlet", by="outlet"),
    Case("the smallest outlet, not stratified", group=True, codes=300),
    Case("the smallest outlet, stratified by outlet", group=True, by="outlet"),
    Case("counted by words", measure="words"),
    Case("counted by words, few codes", measure="words", codes=50),
)


@dataclass(frozen=True)
class Corpus:
    """Simulated units: what a model says of them, what is true, and what an estimate needs."""

    population: Population
    truth: Codes
    outlets: tuple[str, ...]
    group: Bools


@dataclass
class Score:
    """What the repetitions of a case gave: for each of the three labels how often covered, and how wide."""

    naive: list[Floats] = field(default_factory=list)
    alone: list[Floats] = field(default_factory=list)
    corrected: list[Floats] = field(default_factory=list)
    beyond: list[Floats] = field(default_factory=list)
    alone_width: list[Floats] = field(default_factory=list)
    corrected_width: list[Floats] = field(default_factory=list)

    def mean(self, name: str) -> Floats:
        """Average over the repetitions, for each label."""
        mean: Floats = np.mean(getattr(self, name), axis=0)
        return mean


def make_corpus(case: Case, random: np.random.Generator) -> Corpus:
    """Make articles of about 8 units and let the model label them; its confidence is noisy and not calibrated."""
    chances = _chances(case, case.articles, random)
    outlet = np.where(np.arange(case.articles) % 10 == 0, 2, np.arange(case.articles) % 2)
    articles = np.repeat(np.arange(case.articles), 1 + random.poisson(7, case.articles))
    units = len(articles)
    true = _pick(chances[articles], random)
    said = _pick(np.array(ERRORS[case.errors])[true], random)
    confidence = 0.35 + 0.65 * random.beta(6, 2, units)
    probabilities = np.repeat(((1 - confidence) / 2)[:, None], 3, axis=1)
    probabilities[np.arange(units), said] = confidence
    words = np.maximum(3, random.lognormal(2.8, 0.6, units).round())
    labels = np.eye(3)[true] * (random.random(units) >= case.invalid)[:, None]
    outlets = outlet[articles]
    strata = {"": np.zeros(units, dtype=np.int64), "outlet": outlets, "stance": said}[case.by]
    weights = words if case.measure == "words" else np.ones(units)
    population = Population(said, probabilities, weights, strata, articles)
    group = outlets == 2 if case.group else np.ones(units, dtype=bool)
    return Corpus(population, Codes(np.ones(units, dtype=bool), labels), tuple(map(str, outlets)), group)


def code_sample(corpus: Corpus, codes: int, seed: int) -> Codes:
    """Draw units as `bothsides sample` does, and code them."""
    strata = {str(i): str(stratum) for i, stratum in enumerate(corpus.population.strata.tolist())}
    drawn = np.zeros(len(strata), dtype=bool)
    drawn[[int(id) for id in draw_order(Draw("simulated", seed), strata)[:codes]]] = True
    return Codes(drawn, corpus.truth.labels * drawn[:, None])


def simulate(case: Case, repetitions: int, seed: int = 1) -> Score:
    """Repeat a case and note what covers the truth: of these articles, and for `beyond` of the process behind them."""
    random = np.random.default_rng(seed)
    # The process is the same for every outlet, and sizes do not depend on the labels.
    process = _chances(case, 200_000, np.random.default_rng(0)).mean(axis=0)
    score = Score()
    for repetition in range(repetitions):
        corpus = make_corpus(case, random)
        population, codes = corpus.population, code_sample(corpus, case.codes, repetition)
        found = estimate(population, codes, tuning_factor(population, codes), corpus.group)
        _note(score, found, _shares(corpus), process, int(corpus.group.sum()))
    return score


def main(repetitions: int = REPETITIONS) -> None:
    """Run all cases and write the table."""
    rows = []
    for case in CASES:
        row = _row(case, simulate(case, repetitions))
        rows.append(row)
        print(*row.values(), sep=" | ", flush=True)
    with (ROOT / "benchmarks/coverage.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    page = ROOT / "docs/estimation.md"
    before, rest = page.read_text(encoding="utf-8").split("<!-- coverage -->\n")
    after = rest.split("<!-- /coverage -->")[1]
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + " --- |" * len(rows[0])]
    lines += ["| " + " | ".join(map(str, row.values())) + " |" for row in rows]
    table = f"{repetitions:,} repetitions of each case.\n\n" + "\n".join(lines)
    page.write_text(f"{before}<!-- coverage -->\n{table}\n<!-- /coverage -->{after}", encoding="utf-8")


def _row(case: Case, score: Score) -> dict[str, object]:
    def percent(name: str) -> str:
        return " / ".join(f"{100 * value:.1f}" for value in score.mean(name))

    narrower = 1 - score.mean("corrected_width").sum() / score.mean("alone_width").sum()
    return {
        "case": case.name,
        "codes": case.codes,
        "model's count": percent("naive"),
        "codes alone": percent("alone"),
        "corrected": percent("corrected"),
        "articles like these": percent("beyond"),
        "half-width, points": f"{50 * score.mean('corrected_width').mean():.1f}",
        "narrower": f"{100 * narrower:.0f}%",
    }


def _note(score: Score, found: Estimate, truth: Floats, process: Floats, units: int) -> None:
    shares = [found.shares[label] for label in STANCES]
    naive = np.array([share.naive for share in shares])
    score.naive.append(np.abs(naive - truth) <= 1.96 * np.sqrt(naive * (1 - naive) / units))
    for name, target in (("alone", truth), ("corrected", truth), ("beyond", process)):
        ends = np.array([(getattr(s, name).low, getattr(s, name).high) for s in shares])
        getattr(score, name).append((ends[:, 0] <= target) & (target <= ends[:, 1]))
        if name != "beyond":
            getattr(score, f"{name}_width").append(ends[:, 1] - ends[:, 0])


def _shares(corpus: Corpus) -> Floats:
    weights = np.where(corpus.group, corpus.population.weights, 0.0)
    totals: Floats = weights @ corpus.truth.labels
    return totals / totals.sum()


def _chances(case: Case, articles: int, random: np.random.Generator) -> Floats:
    odds = np.exp(np.log(case.shares) + case.tilt * random.normal(size=(articles, 3)))
    chances: Floats = odds / odds.sum(axis=1, keepdims=True)
    return chances


def _pick(chances: Floats, random: np.random.Generator) -> np.ndarray:
    return (random.random(len(chances))[:, None] > np.cumsum(chances, axis=1)[:, :2]).sum(axis=1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS)
