from __future__ import annotations

import numpy as np

from bothsides.article import Article
from bothsides.quotes.config import SplitterConfig
from bothsides.quotes.reading import Reader
from bothsides.quotes.tags import LABELS

ARTICLES = [Article(str(n), f"Number {n} said no. " * (5 + 30 * n)) for n in range(4)]
WIDTH = 3


class Counting:
    """Answers each position with its token's id as logits and its place in the window as hidden state."""

    def __init__(self) -> None:
        self.windows = 0

    def logits(self, ids, types, mask):
        self.windows += len(ids)
        out = np.zeros((*ids.shape, len(LABELS) + WIDTH), dtype=np.float32)
        out[..., 0] = ids
        out[..., len(LABELS)] = np.arange(ids.shape[1])
        return out


def test_every_token_keeps_its_own_row_wherever_windows_overlap(tokenizer) -> None:
    reader = Reader(Counting(), tokenizer, SplitterConfig(64, 40), 512)
    for article, reading in zip(ARTICLES, reader.read(ARTICLES), strict=True):
        assert reading.logits[:, 0].tolist() == list(reading.tokens.ids)
        assert reading.hidden.shape == (len(reading.tokens), WIDTH)
        assert [article.text[s:e] for s, e in reading.tokens.spans[:2]] == ["Number", article.id]
        # Far from a cut edge: only the article's own ends are read at the edge of a window.
        inner = reading.hidden[12:-12, 0]
        assert not len(inner) or inner.min() >= 12


def test_articles_read_last_cost_no_second_pass(tokenizer) -> None:
    backend = Counting()
    reader = Reader(backend, tokenizer, SplitterConfig(64, 40), 512)
    first = reader.read(ARTICLES)
    ran = backend.windows
    assert reader.read(list(ARTICLES)) is first and backend.windows == ran
    reader.read(ARTICLES[:2])
    assert backend.windows > ran


def test_an_empty_article_is_read_as_nothing(tokenizer) -> None:
    (reading,) = Reader(Counting(), tokenizer, SplitterConfig(64, 40), 512).read([Article("e", " \n\n ")])
    assert reading.logits.shape == (0, len(LABELS)) and reading.tokens.inside([(0, 5)]).tolist() == []
