"""How well units are found in untidy copy: `python benchmarks/untidy.py`.

Reads the held-out written articles with the bundle in force (`BOTHSIDES_BUNDLE` names another one): as they are, with
lines of page furniture between their paragraphs, and with breaks lost or put between sentences. The lines are those of
furniture.txt beside this file, which somebody else wrote than the lines that training inserts.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence

from measuring import ROOT, show

from bothsides.augment import Annotated, read_furniture, reflowed, with_furniture
from bothsides.errors import BothsidesError
from bothsides.evaluation.bootstrap import Resamples
from bothsides.evaluation.units import align, unit_counts, unit_figures
from bothsides.params import load_params
from bothsides.predict.predictor import Predictor
from bothsides.stages.ingest import gather

FIGURES = ("relaxed_f1", "joint_f1", "exact_f1", "name_accuracy")
SEED = 5


def figures(annotated: Sequence[Annotated], predictor: Predictor, iou: float) -> str:
    """Find the units of articles and show how well."""
    predictions = predictor.predict_articles([article for article, _ in annotated])
    counts = [unit_counts(align(a, gold, p.units, iou)) for (a, gold), p in zip(annotated, predictions, strict=True)]
    found = unit_figures(Resamples.draw(len(counts), 0, 0).totals(counts))
    return "  ".join(f"{name} {float(found[name][0]):.3f}" for name in FIGURES)


def main() -> int:
    """Read, count, print."""
    try:
        params, predictor = load_params(ROOT / "params.yaml"), Predictor.load()
        lines = read_furniture(ROOT / "benchmarks/furniture.txt")
        ingested = gather(ROOT / "seeds", params.ingest, params.seed)
    except BothsidesError as error:
        show(f"untidy: {error}")
        return 1
    tidy = [(i.article, list(i.gold)) for i in ingested if i.split == "validation" and i.gold is not None]
    kinds: dict[str, Callable[[Annotated, random.Random], Annotated]] = {
        "as they are": lambda annotated, chance: annotated,
        "page furniture": lambda annotated, chance: with_furniture(annotated, lines, chance),
        "other breaks": reflowed,
    }
    for kind, change in kinds.items():
        chance = random.Random(SEED)
        print(f"{kind:15}{figures([change(a, chance) for a in tidy], predictor, params.evaluate.iou)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
