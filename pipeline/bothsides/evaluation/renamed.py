"""Whether names move a label: every gold unit is labelled again in its article, with all names replaced."""

from __future__ import annotations

import random
from collections.abc import Sequence

from ..annotated import AnnotatedArticle
from ..augment import NamePools, with_other_names
from .bootstrap import Counts, Estimates, Floats, Resamples, Totals, ratio
from .judging import Answers, Classify
from .probes import given
from .stance import label_of


def renamed_figures(
    gold: Sequence[AnnotatedArticle],
    answers: Sequence[Answers],
    classify: Classify,
    pools: NamePools,
    resamples: int,
    seed: int,
) -> Estimates:
    """Give `renamed_unchanged`, the share of gold units that keep their predicted label under other names.

    People, places and bodies get names of the pools, each the same wherever it stands. `answers` are the model's for
    the articles as they are. The interval is over articles.
    """
    chance = random.Random(seed)
    items = [with_other_names((a.article, [given(unit) for unit in a.gold]), pools, chance) for a in gold]
    pairs = zip(answers, classify(items), strict=True)
    counts: list[Counts] = [
        {
            "units": len(units),
            "same": sum(
                label_of(plain) == label_of(renamed) for plain, renamed in zip(asked.answered, units, strict=True)
            ),
        }
        for asked, units in pairs
    ]
    return Resamples.draw(len(gold), resamples, seed).estimate(counts, _figures)


def _figures(totals: Totals) -> dict[str, Floats]:
    return {"renamed_unchanged": ratio(totals["same"], totals["units"])}
