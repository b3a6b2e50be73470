"""The tag set of the splitter: what a token is, and on which side of it its cue stands.

Each token gets three independent predictions in one row of logits:

* `TAGS`: begin/inside of content, speaker and cue. Content and speaker carry a direction: is their cue to the `left`,
  to the `right`, or is there `none`? The direction is what lets a linker group spans without a parser.
* `SPOKEN_FOR`: for whom somebody mentioned here speaks.
* `ROLES`: begin/inside of words that say who a source is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..unit import SPOKEN_FOR

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

KINDS = ("content-left", "content-right", "content-none", "speaker-left", "speaker-right", "cue")
TAGS = ("O", *(f"{edge}-{kind}" for kind in KINDS for edge in "BI"))
ROLES = ("O", "B-role", "I-role")
LABELS = (*TAGS, *(f"side-{s}" for s in SPOKEN_FOR), *(f"role-{r}" for r in ROLES))
"""The columns of the model's logits, in order."""

TAG_COLUMNS = slice(0, len(TAGS))
SIDE_COLUMNS = slice(len(TAGS), len(TAGS) + len(SPOKEN_FOR))
ROLE_COLUMNS = slice(len(TAGS) + len(SPOKEN_FOR), len(LABELS))


@dataclass(frozen=True)
class Tagged:
    """A stretch of tokens [first, last] (both included) that bears one kind of tag."""

    kind: str
    first: int
    last: int


def decode(log_probabilities: Floats, tags: Sequence[str] = TAGS) -> list[Tagged]:
    """Find the most probable well-formed tag sequence and list its stretches.

    Takes (tokens, tags). The one constraint is that an inside tag follows a begin or inside tag of the same kind. Most
    sequences of likeliest tags are well-formed, and so the answer, as they stand.
    """
    if not len(log_probabilities):
        return []
    forbidden = malformed(tuple(tags))
    path = log_probabilities.argmax(axis=1)
    if forbidden[0, path[0]] or forbidden[path[:-1], path[1:]].any():
        steps = np.where(forbidden, -np.inf, 0.0)
        everywhere = np.zeros(len(log_probabilities), dtype=np.int64)
        return stretches(best_paths([(log_probabilities, everywhere)], steps[0], steps[None])[0], tags)
    return stretches(path.tolist(), tags)


def stretches(path: Sequence[int], tags: Sequence[str] = TAGS) -> list[Tagged]:
    """List the stretches of a sequence of tag numbers; an inside tag without a beginning begins one."""
    found: list[Tagged] = []
    open_kind, first = "", 0
    for i, number in enumerate([*path, 0]):
        edge, _, kind = tags[number].partition("-")
        if open_kind and (edge != "I" or kind != open_kind):
            found.append(Tagged(open_kind, first, i - 1))
            open_kind = ""
        if kind and not open_kind:
            open_kind, first = kind, i
    return found


@cache
def malformed(tags: tuple[str, ...] = TAGS) -> NDArray[np.bool_]:
    """Tell of each step from one tag (row) to the next (column) whether an inside tag follows another kind of tag.

    A text begins like what follows "O", the first tag.
    """
    return np.array([[after[0] == "I" and before[1:] != after[1:] for after in tags] for before in tags])


def best_paths(parts: Sequence[tuple[Floats, Numbers]], first: Floats, steps: Floats) -> list[list[int]]:
    """Find the best sequence of tag numbers for each of several texts, all at once from token to token.

    Viterbi decoding (Forney 1973). Each part are the scores of a text's tokens, (tokens, tags), one token at least, and
    what kind of border stands before each, (tokens,). `first` are the scores of a text's first tag, (tags,), `steps`
    those of the steps from a tag to the next at each kind of border, (borders, tags, tags).
    """
    if not parts:
        return []
    order = sorted(range(len(parts)), key=lambda i: -len(parts[i][0]))
    lengths = [len(parts[i][0]) for i in order]
    scores, between = np.zeros((len(order), lengths[0], len(first))), np.zeros((len(order), lengths[0]), dtype=np.int64)
    for row, i in enumerate(order):
        scores[row, : lengths[row]], between[row, : lengths[row]] = parts[i]
    back = np.zeros(scores.shape, dtype=np.int64)
    total = scores[:, 0] + first
    there = len(order)
    for t in range(1, lengths[0]):
        while lengths[there - 1] <= t:
            there -= 1
        reach = total[:there, :, None] + steps[between[:there, t]]
        back[:there, t] = reach.argmax(axis=1)
        total[:there] = reach.max(axis=1) + scores[:there, t]
    paths: list[list[int]] = [[] for _ in parts]
    for row, i in enumerate(order):
        path = [int(total[row].argmax())]
        for t in range(lengths[row] - 1, 0, -1):
            path.append(int(back[row, t, path[-1]]))
        paths[i] = path[::-1]
    return paths
