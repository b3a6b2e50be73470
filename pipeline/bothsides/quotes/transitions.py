"""Which tag follows which: scores of the steps between tags, and the most probable sequence under them.

The tagger answers for each token by itself. What it cannot know then is how tags follow each other: that a content
seldom ends in the middle of a phrase, that one content is not two. The scores say so. They are added to the tagger's,
as in the decoding of a conditional random field (Lafferty et al., ICML 2001), but are counted in the training articles
(`stages.transitions`), since the tagger knows those articles too well to learn them beside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..article import Span
from ..errors import ModelError
from .tags import TAGS, Floats, Numbers, Tagged, best_paths, malformed, stretches
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
        if not isinstance(raw, dict) or raw.get("tags") != list(TAGS) or raw.get("borders") != list(BORDERS):
            raise ModelError(f"{path}: the transitions have another tag set than this version; run `dvc repro`")
        return cls(np.array(raw["first"]), np.array(raw["steps"]))

    def decode(self, text: str, tokens: Tokens, log_probabilities: Floats) -> list[Tagged]:
        """Find each paragraph's most probable well-formed tag sequence and list the stretches in reading order.

        Takes (tokens, tags). An inside tag must follow a begin or inside tag of its kind. No stretch crosses the edge
        of a paragraph.
        """
        between, edges = borders(text, tokens), paragraph_edges(tokens)
        parts = [(log_probabilities[a:b], between[a:b]) for a, b in edges]
        first = np.where(malformed()[0], -np.inf, self.first)
        paths = best_paths(parts, first, np.where(malformed(), -np.inf, self.steps))
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
