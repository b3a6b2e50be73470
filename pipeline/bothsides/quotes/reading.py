"""Reading: one pass of the encoder over articles, from which tags, stances and sides are all taken.

The encoder is the costly part. It runs once over an article's windows; each token keeps the tagger's logits and its
hidden state, and whoever needs to know something about a stretch of text looks there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..article import Article
from ..runtime import BATCH_TOKENS, Backend, Logits, open_tokenizer, run
from .config import SplitterConfig, load_config
from .tags import LABELS
from .windows import Tokens, Window, best_window, special_tokens, tokenise, windows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """What the encoder says of an article.

    `logits` are (tokens, `LABELS`), `hidden` states (tokens, width).
    """

    tokens: Tokens
    logits: Floats
    hidden: Logits


class Reader:
    """The encoder with its tagging head; see `read`."""

    def __init__(self, backend: Backend, tokenizer: Tokenizer, config: SplitterConfig, batch_tokens: int) -> None:
        self._backend, self._tokenizer, self._config = backend, tokenizer, config
        self._batch_tokens = batch_tokens
        self._special = special_tokens(tokenizer)
        self._last: tuple[list[Article], list[Reading]] = ([], [])

    @classmethod
    def load(cls, folder: Path, backend: Backend, batch_tokens: int = BATCH_TOKENS) -> Reader:
        """Read `tokenizer.json` and `splitter.json` of a folder; the weights are the backend's.

        Raises `ModelError` where they are missing or were made by another version of the tag set.
        """
        config = load_config(folder)
        return cls(backend, open_tokenizer(folder / "tokenizer.json"), config, batch_tokens)

    def read(self, articles: Sequence[Article]) -> list[Reading]:
        """Read articles, their windows batched together.

        Where windows overlap, the one that shows most on both sides of a token decides. The articles read last are
        kept: the stance model asks for the same ones as the splitter before it, and costs no second pass.
        """
        known, readings = self._last
        if len(known) != len(articles) or any(a is not b for a, b in zip(known, articles, strict=True)):
            readings = self._read(articles)
            self._last = (list(articles), readings)
        return readings

    def _read(self, articles: Sequence[Article]) -> list[Reading]:
        config = self._config
        tokens = [tokenise(a, self._tokenizer) for a in articles]
        covers = [windows(t, config.window, config.stride, self._special) for t in tokens]
        outputs = run(self._backend, [w.encoding for cover in covers for w in cover], self._batch_tokens)
        readings, at = [], 0
        for some, cover in zip(tokens, covers, strict=True):
            readings.append(reading(some, cover, outputs[at : at + len(cover)]))
            at += len(cover)
        return readings


def reading(tokens: Tokens, cover: Sequence[Window], outputs: Sequence[Logits]) -> Reading:
    """Merge what the encoder says of each window, (positions, `LABELS` and hidden state), token by token."""
    chosen = [outputs[w][position] for w, position in best_window(tokens, cover)]
    rows = np.stack(chosen) if chosen else np.zeros((0, len(LABELS)), dtype=np.float32)
    return Reading(tokens, rows[:, : len(LABELS)].astype(np.float64), rows[:, len(LABELS) :])
