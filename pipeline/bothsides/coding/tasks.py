"""What a coder is shown of a unit: the quote in its context, who speaks, and the columns that lead back to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..article import Article, Span, paragraph_at
from .draw import Draw, inclusion_probabilities
from .results import FoundUnit, Results

_REACH = 1200


@dataclass(frozen=True)
class Task:
    """One unit to code.

    `text` is the quote with its paragraph and those beside it; `spans` say where in it the quote stands, and `start`
    where in the article it begins (None where the article's text was not found, and `text` is the bare quote). `order`
    counts from 1 over the whole draw.
    """

    unit: FoundUnit
    order: int
    stratum: str
    probability: float
    text: str
    spans: tuple[Span, ...]
    start: int | None

    @property
    def who(self) -> str:
        """The speaker as a coder needs it: name or mention, and role."""
        name = self.unit.columns.get("speaker_name") or self.unit.columns.get("speaker") or "speaker unknown"
        role = self.unit.columns.get("speaker_role")
        return f"{name} ({role})" if role else name


@dataclass(frozen=True)
class Sample:
    """The tasks of a sample in the order of the draw, and the draw that they are of."""

    draw: Draw
    tasks: tuple[Task, ...]


def link_columns(task: Task, draw: Draw) -> dict[str, object]:
    """Give the columns that every format carries, so that a coded file leads back to the unit and to its draw."""
    return {
        "unit_id": task.unit.id,
        "article_id": task.unit.article_id,
        "spans": [list(span) for span in task.unit.spans],
        "context_start": task.start,
        "order": task.order,
        "stratum": task.stratum,
        "inclusion_probability": round(task.probability, 6),
        "results": draw.results,
        "seed": draw.seed,
        "by": draw.by,
    }


def make_sample(
    results: Results, draw: Draw, order: Sequence[str], strata: Mapping[str, str], first: int, last: int
) -> Sample:
    """Make the tasks of the units `first` to `last` (from 0, end exclusive) of an order of the draw.

    Inclusion probabilities are those of the sample as a whole, from its first unit to `last`.
    """
    probabilities = inclusion_probabilities(order[:last], strata)
    units = {unit.id: unit for unit in results.units}
    chosen = [units[id] for id in order[first:last]]
    texts = results.texts(unit.article_id for unit in chosen)
    tasks = []
    for number, unit in enumerate(chosen, start=first + 1):
        text, spans, start = _context(unit, texts.get(unit.article_id))
        tasks.append(Task(unit, number, strata[unit.id], probabilities[unit.id], text, spans, start))
    return Sample(draw, tuple(tasks))


def _context(unit: FoundUnit, article: Article | None) -> tuple[str, tuple[Span, ...], int | None]:
    if article is None:
        quote = unit.columns["quote"]
        return quote, ((0, len(quote)),), None
    begin, end = unit.spans[0][0], unit.spans[-1][1]
    paragraphs = article.paragraphs
    first = paragraphs[max(0, paragraph_at(article, begin) - 1)][0]
    last = paragraphs[min(len(paragraphs) - 1, paragraph_at(article, max(begin, end - 1)) + 1)][1]
    start, stop = max(min(first, begin), begin - _REACH), min(max(last, end), end + _REACH)
    # Coders' tools turn every kind of line end into one character; these keep the positions as they are.
    text = article.text[start:stop].replace("\r\n", " \n").replace("\r", "\n")
    return text, tuple((s - start, e - start) for s, e in unit.spans), start
