"""The splitter: articles in, quote units with resolved speakers out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..article import Article, Span
from ..runtime import BATCH_TOKENS, Backend, log_softmax
from ..unit import SPOKEN_FOR, QuoteUnit
from .dialogue import in_turns
from .furniture import FILE as FURNITURE
from .furniture import Furniture
from .link import link
from .reading import Reader, Reading
from .resolve import Evidence, resolve
from .running import run_on
from .signed import in_own_words
from .tags import ROLE_COLUMNS, ROLES, SIDE_COLUMNS, TAG_COLUMNS, Tagged, decode
from .transitions import FILE as TRANSITIONS
from .transitions import Transitions, paragraph_edges
from .windows import Tokens

_ARTICLES_AT_ONCE = 64


class Splitter:
    """A reader, a decoder of its tags, what it passes over, a linker and a resolver: see `split`."""

    def __init__(self, reader: Reader, transitions: Transitions, furniture: Furniture) -> None:
        self.reader, self.transitions, self.furniture = reader, transitions, furniture

    @classmethod
    def load(cls, folder: Path, backend: Backend, beside: Path, batch_tokens: int = BATCH_TOKENS) -> Splitter:
        """Load the reader of a folder, and the transitions and page furniture of the folder `beside`.

        See `Reader.load`, `Transitions.read` and `Furniture.read`.
        """
        transitions, furniture = Transitions.read(beside / TRANSITIONS), Furniture.read(beside / FURNITURE)
        return cls(Reader.load(folder, backend, batch_tokens), transitions, furniture)

    def split(
        self, articles: Sequence[Article], progress: Callable[[int], None] | None = None
    ) -> list[list[QuoteUnit]]:
        """Split articles into units in reading order, with speakers resolved and no stance.

        Windows of up to 64 articles are batched together, sorted by length; what else is in a batch does not change a
        result. `progress` is called with the number of articles just done.
        """
        out: list[list[QuoteUnit]] = []
        for at in range(0, len(articles), _ARTICLES_AT_ONCE):
            some = articles[at : at + _ARTICLES_AT_ONCE]
            read = zip(some, self.reader.read(some), strict=True)
            out += [units_of(a, reading, self.transitions, self.furniture) for a, reading in read]
            if progress:
                progress(len(some))
        return out


def units_of(article: Article, reading: Reading, transitions: Transitions, furniture: Furniture) -> list[QuoteUnit]:
    """Turn what the encoder says of an article into units; what it says of page furniture does not count."""
    tokens, passed_over = reading.tokens, furniture.among(article)
    tagged = transitions.decode(article.text, tokens, log_softmax(reading.logits[:, TAG_COLUMNS]))
    counting = [t for t in tagged if tokens.paragraphs[t.first] not in passed_over]
    linked = link(article, [(_characters(tokens, t), t.kind) for t in counting], passed_over)
    units = run_on(article, in_turns(article, in_own_words(article, linked), passed_over), passed_over)
    return resolve(article, units, _evidence(reading))


def _evidence(reading: Reading) -> Evidence:
    sides = log_softmax(reading.logits[:, SIDE_COLUMNS])

    unknown = np.full(len(SPOKEN_FOR), -np.log(len(SPOKEN_FOR)))

    def affiliation(span: Span) -> NDArray[np.float64]:
        inside = reading.tokens.inside([span])
        return np.asarray(sides[inside].mean(axis=0)) if len(inside) else unknown

    roles = _roles(reading.tokens, log_softmax(reading.logits[:, ROLE_COLUMNS]))
    return Evidence(affiliation, tuple(_characters(reading.tokens, r) for r in roles))


def _roles(tokens: Tokens, log_probabilities: NDArray[np.float64]) -> list[Tagged]:
    return [
        Tagged(t.kind, first + t.first, first + t.last)
        for first, end in paragraph_edges(tokens)
        for t in decode(log_probabilities[first:end], ROLES)
    ]


def _characters(tokens: Tokens, tagged: Tagged) -> Span:
    return tokens.spans[tagged.first][0], tokens.spans[tagged.last][1]
