"""Windows: an article as overlapping stretches of tokens that fit into the encoder, paragraphs parted by [SEP].

What a lower-cased word piece does not show goes into its segment id: whether the word is capitalised, and whether
it stands inside quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..article import Article, Span
from ..errors import ModelError
from ..marks import quotations, quotes_singly
from ..runtime import Encoding

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SEGMENTS = 4
"""Segment ids: 0 plain, 1 capitalised, 2 quoted, 3 quoted and capitalised."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of an article in reading order: ids, character spans, segment ids and paragraph (from 0) of each."""

    ids: tuple[int, ...]
    spans: tuple[Span, ...]
    segments: tuple[int, ...]
    paragraphs: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def inside(self, spans: Sequence[Span]) -> NDArray[np.int64]:
        """Give the tokens that touch any of the character ranges, in reading order."""
        starts, ends = self._columns
        touching = (np.flatnonzero((starts < end) & (ends > start)) for start, end in spans)
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *touching]))

    @cached_property
    def _columns(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        columns = np.array(self.spans, dtype=np.int64).reshape(-1, 2)
        return columns[:, 0], columns[:, 1]


@dataclass(frozen=True)
class Window:
    """One input of the tagger and, for each of its positions, the token of the article there (-1: a special token)."""

    encoding: Encoding
    tokens: tuple[int, ...]


_PIECE = re.compile(r"\S+(?:\s+\S+){0,511}")


def special_tokens(tokenizer: Tokenizer) -> tuple[int, int]:
    """Give the ids of the tokens that open an input and part its paragraphs, as BERT or as RoBERTa and MPNet call them.

    Raises `ModelError` where the tokenizer has none.
    """
    for names in (("[CLS]", "[SEP]"), ("<s>", "</s>")):
        first, separator = (tokenizer.token_to_id(name) for name in names)
        if first is not None and separator is not None:
            return first, separator
    raise ModelError("the tokenizer has no [CLS] and [SEP], nor <s> and </s>: it is not that of a BERT-like encoder")


def tokenise(article: Article, tokenizer: Tokenizer) -> Tokens:
    """Tokenise an article paragraph by paragraph; very long paragraphs in pieces of 512 words."""
    quoted = [q.outer for q in quotations(article)]
    text = _normalised(article, quoted)
    ids: list[int] = []
    spans: list[Span] = []
    segments: list[int] = []
    paragraphs: list[int] = []
    at = 0
    for number, (start, end) in enumerate(article.paragraphs):
        for piece in _PIECE.finditer(text, start, end):
            encoding = tokenizer.encode(piece.group(), add_special_tokens=False)
            for token, (s, e) in zip(encoding.ids, encoding.offsets, strict=True):
                span = (piece.start() + s, piece.start() + e)
                while at < len(quoted) and quoted[at][1] <= span[0]:
                    at += 1
                inside = at < len(quoted) and quoted[at][0] <= span[0]
                ids.append(token)
                spans.append(span)
                segments.append(2 * inside + article.text[span[0] : span[0] + 1].isupper())
                paragraphs.append(number)
    return Tokens(tuple(ids), tuple(spans), tuple(segments), tuple(paragraphs))


def window_starts(tokens: Tokens, size: int, stride: int, offset: int = 0) -> list[int]:
    """Choose where the windows start: every `stride` tokens, moved back to a paragraph's start where one is near.

    The first window starts at 0 and the last one reaches the end. `offset` shortens the first step.
    """
    starts = [0]
    firsts = [i for i in range(1, len(tokens)) if tokens.paragraphs[i] != tokens.paragraphs[i - 1]]
    while (reach := starts[-1] + size - _separators(tokens, starts[-1], size)) < len(tokens):
        aim = max(starts[-1] + 1, min(reach, starts[-1] + stride - (offset if len(starts) == 1 else 0)))
        near = [f for f in firsts if max(starts[-1], aim - stride // 3) < f <= aim]
        starts.append(near[-1] if near else aim)
    return starts


def build_window(tokens: Tokens, start: int, end: int, size: int, special: tuple[int, int]) -> Window:
    """Build the window of the tokens [start, end), cut at `size` (separators included); `special` is ([CLS], [SEP])."""
    cls, sep = special
    row = [(cls, 0, -1)]
    for i in range(start, end):
        new_paragraph = i > start and tokens.paragraphs[i] != tokens.paragraphs[i - 1]
        if len(row) + new_paragraph > size:
            break
        if new_paragraph:
            row.append((sep, 0, -1))
        row.append((tokens.ids[i], tokens.segments[i], i))
    row.append((sep, 0, -1))
    ids, types, places = zip(*row, strict=True)
    return Window(Encoding(ids, types), places)


def windows(tokens: Tokens, size: int, stride: int, special: tuple[int, int]) -> list[Window]:
    """Cover an article with windows; see `window_starts`."""
    if not len(tokens):
        return []
    starts = window_starts(tokens, size, stride)
    return [build_window(tokens, s, len(tokens), size, special) for s in starts]


def training_windows(tokens: Tokens, size: int, special: tuple[int, int], offset: int = 0) -> list[Window]:
    """Part an article into windows that do not overlap, for training, where each token should count once.

    `offset` shortens the first one, so that other epochs see the text at other places of a window.
    """
    if not len(tokens):
        return []
    starts = window_starts(tokens, size, size, offset)
    ends = [*starts[1:], len(tokens)]
    return [build_window(tokens, s, e, size, special) for s, e in zip(starts, ends, strict=True)]


def best_window(tokens: Tokens, covering: Sequence[Window]) -> list[tuple[int, int]]:
    """Give for each token the (window, position) where it stands farthest from a cut edge of the text."""
    best: list[tuple[int, int, int]] = [(-1, 0, 0)] * len(tokens)
    for w, window in enumerate(covering):
        inside = [t for t in window.tokens if t >= 0]
        first, last = inside[0], inside[-1]
        for position, t in enumerate(window.tokens):
            if t >= 0:
                left = t - first if first else len(tokens)
                right = last - t if last < len(tokens) - 1 else len(tokens)
                if min(left, right) > best[t][0]:
                    best[t] = (min(left, right), w, position)
    return [(w, position) for _, w, position in best]


_SAME_LENGTH = str.maketrans(
    dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‚‛", "'") | dict.fromkeys("\u00a0\u202f", " ")
)


def _normalised(article: Article, quoted: Sequence[Span]) -> str:
    """Write every quotation mark as a straight one, character by character, so that the tagger knows one style only."""
    text = article.text.translate(_SAME_LENGTH).replace("``", '" ').replace("''", ' "')
    if not quotes_singly(article.text):
        return text
    characters = list(text)
    for start, end in quoted:
        characters[start] = '"'
        if characters[end - 1] == "'":
            characters[end - 1] = '"'
    return "".join(characters)


def _separators(tokens: Tokens, start: int, size: int) -> int:
    end = min(len(tokens), start + size)
    return 0 if start >= end else tokens.paragraphs[end - 1] - tokens.paragraphs[start]
