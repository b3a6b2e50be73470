"""Articles to quote units with a stance: the published model, for one text or for a stream of articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .. import balance as voices
from ..article import Article
from ..errors import ModelError
from ..unit import QuoteUnit, unit_row

if TYPE_CHECKING:
    from ..quotes.splitter import Splitter
    from ..stance.model import StanceModel

CHUNK_ARTICLES = 32
"""Articles classified together: enough that sorting by length fills the batches, few enough to bound the memory."""
FIRST_CHUNK = 8
"""Articles of the first chunk; each chunk is twice the one before, so that the first results come soon."""
CHUNK_CHARACTERS = 500_000
"""Characters from which a chunk is closed although it holds fewer articles."""


@dataclass(frozen=True)
class Prediction:
    """An article and its quote units in reading order, each with a stance."""

    article: Article
    units: tuple[QuoteUnit, ...]

    @cached_property
    def balance(self) -> voices.Balance:
        """The shares of the two sides and of neutral speech in this article."""
        return voices.balance(self.article, self.units)

    def rows(self) -> list[dict[str, object]]:
        """Lay out the units as rows of the `quotes` table, numbered from 1; see `unit.unit_row`."""
        return [unit_row(self.article, number, unit) for number, unit in enumerate(self.units, start=1)]


class Predictor:
    """The splitter and the stance classifier of one bundle."""

    def __init__(self, splitter: Splitter, stance: StanceModel) -> None:
        self.splitter = splitter
        self.stance = stance

    @classmethod
    def load(cls, bundle: Path | None = None, expected: str | None = None) -> Predictor:
        """Load a bundle: the given folder, else where `bundle.locate` finds one; every file is checked by its sha256.

        `expected` is what `identity` gave when the run began; another model may lie there by now. Raises `ModelError`
        where that is so, where there is no bundle, and where a file is missing or altered.
        """
        from ..bundle import locate, verify
        from ..quotes.splitter import Splitter
        from ..runtime import OnnxBackend
        from ..stance.model import StanceModel

        folder = locate(bundle)
        model = verify(folder).model
        if expected and model != expected:
            raise ModelError(
                f"{folder}: holds the model {model}, and the run began with {expected}; put that one back and go on "
                "with --resume, or start again with --overwrite"
            )
        splitter, stance = folder / "splitter", folder / "stance"
        found = Splitter.load(splitter, OnnxBackend(splitter / "model.onnx"), splitter)
        return cls(found, StanceModel.load(stance, found.reader))

    @classmethod
    def identity(cls, bundle: Path | None = None) -> str:
        """Give the name of the model that `load` would load: its tier and a short hash.

        Raises `ModelError` where there is none.
        """
        from ..bundle import locate, read_manifest

        return read_manifest(locate(bundle)).model

    def predict(self, text: str, id: str = "text") -> Prediction:
        """Find the quote units of one text and classify them."""
        return next(self.predict_articles([Article(id, text)]))

    def predict_articles(self, articles: Iterable[Article], first_chunk: int = FIRST_CHUNK) -> Iterator[Prediction]:
        """Yield the prediction of each article, in order.

        Works in chunks, so that batches are filled from many articles while the memory stays bounded; a prediction
        does not depend on which articles share its chunk. The first chunk has `first_chunk` articles, and each one
        twice as many as the one before.
        """
        for chunk in _chunks(articles, first_chunk):
            found = self.splitter.split(chunk)
            classified = self.stance.classify(list(zip(chunk, found, strict=True)))
            for article, units in zip(chunk, classified, strict=True):
                yield Prediction(article, tuple(units))


def _chunks(articles: Iterable[Article], first: int) -> Iterator[list[Article]]:
    chunk: list[Article] = []
    characters, size = 0, first
    for article in articles:
        chunk.append(article)
        characters += len(article.text)
        if len(chunk) == size or characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters, size = [], 0, min(2 * size, CHUNK_ARTICLES)
    if chunk:
        yield chunk
