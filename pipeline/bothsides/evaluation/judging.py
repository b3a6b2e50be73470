"""Running the model on annotated articles: what it finds, what it answers, and both beside the gold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..annotated import AnnotatedArticle
from ..article import Article
from ..stance.statement import Statement
from ..unit import QuoteUnit, StanceLabel
from .calibration import Judged
from .probes import PROBES, given, swapped
from .stance import LabelPair, label_of
from .units import Alignment, align

Split = Callable[[Sequence[Article]], list[list[QuoteUnit]]]
"""Finds the units of articles, speakers resolved, without a stance."""
Classify = Callable[[Sequence[tuple[Article, list[QuoteUnit]]]], list[list[QuoteUnit]]]
"""Gives the units of articles back with a stance."""


@dataclass(frozen=True)
class Answers:
    """One annotated article with all that the model made of it.

    `aligned` holds the gold units and the found ones with their predicted stance; `answered` the gold units with the
    stance predicted for them (and the side of the speaker, where the model tells it); `probed` the labels predicted for
    the gold units under each probe; `swapped` pairs of the label of the isolated statement with the true speaker and
    with one of the other side.
    """

    aligned: Alignment
    answered: tuple[QuoteUnit, ...]
    probed: dict[str, tuple[StanceLabel | None, ...]]
    swapped: tuple[LabelPair, ...]

    @property
    def pairs(self) -> list[LabelPair]:
        """The gold and the predicted label of each gold unit."""
        pairs = zip(self.aligned.gold, self.answered, strict=True)
        return [(label_of(gold), label_of(unit)) for gold, unit in pairs]

    @property
    def judged(self) -> list[Judged]:
        """The predicted stances of the gold units with their gold labels."""
        pairs = zip(self.aligned.gold, self.answered, strict=True)
        return [Judged(g.stance.label, u.stance) for g, u in pairs if g.stance and u.stance]

    @property
    def end_to_end(self) -> list[LabelPair]:
        """The labels of gold and found units side by side; None beside a unit that was missed or is spurious."""
        matches = self.aligned.by_gold
        matched = {m.found for m in self.aligned.matches}
        found = [label_of(u) for u in self.aligned.found]
        pairs = [
            (label_of(u), found[matches[i].found] if i in matches else None) for i, u in enumerate(self.aligned.gold)
        ]
        return pairs + [(None, label) for j, label in enumerate(found) if j not in matched]


def ask(gold: Sequence[AnnotatedArticle], split: Split, classify: Classify, iou: float) -> list[Answers]:
    """Run the splitter and the classifier on annotated articles, and the classifier on their gold units and probes."""
    articles = [a.article for a in gold]
    found = classify(list(zip(articles, split(articles), strict=True)))
    answered = classify([(a.article, [given(u) for u in a.gold]) for a in gold])
    probed = {
        name: alone([[probe(a.article, u) for u in a.gold] for a in gold], classify) for name, probe in PROBES.items()
    }
    other = [swapped(a.article, a.gold) for a in gold]
    swaps = alone([[s for s in statements if s] for statements in other], classify)
    answers = []
    for i, annotated in enumerate(gold):
        asked = [label for label, swap in zip(probed["isolated"][i], other[i], strict=True) if swap]
        answers.append(
            Answers(
                aligned=align(annotated.article, annotated.gold, found[i], iou),
                answered=tuple(answered[i]),
                probed={name: labels[i] for name, labels in probed.items()},
                swapped=tuple(zip(asked, swaps[i], strict=True)),
            )
        )
    return answers


def alone(statements: Sequence[Sequence[Statement]], classify: Classify) -> list[tuple[StanceLabel | None, ...]]:
    """Classify statements each by itself, so that no other unit tells who its source is."""
    items = [(article, [unit]) for of_article in statements for article, unit in of_article]
    labels = iter([label_of(unit) for (unit,) in classify(items)])
    return [tuple(next(labels) for _ in of_article) for of_article in statements]
