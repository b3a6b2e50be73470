"""How well units are found between page furniture: `python benchmarks/untidy.py`.

Reads the held-out written articles with the bundle in force (`BOTHSIDES_BUNDLE` names another one), as they are and
with lines of seeds/furniture/validation.txt between their paragraphs, each with and without what the bundle knows of
page furniture. Each article gets lines at one to four places, one to three in a row.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace

from measuring import ROOT, show

from bothsides.article import Article, Span
from bothsides.errors import BothsidesError
from bothsides.evaluation.bootstrap import Resamples
from bothsides.evaluation.units import align, unit_counts, unit_figures
from bothsides.params import load_params
from bothsides.predict.predictor import Predictor
from bothsides.quotes.furniture import Furniture
from bothsides.quotes.splitter import Splitter
from bothsides.stages.furniture import read_lines
from bothsides.stages.ingest import gather
from bothsides.unit import QuoteUnit

FIGURES = ("relaxed_f1", "joint_f1", "exact_f1", "name_accuracy")
SEED = 5
MOST_PLACES = 4
IN_A_ROW = (1, 1, 1, 2, 3)
NOTHING = Furniture({}, 0.0, 1.0)

Annotated = tuple[Article, Sequence[QuoteUnit]]


def furnished(annotated: Annotated, lines: Sequence[str], chance: random.Random) -> Annotated:
    """Insert lines as paragraphs of their own; the units move along."""
    article, units = annotated
    starts = article.paragraph_starts
    inserted: list[tuple[int, str]] = []
    for place in sorted(chance.sample(starts, min(len(starts), chance.randint(1, MOST_PLACES)))):
        first = chance.randrange(len(lines))
        block = lines[first : first + chance.choice(IN_A_ROW)]
        inserted.append((place, "".join(f"{line}\n\n" for line in block)))

    def shift(position: int) -> int:
        return sum(len(block) for place, block in inserted if place <= position)

    def moved(span: Span) -> Span:
        return span[0] + shift(span[0]), span[1] + shift(span[1] - 1)

    text = article.text
    for place, block in reversed(inserted):
        text = text[:place] + block + text[place:]
    return replace(article, text=text), [
        replace(
            unit,
            spans=tuple(moved(span) for span in unit.spans),
            cue=moved(unit.cue) if unit.cue else None,
            speaker=moved(unit.speaker) if unit.speaker else None,
        )
        for unit in units
    ]


def figures(annotated: Sequence[Annotated], splitter: Splitter, iou: float) -> str:
    """Find the units of articles and show how well."""
    found = splitter.split([article for article, _ in annotated])
    counts = [unit_counts(align(a, gold, units, iou)) for (a, gold), units in zip(annotated, found, strict=True)]
    shown = unit_figures(Resamples.draw(len(counts), 0, 0).totals(counts))
    return "  ".join(f"{name} {float(shown[name][0]):.3f}" for name in FIGURES)


def main() -> int:
    """Read, count, print."""
    try:
        params, telling = load_params(ROOT / "params.yaml"), Predictor.load().splitter
        lines = read_lines(ROOT / "seeds/furniture/validation.txt")
        ingested = gather(ROOT / "seeds", params.ingest, params.seed)
    except BothsidesError as error:
        show(f"untidy: {error}")
        return 1
    tidy = [(i.article, i.gold) for i in ingested if i.split == "validation" and i.gold is not None]
    chance = random.Random(SEED)
    untidy = [furnished(annotated, lines, chance) for annotated in tidy]
    splitters = {"told": telling, "not told": Splitter(telling.reader, telling.transitions, NOTHING)}
    for copy, some in {"as they are": tidy, "with furniture": untidy}.items():
        for name, splitter in splitters.items():
            print(f"{copy:15} {name:9} {figures(some, splitter, params.evaluate.iou)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
