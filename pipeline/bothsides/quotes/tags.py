"""The tag set of the splitter: what a token is, and on which side of it its cue stands.

Each token gets three independent predictions in one row of logits:

* `TAGS`: begin/inside of content, speaker and cue. Content and speaker carry a direction: is their cue to the `left`,
  to the `right`, or is there `none`? The direction is what lets a linker group spans without a parser.
* `SIDES`: for whom somebody mentioned here speaks.
* `ROLES`: begin/inside of words that say who a source is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

KINDS = ("content-left", "content-right", "content-none", "speaker-left", "speaker-right", "cue")
TAGS = ("O", *(f"{edge}-{kind}" for kind in KINDS for edge in "BI"))
SIDES = ("union", "district", "other")
ROLES = ("O", "B-role", "I-role")
LABELS = (*TAGS, *(f"side-{s}" for s in SIDES), *(f"role-{r}" for r in ROLES))
"""The columns of the model's logits, in order."""

TAG_COLUMNS = slice(0, len(TAGS))
SIDE_COLUMNS = slice(len(TAGS), len(TAGS) + len(SIDES))
ROLE_COLUMNS = slice(len(TAGS) + len(SIDES), len(LABELS))


@dataclass(frozen=True)
class Tagged:
    """A stretch of tokens [first, last] (both included) that bears one kind of tag."""

    kind: str
    first: int
    last: int


def decode(log_probabilities: NDArray[np.float64], tags: Sequence[str] = TAGS) -> list[Tagged]:
    """Find the most probable well-formed tag sequence and list its stretches.

    Takes (tokens, tags). Viterbi decoding (Forney 1973) under the one constraint that an inside tag follows a begin
    or inside tag of the same kind. Most sequences of likeliest tags are well-formed, and so the answer, as they stand.
    """
    if not len(log_probabilities):
        return []
    steps = _allowed(tuple(tags))
    path = log_probabilities.argmax(axis=1)
    if np.isinf(steps[0, path[0]]) or np.isinf(steps[path[:-1], path[1:]]).any():
        return stretches(_viterbi(log_probabilities, steps), tags)
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
def _allowed(tags: tuple[str, ...]) -> NDArray[np.float64]:
    """Give the score of each step from one tag (row) to the next (column): 0, or minus infinity if it is malformed."""
    steps = np.zeros((len(tags), len(tags)))
    for column, tag in enumerate(tags):
        if tag.startswith("I-"):
            for row, before in enumerate(tags):
                if before[2:] != tag[2:] or before == "O":
                    steps[row, column] = -np.inf
    return steps


def _viterbi(scores: NDArray[np.float64], steps: NDArray[np.float64]) -> list[int]:
    total = scores[0] + np.where(np.isinf(steps[0]), -np.inf, 0.0)
    back = np.zeros(scores.shape, dtype=np.int64)
    for t in range(1, len(scores)):
        reach = total[:, None] + steps
        back[t] = reach.argmax(axis=0)
        total = reach[back[t], np.arange(reach.shape[1])] + scores[t]
    path = [int(total.argmax())]
    for t in range(len(scores) - 1, 0, -1):
        path.append(int(back[t, path[-1]]))
    return path[::-1]
