"""The scorecard: every figure on a set of annotated articles, one code for the stage and for `bothsides evaluate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from ..annotated import AnnotatedArticle
from ..errors import InputError
from ..marks import UNIT_TYPES
from ..unit import SPOKEN_FOR, QuoteUnit, StanceLabel
from .bootstrap import Counts, Estimate, Estimates, Figures, Floats, Resamples, Totals, f1, ratio
from .calibration import (
    CoveragePoint,
    ReliabilityBin,
    calibration_counts,
    calibration_figures,
    coverage_curve,
    reliability,
)
from .judging import Answers, Classify, Split, ask
from .probes import PROBES
from .shares import share_counts, share_figures
from .stance import SIDE_STANCE, LabelPair, confusion, label_counts, label_figures, recall_gap, summary_figures
from .units import Alignment, unit_counts, unit_figures

Figure: TypeAlias = "Estimate | int | Group"
Group = Mapping[str, Figure]
"""Figures by name; a group may hold groups."""

DECIMALS = 6


@dataclass(frozen=True)
class Scorecard:
    """All figures by group, with what the plots and the per-unit tables are made of."""

    groups: Group
    answers: tuple[Answers, ...]
    bins: tuple[ReliabilityBin, ...]
    curve: tuple[CoveragePoint, ...]

    @property
    def pairs(self) -> list[LabelPair]:
        """The gold and the predicted label of every gold unit."""
        return [pair for answers in self.answers for pair in answers.pairs]

    @property
    def confusion(self) -> dict[str, dict[str, int]]:
        """The counts of predicted labels of each gold label."""
        return confusion(self.pairs)

    def with_baselines(self, baselines: Group) -> Scorecard:
        """Give the scorecard with further baselines beside the speaker's side."""
        standing = self.groups["baselines"]
        assert isinstance(standing, Mapping)
        return replace(self, groups={**self.groups, "baselines": {**standing, **baselines}})

    def with_fairness(self, figures: Group) -> Scorecard:
        """Give the scorecard with further figures of fairness."""
        standing = self.groups["fairness"]
        assert isinstance(standing, Mapping)
        return replace(self, groups={**self.groups, "fairness": {**standing, **figures}})

    def as_dict(self) -> dict[str, object]:
        """Lay out the figures as nested mappings: a figure `f1` as `f1`, `f1_low` and `f1_high`, six decimals."""
        return rounded(self.groups)


def score(
    gold: Sequence[AnnotatedArticle], split: Split, classify: Classify, iou: float, resamples: int, seed: int
) -> Scorecard:
    """Score the model on annotated articles.

    `split` and `classify` are the model; `iou` is the overlap from which a found unit counts as a gold one. The
    intervals are over articles, so they say little where there are few. Raises `InputError` where there are none.
    """
    if not gold:
        raise InputError("there are no annotated articles to score; give at least one")
    answers = ask(gold, split, classify, iou)
    drawn = Resamples.draw(len(gold), resamples, seed)
    calibration = [calibration_counts(a.judged) for a in answers]
    curve = coverage_curve([a.judged for a in answers], drawn)
    groups: Group = {
        "articles": len(gold),
        "units": _units([a.aligned for a in answers], drawn),
        "stance": _stance(answers, drawn),
        "end_to_end": _end_to_end(answers, drawn),
        "calibration": drawn.estimate(calibration, calibration_figures)
        | {f"accuracy_at_{round(100 * p.coverage)}": p.accuracy for p in curve if p.coverage in (0.5, 0.8)},
        "fairness": _fairness(answers, drawn),
        "balance": drawn.estimate(
            [share_counts(a.aligned.article, a.aligned.gold, a.aligned.found) for a in answers], share_figures
        ),
        "baselines": {"speaker_side": score_labels([_side_pairs(a) for a in answers], drawn)},
    }
    return Scorecard(groups, tuple(answers), tuple(reliability(calibration)), tuple(curve))


def score_labels(articles: Sequence[Sequence[LabelPair]], resamples: Resamples) -> Estimates:
    """Score somebody's labels of each article's gold units: macro-F1 and accuracy."""
    return resamples.estimate([label_counts(pairs) for pairs in articles], summary_figures)


def rounded(group: Group) -> dict[str, object]:
    """Lay out a group's figures as plain numbers; see `Scorecard.as_dict`."""
    out: dict[str, object] = {}
    for name, value in group.items():
        if isinstance(value, Estimate):
            for suffix, number in (("", value.value), ("_low", value.low), ("_high", value.high)):
                out[name + suffix] = round(number, DECIMALS)
        else:
            out[name] = value if isinstance(value, int) else rounded(value)
    return out


def _units(aligned: Sequence[Alignment], drawn: Resamples) -> Group:
    tallies = [unit_counts(a) for a in aligned]

    def of(kind: str) -> dict[str, Figure]:
        counts = {name: int(sum(t[f"{kind}_{name}"] for t in tallies)) for name in ("gold", "found")}
        return {**counts, **drawn.estimate(tallies, partial(unit_figures, kind=kind))}

    return {**of("all"), "by_type": {kind: of(kind) for kind in UNIT_TYPES}}


def _stance(answers: Sequence[Answers], drawn: Resamples) -> Group:
    def of(group: str, figures: Figures) -> dict[str, Figure]:
        kept = [
            [p for p, u in zip(a.pairs, a.aligned.gold, strict=True) if group in ("all", u.type, u.affiliation)]
            for a in answers
        ]
        return {"gold": sum(map(len, kept)), **drawn.estimate([label_counts(pairs) for pairs in kept], figures)}

    return {
        **of("all", label_figures),
        **drawn.estimate([_side_counts(a) for a in answers], _side_figures),
        "by_type": {kind: of(kind, summary_figures) for kind in UNIT_TYPES},
        "by_affiliation": {side: of(side, summary_figures) for side in SPOKEN_FOR},
        "confusion": confusion([pair for a in answers for pair in a.pairs]),
    }


def _side_counts(answers: Answers) -> Counts:
    pairs = list(zip(answers.aligned.gold, answers.answered, strict=True))
    return {"units": len(pairs), "right": sum(gold.affiliation == answer.affiliation for gold, answer in pairs)}


def _side_figures(totals: Totals) -> dict[str, Floats]:
    return {"affiliation_accuracy": ratio(totals["right"], totals["units"])}


def _end_to_end(answers: Sequence[Answers], drawn: Resamples) -> Group:
    return drawn.estimate([label_counts(a.end_to_end) for a in answers], label_figures) | drawn.estimate(
        [_chain_counts(a) for a in answers], _chain_figures
    )


def _chain_counts(answers: Answers) -> Counts:
    """Count the units that pass the whole chain: found, with the right speaker, with the right stance."""
    gold, found = answers.aligned.gold, answers.aligned.found
    right = [_right_stance(gold[m.gold], found[m.found]) for m in answers.aligned.matches]
    speaker = [m.speaker for m in answers.aligned.matches]
    return {
        "gold": len(gold),
        "found": len(found),
        "matched": len(right),
        "right": sum(right),
        "chain": sum(a and b for a, b in zip(right, speaker, strict=True)),
    }


def _chain_figures(totals: Totals) -> dict[str, Floats]:
    precision, recall = ratio(totals["chain"], totals["found"]), ratio(totals["chain"], totals["gold"])
    return {
        "labelled_precision": precision,
        "labelled_recall": recall,
        "labelled_f1": f1(precision, recall),
        "matched_accuracy": ratio(totals["right"], totals["matched"]),
    }


def _right_stance(gold: QuoteUnit, found: QuoteUnit) -> bool:
    return bool(gold.stance and found.stance and gold.stance.label == found.stance.label)


def _fairness(answers: Sequence[Answers], drawn: Resamples) -> Group:
    group: Estimates = {}
    for name, pairs in (("stance", [a.pairs for a in answers]), ("end_to_end", [a.end_to_end for a in answers])):
        gap = drawn.estimate([label_counts(p) for p in pairs], recall_gap)
        group |= {f"{name}_{figure}": estimate for figure, estimate in gap.items()}
    group |= drawn.estimate([_found_by_side(a.aligned) for a in answers], _unit_recall_figures)
    for probe in PROBES:
        pairs = [[(gold, label) for (gold, _), label in zip(a.pairs, a.probed[probe], strict=True)] for a in answers]
        group |= {f"{probe}_{name}": e for name, e in score_labels(pairs, drawn).items()}
    swaps = [{"units": len(a.swapped), "same": sum(x == y for x, y in a.swapped)} for a in answers]
    return group | drawn.estimate(swaps, lambda totals: {"swapped_unchanged": ratio(totals["same"], totals["units"])})


def _found_by_side(aligned: Alignment) -> Counts:
    found = aligned.by_gold
    counts: dict[str, float] = {}
    for side in ("union", "district"):
        units = [i for i, u in enumerate(aligned.gold) if u.affiliation == side]
        counts |= {f"{side}_gold": len(units), f"{side}_found": sum(i in found for i in units)}
    return counts


def _unit_recall_figures(totals: Totals) -> dict[str, Floats]:
    union, district = (ratio(totals[f"{side}_found"], totals[f"{side}_gold"]) for side in ("union", "district"))
    return {"union_unit_recall": union, "district_unit_recall": district, "unit_recall_gap": union - district}


def _side_pairs(answers: Answers) -> list[LabelPair]:
    side: list[StanceLabel] = [SIDE_STANCE[u.affiliation] for u in answers.aligned.gold]
    return [(gold, label) for (gold, _), label in zip(answers.pairs, side, strict=True)]
