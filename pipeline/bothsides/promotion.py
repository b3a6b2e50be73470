"""Which model becomes the champion: a rule, applied to figures and to both models' answers on the same articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .evaluation.bootstrap import Estimate, Resamples, estimate_of
from .evaluation.stance import LabelPair, label_counts, label_figures
from .params import Headline
from .unit import STANCES

_SPLIT = "test"
_ANSWER_COLUMN = {"stance": "stance", "end_to_end": "found_stance"}


@dataclass(frozen=True)
class Candidate:
    """A judged model: its hash, its figures by flat name, and the rows of its table of predictions, if kept."""

    model: str
    figures: Mapping[str, float]
    predictions: Sequence[Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether a model may become the champion, why in one line, and by how much it is better, where measured."""

    promoted: bool
    reason: str
    difference: Estimate | None = None


@dataclass(frozen=True)
class Rule:
    """Better on the headline, and surely not worse by more than the margin; see `judge`."""

    headline: Headline
    margin: float
    resamples: int
    seed: int


def judge(new: Candidate, champion: Candidate | None, problems: Sequence[str], rule: Rule) -> Verdict:
    """Apply the rule: no problem, a higher headline, and a 95% interval of the difference that excludes a larger loss.

    The interval is a paired bootstrap over the articles that both models were judged on with the same gold. Where the
    champion's predictions are gone, the lower end of the new model's own interval takes its place. A champion that was
    judged on none of these articles cannot be compared and gives way. `problems` names missed floors and failed gates.
    """
    if problems:
        return Verdict(False, "; ".join(problems))
    if champion is None:
        return Verdict(True, "the first model that passes every floor and gate")
    if champion.model == new.model:
        return Verdict(True, "the same model as the standing champion")
    name, margin = rule.headline, f"{rule.margin:.4f}"
    mine, standing = new.figures.get(name), champion.figures.get(name)
    if mine is None:
        return Verdict(False, f"{name} was not measured")
    if new.predictions is not None and champion.predictions is not None:
        compared = difference(new.predictions, champion.predictions, rule)
        if compared is None:
            return Verdict(True, "the standing champion was judged on other articles")
        how = "paired over articles"
    elif standing is None:
        return Verdict(True, f"{name} of the standing champion was not measured")
    else:
        low, high = (new.figures.get(f"{name}_{end}", mine) - standing for end in ("low", "high"))
        compared = Estimate(mine - standing, low, high)
        how = "its own interval, for the champion's predictions are gone"
    interval = f"95% {compared.low:+.4f} to {compared.high:+.4f}, {how}"
    shown = f"{name} is {compared.value:+.4f} against the champion ({interval})"
    # Asked this way round, a difference that is not defined (NaN) crowns nobody.
    if not compared.value > 0:
        return Verdict(False, f"{shown}: not better", compared)
    if not compared.low >= -rule.margin:
        return Verdict(False, f"{shown}: a loss of more than {margin} is not excluded", compared)
    return Verdict(True, f"{shown}: a loss of more than {margin} is excluded", compared)


def difference(new: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]], rule: Rule) -> Estimate | None:
    """Give by how much the new predictions beat the old ones on the rule's headline; None without a common article.

    An article is common where both tables have the same gold labels for it, unit by unit.
    """
    group, _, figure = rule.headline.partition("/")
    mine, theirs = _by_article(new), _by_article(old)
    common = [a for a in mine if a in theirs and _gold(mine[a]) == _gold(theirs[a])]
    if not common:
        return None
    drawn = Resamples.draw(len(common), rule.resamples, rule.seed)
    values = [
        label_figures(drawn.totals([label_counts(_pairs(rows[a], group)) for a in common]))[figure]
        for rows in (mine, theirs)
    ]
    return estimate_of(values[0] - values[1])


def failed_gates(reports: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Name the gates that failed, wherever a report has a `passed` that is false."""
    found: list[str] = []

    def walk(value: Mapping[str, Any], path: str) -> None:
        for key, inner in value.items():
            if isinstance(inner, Mapping):
                walk(inner, f"{path}/{key}")
            elif key == "passed" and inner is False:
                found.append(f"the gate {path} failed")

    for name, report in reports.items():
        walk(report, name)
    return found


def _by_article(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["split"] == _SPLIT:
            grouped.setdefault(str(row["article_id"]), []).append(row)
    return grouped


def _gold(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [row["gold"] for row in rows if row["gold"]]


def _pairs(rows: Sequence[Mapping[str, Any]], group: str) -> list[LabelPair]:
    labels = {label: label for label in STANCES}
    pairs = [(labels.get(row["gold"]), labels.get(row[_ANSWER_COLUMN[group]])) for row in rows]
    return [pair for pair in pairs if pair != (None, None)]
