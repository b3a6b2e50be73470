"""Which tag follows which: scores of the steps between tags, and the most probable sequence under them.

The tagger answers for each token by itself. What it cannot know then is how tags follow each other: that a content
seldom ends in the middle of a phrase, that one content is not two. The scores say so. They are added to the tagger's,
as in the decoding of a conditional random field (Lafferty et al., ICML 2001), but are counted in the training articles
(`stages.transitions`), since the tagger knows those articles too well to learn them beside it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..article import Span
from ..errors import ModelError
from .tags import TAGS, Tagged, stretches
from .windows import Tokens

FILE = "transitions.json"
BORDERS = (
    "within a word",
    "before a quotation mark",
    "after a quotation mark",
    "after the end of a sentence",
    "after a comma",
    "before a comma",
    "before the end of a sentence",
    "beside another mark",
    "between words",
)
"""What can stand between two tokens, the first that fits."""

_QUOTES, _ENDS, _OTHERS = frozenset("\"'“”‘’«»"), frozenset(".?!"), frozenset(":;-–—()")

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Transitions:
    """Scores: `first` of a paragraph's first tag, (tags,); `steps` from a tag to the next, (borders, tags, tags)."""

    first: Floats
    steps: Floats

    def write(self, path: Path) -> None:
        """Write the scores with the names of tags and borders, rounded to six digits."""
        table = {
            "tags": list(TAGS),
            "borders": list(BORDERS),
            "first": self.first.round(6).tolist(),
            "steps": self.steps.round(6).tolist(),
        }
        path.write_text(json.dumps(table) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Transitions:
        """Read what `write` wrote.

        Raises `ModelError` where it is missing or belongs to another version of the tag set.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: the splitter's transitions cannot be read; run `dvc repro`") from error
        if raw.get("tags") != list(TAGS) or raw.get("borders") != list(BORDERS):
            raise ModelError(f"{path}: the transitions have another tag set than this version; run `dvc repro`")
        return cls(np.array(raw["first"]), np.array(raw["steps"]))

    def decode(self, text: str, tokens: Tokens, log_probabilities: Floats) -> list[Tagged]:
        """Find each paragraph's most probable well-formed tag sequence and list the stretches in reading order.

        Takes (tokens, tags). Viterbi decoding (Forney 1973); an inside tag must follow a begin or inside tag of its
        kind. No stretch crosses the edge of a paragraph.
        """
        between, edges = borders(text, tokens), paragraph_edges(tokens)
        parts = [(log_probabilities[a:b], between[a:b]) for a, b in edges]
        malformed = _malformed()
        first = np.where(malformed[0], -np.inf, self.first)
        paths = _best_paths(parts, first, np.where(malformed, -np.inf, self.steps))
        return [
            Tagged(t.kind, start + t.first, start + t.last)
            for (start, _), path in zip(edges, paths, strict=True)
            for t in stretches(path)
        ]


def borders(text: str, tokens: Tokens) -> Numbers:
    """Tell what stands before each token, as a number in `BORDERS`; at a paragraph's first token it says nothing."""
    found = np.full(len(tokens), len(BORDERS) - 1, dtype=np.int64)
    for i in range(1, len(tokens)):
        found[i] = _border(text, tokens.spans[i - 1], tokens.spans[i])
    return found


def _border(text: str, before: Span, after: Span) -> int:
    left, right = text[slice(*before)], text[slice(*after)]
    if left[-1:].isalnum() and right[:1].isalnum():
        return 0 if before[1] == after[0] else len(BORDERS) - 1
    fits = (
        right in _QUOTES,
        left in _QUOTES,
        left in _ENDS,
        left == ",",
        right == ",",
        right in _ENDS,
        left in _OTHERS or right in _OTHERS,
        True,
    )
    return 1 + fits.index(True)


def paragraph_edges(tokens: Tokens) -> list[tuple[int, int]]:
    """List the paragraphs of an article that have tokens, each as its first token and the one after its last."""
    starts = [i for i in range(len(tokens)) if i == 0 or tokens.paragraphs[i] != tokens.paragraphs[i - 1]]
    return list(zip(starts, [*starts[1:], len(tokens)], strict=True)) if starts else []


def _malformed() -> NDArray[np.bool_]:
    """Tell of each step from one tag (row) to the next (column) whether an inside tag follows another kind of tag."""
    return np.array([[after[0] == "I" and before[1:] != after[1:] for after in TAGS] for before in TAGS])


def _best_paths(parts: Sequence[tuple[Floats, Numbers]], first: Floats, steps: Floats) -> list[list[int]]:
    """Find the best sequence of tag numbers for each of several paragraphs, all at once from token to token."""
    order = sorted(range(len(parts)), key=lambda i: -len(parts[i][0]))
    lengths = [len(parts[i][0]) for i in order]
    longest = lengths[0] if lengths else 0
    scores, between = np.zeros((len(order), longest, len(first))), np.zeros((len(order), longest), dtype=np.int64)
    for row, i in enumerate(order):
        scores[row, : lengths[row]], between[row, : lengths[row]] = parts[i]
    back = np.zeros(scores.shape, dtype=np.int64)
    total = scores[:, 0] + first if longest else scores[:, 0:0].sum(axis=1)
    there = len(order)
    for t in range(1, longest):
        while lengths[there - 1] <= t:
            there -= 1
        reach = total[:there, :, None] + steps[between[:there, t]]
        back[:there, t] = reach.argmax(axis=1)
        total[:there] = reach.max(axis=1) + scores[:there, t]
    paths: list[list[int]] = [[] for _ in parts]
    for row, i in enumerate(order):
        tag = int(total[row].argmax())
        path = [tag]
        for t in range(lengths[row] - 1, 0, -1):
            tag = int(back[row, t, tag])
            path.append(tag)
        paths[i] = path[::-1]
    return paths
