"""The splitter: articles in, quote units with resolved speakers out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..article import Article, Span
from ..runtime import BATCH_TOKENS, Backend, Logits, log_softmax, open_tokenizer, run
from ..unit import QuoteUnit
from .config import SplitterConfig, load_config
from .link import link
from .resolve import Evidence, resolve
from .tags import LABELS, ROLE_COLUMNS, ROLES, SIDE_COLUMNS, SIDES, TAG_COLUMNS, TAGS, Tagged, decode
from .windows import Tokens, Window, best_window, special_tokens, tokenise, windows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_ARTICLES_AT_ONCE = 64


class Splitter:
    """A tagger, a linker and a resolver: see `split`."""

    def __init__(self, backend: Backend, tokenizer: Tokenizer, config: SplitterConfig, batch_tokens: int) -> None:
        self._backend, self._tokenizer, self._config = backend, tokenizer, config
        self._batch_tokens = batch_tokens
        self._special = special_tokens(tokenizer)

    @classmethod
    def load(cls, folder: Path, backend: Backend, batch_tokens: int = BATCH_TOKENS) -> Splitter:
        """Read `tokenizer.json` and `splitter.json` of a folder.

        Raises `ModelError` where they are missing or were made by another version of the tag set.
        """
        config = load_config(folder)
        return cls(backend, open_tokenizer(folder / "tokenizer.json"), config, batch_tokens)

    def split(
        self, articles: Sequence[Article], progress: Callable[[int], None] | None = None
    ) -> list[list[QuoteUnit]]:
        """Split articles into units in reading order, with speakers resolved and no stance.

        Windows of up to 64 articles are batched together, sorted by length; what else is in a batch does not change a
        result by more than rounding. `progress` is called with the number of articles just done.
        """
        out: list[list[QuoteUnit]] = []
        for at in range(0, len(articles), _ARTICLES_AT_ONCE):
            some = articles[at : at + _ARTICLES_AT_ONCE]
            out += self._split_some(some)
            if progress:
                progress(len(some))
        return out

    def tag(self, articles: Sequence[Article]) -> list[tuple[Tokens, NDArray[np.float64]]]:
        """Give each article's tokens and their logits (tokens, `LABELS`).

        Where windows overlap, the one that shows most on both sides of a token decides.
        """
        config = self._config
        tokens = [tokenise(a, self._tokenizer) for a in articles]
        covers = [windows(t, config.window, config.stride, self._special) for t in tokens]
        logits = run(self._backend, [w.encoding for cover in covers for w in cover], self._batch_tokens)
        out, at = [], 0
        for some, cover in zip(tokens, covers, strict=True):
            out.append((some, _merged(some, cover, logits[at : at + len(cover)])))
            at += len(cover)
        return out

    def _split_some(self, articles: Sequence[Article]) -> list[list[QuoteUnit]]:
        tagged = self.tag(articles)
        return [units_of(article, tokens, logits) for article, (tokens, logits) in zip(articles, tagged, strict=True)]


def units_of(article: Article, tokens: Tokens, logits: NDArray[np.float64]) -> list[QuoteUnit]:
    """Turn the tagger's logits (tokens, `LABELS`) for an article into units."""
    units = link(article, [(_characters(tokens, t), t.kind) for t in _decoded(tokens, logits[:, TAG_COLUMNS], TAGS)])
    return resolve(article, units, _evidence(tokens, logits))


def _evidence(tokens: Tokens, logits: NDArray[np.float64]) -> Evidence:
    sides = log_softmax(logits[:, SIDE_COLUMNS])
    starts, ends = (np.array(column) for column in zip(*tokens.spans, strict=True)) if tokens.spans else ((), ())

    def affiliation(span: Span) -> NDArray[np.float64]:
        inside = (np.asarray(starts) < span[1]) & (np.asarray(ends) > span[0])
        mean: NDArray[np.float64] = sides[inside].mean(axis=0) if inside.any() else np.full(len(SIDES), -np.log(3))
        return mean

    roles = _decoded(tokens, logits[:, ROLE_COLUMNS], ROLES)
    return Evidence(affiliation, tuple(_characters(tokens, r) for r in roles))


def _decoded(tokens: Tokens, logits: NDArray[np.float64], tags: Sequence[str]) -> list[Tagged]:
    """Decode paragraph by paragraph: no stretch crosses the edge of one."""
    found: list[Tagged] = []
    first = 0
    scores = log_softmax(logits)
    for i in range(1, len(tokens) + 1):
        if i == len(tokens) or tokens.paragraphs[i] != tokens.paragraphs[first]:
            found += [Tagged(t.kind, first + t.first, first + t.last) for t in decode(scores[first:i], tags)]
            first = i
    return found


def _merged(tokens: Tokens, cover: Sequence[Window], logits: Sequence[Logits]) -> NDArray[np.float64]:
    out = np.zeros((len(tokens), len(LABELS)))
    for t, (w, position) in enumerate(best_window(tokens, cover)):
        out[t] = logits[w][position]
    return out


def _characters(tokens: Tokens, tagged: Tagged) -> Span:
    return tokens.spans[tagged.first][0], tokens.spans[tagged.last][1]
