from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bothsides.errors import InputError
from bothsides.quotes.tags import LABELS, ROLE_COLUMNS, SIDE_COLUMNS, TAG_COLUMNS
from bothsides.teaching import TOKENS, Teacher, token_probabilities, write

UNITS = [{"article_id": "w1", "unit": 2, "stance": [0.1, 0.2, 0.7], "side": [0.5, 0.25, 0.25]}]


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 9), st.just(len(LABELS))), elements=st.floats(-30, 30)))
def test_each_group_of_columns_sums_to_one(logits: np.ndarray) -> None:
    found = token_probabilities(logits)
    for group in (TAG_COLUMNS, SIDE_COLUMNS, ROLE_COLUMNS):
        assert np.allclose(found[:, group].sum(axis=1), 1, atol=1e-5)
        likeliest = np.take_along_axis(logits[:, group], found[:, group].argmax(axis=1)[:, None], axis=1)[:, 0]
        assert np.allclose(likeliest, logits[:, group].max(axis=1), atol=1e-4)


def test_what_is_written_is_read_and_the_bytes_repeat(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    tokens = {f"w{i}": token_probabilities(chance.normal(size=(n, len(LABELS)))) for i, n in enumerate((3, 1, 7))}
    for name in ("a", "b"):
        write(tmp_path / name, UNITS, tokens)
    assert (tmp_path / "a" / TOKENS).read_bytes() == (tmp_path / "b" / TOKENS).read_bytes()
    teacher = Teacher.read(tmp_path / "a")
    assert teacher.units == {("w1", 2): (0.1, 0.2, 0.7, 0.5, 0.25, 0.25)}
    for id, expected in tokens.items():
        found = teacher.tokens_of(id, len(expected))
        assert found is not None and np.allclose(found, expected, atol=0.5 / 255 + 1e-6)
    assert teacher.tokens_of("unknown", 4) is None
    with pytest.raises(InputError, match="w1: the teacher read 1 tokens, this encoder reads 2; make it with"):
        teacher.tokens_of("w1", 2)


def test_a_teacher_that_is_missing_or_broken_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"units\.jsonl: is missing; make it with `make teacher`, or set"):
        Teacher.read(tmp_path)
    write(tmp_path, UNITS, {"w1": token_probabilities(np.zeros((2, len(LABELS))))})
    (tmp_path / TOKENS).write_bytes(b"no archive")
    with pytest.raises(InputError, match=r"tokens\.npz: cannot be read"):
        Teacher.read(tmp_path)
