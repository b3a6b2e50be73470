"""A small annotated corpus and models that answer by rule, for the tests of the evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from bothsides.annotated import AnnotatedArticle, parse_annotated
from bothsides.article import Article
from bothsides.unit import STANCES, QuoteUnit, Stance, StanceLabel

_XML = """<article id="{id}" event="" year="2017" style="wire">
<sources>
<source id="lead" name="Dana Whitlock" role="union president" affiliation="union"/>
<source id="chief" name="Omar Reyes" role="superintendent" affiliation="district"/>
<source id="parent" name="a parent" role="" affiliation="other"/>
</sources>
<body>
<p>"<said u="1" who="lead" stance="union-aligned">We asked for smaller classes</said>," \
<speaker u="1">Whitlock</speaker> <cue u="1">said</cue>. \
<speaker u="2">Reyes</speaker> <cue u="2">said</cue> <said u="2" who="chief" \
stance="district-aligned">the offer is more than fair</said>.</p>
<p><speaker u="3">Reyes</speaker> <cue u="3">said</cue> <said u="3" who="chief" stance="neutral">talks resume \
Friday</said>. "<said u="4" who="parent" stance="neutral">I can keep them home</said>," \
<speaker u="4">a parent</speaker> <cue u="4">said</cue>.</p>
</body>
</article>
"""


def corpus(articles: int) -> list[AnnotatedArticle]:
    """Some articles of four units each."""
    parsed = [parse_annotated(_XML.format(id=f"a{i}"))[0] for i in range(articles)]
    return [annotated for annotated in parsed if annotated is not None]


class Oracle:
    """A model that knows the gold; `lost` units are not found, and every unit found keeps its gold speaker."""

    def __init__(self, gold: Sequence[AnnotatedArticle], lost: Sequence[int] = ()) -> None:
        self.units = {a.article.id: a.gold for a in gold}
        self.stances = {a.article.id: [(u.quote(a.article.text), u.stance) for u in a.gold] for a in gold}
        self.lost = set(lost)

    def split(self, articles: Sequence[Article]) -> list[list[QuoteUnit]]:
        """Give the gold units without their stance, but for the lost ones."""
        return [
            [replace(u, stance=None) for i, u in enumerate(self.units[a.id]) if i not in self.lost] for a in articles
        ]

    def classify(self, items: Sequence[tuple[Article, list[QuoteUnit]]]) -> list[list[QuoteUnit]]:
        """Give each unit the gold stance of the first unit of its article's id with the same words."""
        return [[replace(u, stance=self._gold(a, u)) for u in units] for a, units in items]

    def _gold(self, article: Article, unit: QuoteUnit) -> Stance | None:
        words = unit.quote(article.text)
        return next((s for quote, s in self.stances[article.id] if quote == words), Stance.certain("neutral", "oracle"))


class BySpeaker:
    """A model that reads the speaker's name alone, 80% sure."""

    answers: ClassVar[dict[str, StanceLabel]] = {"Dana Whitlock": "union-aligned", "Omar Reyes": "district-aligned"}

    def classify(self, items: Sequence[tuple[Article, list[QuoteUnit]]]) -> list[list[QuoteUnit]]:
        """Give each unit the label of its speaker."""
        return [[replace(u, stance=self._stance(u)) for u in units] for _, units in items]

    def _stance(self, unit: QuoteUnit) -> Stance:
        label = self.answers.get(unit.speaker_name, "neutral")
        union, district, neutral = (0.8 if label == s else 0.1 for s in STANCES)
        return Stance(label, (union, district, neutral), "", "model:names")
