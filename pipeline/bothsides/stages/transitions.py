"""Stage transitions: learns from the training articles which tag follows which; see `quotes.transitions`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..params import Params, TransitionsParams
from ..quotes.tags import TAGS, Numbers
from ..quotes.targets import targets
from ..quotes.transitions import BORDERS, FILE, Transitions, borders, paragraph_edges
from ..quotes.windows import tokenise
from ..runtime import open_tokenizer
from ..tables import annotated_articles


def main(root: Path, params: Params) -> None:
    """Tag the annotated training articles as their units say and write the scores of the steps between the tags."""
    tokenizer = open_tokenizer(root / "models/splitter/tokenizer.json")
    paragraphs: list[tuple[Numbers, Numbers]] = []
    for article, units in annotated_articles(root, "train"):
        tokens = tokenise(article, tokenizer)
        tags = np.array(targets(article, units, tokens).tags, dtype=np.int64)
        between = borders(article.text, tokens)
        paragraphs += [(tags[a:b], between[a:b]) for a, b in paragraph_edges(tokens)]
    learnt(paragraphs, params.transitions).write(root / "models" / FILE)


def learnt(paragraphs: Iterable[tuple[Numbers, Numbers]], how: TransitionsParams) -> Transitions:
    """Score each step by how much likelier the tag is after the one before than elsewhere at such a border.

    Takes each paragraph's tags and the borders before them, (tokens,) both. The score is the pointwise mutual
    information of two tags in a row at one kind of border, in nats, times `weight`: what the tagger says of a token
    already holds how frequent its tag is. `smoothing` counts as many steps from each tag at each border, shared out as
    the steps from that tag are at all borders.
    """
    size = len(TAGS)
    counts, begun = np.zeros((len(BORDERS), size, size)), np.zeros(size)
    for tags, between in paragraphs:
        begun[tags[0]] += 1
        np.add.at(counts, (between[1:], tags[:-1], tags[1:]), 1)
    pooled = counts.sum(axis=0) + 0.5
    usual = pooled / pooled.sum(axis=1, keepdims=True)
    smoothed = counts + how.smoothing * usual
    after = smoothed / smoothed.sum(axis=2, keepdims=True)
    there = counts.sum(axis=1) + 1
    steps = np.log(after) - np.log(there / there.sum(axis=1, keepdims=True))[:, None, :]
    opening, overall = begun + 0.5, counts.sum(axis=(0, 1)) + begun + 1
    first = np.log(opening / opening.sum()) - np.log(overall / overall.sum())
    return Transitions(how.weight * first, how.weight * steps)
