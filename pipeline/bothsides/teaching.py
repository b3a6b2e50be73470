"""What a larger model says of the training articles: soft targets for a smaller one (Hinton, Vinyals and Dean 2015).

Kept in seeds/teacher, so that training needs no teacher: `units.jsonl` has the probabilities of stance and side a unit,
`tokens.npz` those of `LABELS` a token, in steps of 1/255.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .quotes.tags import LABELS, ROLE_COLUMNS, SIDE_COLUMNS, TAG_COLUMNS
from .runtime import log_softmax
from .tables import Record, read_jsonl, write_jsonl

FOLDER = "seeds/teacher"
UNITS, TOKENS = "units.jsonl", "tokens.npz"
_STEPS = 255
_REMEDY = "make it with `make teacher`, or set teacher_weight to 0 in params.yaml"

Probabilities = NDArray[np.float32]


@dataclass(frozen=True)
class Teacher:
    """Soft targets.

    `units` maps an article's id and a unit's number (from 1) to three stances and three sides; `tokens` an article's id
    to (tokens, `LABELS`), whose three groups of columns each sum to about one.
    """

    units: Mapping[tuple[str, int], tuple[float, ...]] = field(default_factory=dict)
    tokens: Mapping[str, Probabilities] = field(default_factory=dict)

    @staticmethod
    def read(folder: Path) -> Teacher:
        """Read the two files of a folder.

        Raises `InputError` where one is missing or broken.
        """
        for name in (UNITS, TOKENS):
            if not (folder / name).is_file():
                raise InputError(f"{folder / name}: is missing; {_REMEDY}")
        units = {(r["article_id"], r["unit"]): (*r["stance"], *r["side"]) for r in read_jsonl(folder / UNITS)}
        try:
            with np.load(folder / TOKENS, allow_pickle=False) as kept:
                if list(kept["labels"]) != list(LABELS):
                    raise InputError(f"{folder / TOKENS}: was made for another tag set; {_REMEDY}")
                parts = np.split(kept["probabilities"], np.cumsum(kept["lengths"])[:-1])
                ids = [str(id) for id in kept["articles"]]
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise InputError(f"{folder / TOKENS}: cannot be read; {_REMEDY}") from error
        tokens = {id: np.asarray(part / _STEPS, dtype=np.float32) for id, part in zip(ids, parts, strict=True)}
        return Teacher(units, tokens)

    def tokens_of(self, article: str, count: int) -> Probabilities | None:
        """Give the soft targets of an article's tokens; None where there are none.

        Raises `InputError` where the teacher parted the article into another number of tokens.
        """
        found = self.tokens.get(article)
        if found is not None and len(found) != count:
            raise InputError(f"{article}: the teacher read {len(found)} tokens, this encoder reads {count}; {_REMEDY}")
        return found


def token_probabilities(logits: NDArray[np.float64]) -> Probabilities:
    """Turn the logits of an article's tokens into probabilities, each group of columns by itself."""
    groups = (TAG_COLUMNS, SIDE_COLUMNS, ROLE_COLUMNS)
    return np.hstack([np.exp(log_softmax(logits[:, group])) for group in groups]).astype(np.float32)


def write(folder: Path, units: Sequence[Record], tokens: Mapping[str, Probabilities]) -> None:
    """Write the two files; the same targets give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    write_jsonl(folder / UNITS, units)
    np.savez_compressed(
        folder / TOKENS,
        labels=np.array(LABELS),
        articles=np.array(list(tokens)),
        lengths=np.array([len(part) for part in tokens.values()], dtype=np.int64),
        probabilities=np.rint(np.concatenate(list(tokens.values())) * _STEPS).astype(np.uint8),
    )
