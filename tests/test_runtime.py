from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.errors import ModelError
from bothsides.runtime import WIDTH_STEP, Encoding, OnnxBackend, open_tokenizer, run


class Echo:
    """A backend whose logits are the ids themselves; it records the shape of every batch."""

    def __init__(self, kind: str) -> None:
        self.kind, self.shapes = kind, []

    def logits(self, ids, types, mask):
        self.shapes.append(ids.shape)
        assert ((ids != 0) <= (mask == 1)).all()
        if self.kind == "tokens":
            return ids[..., None].astype(np.float32)
        return ids.sum(axis=1, keepdims=True).astype(np.float32)


ENCODINGS = st.lists(
    st.lists(st.integers(1, 99), min_size=1, max_size=30).map(lambda ids: Encoding(tuple(ids), (0,) * len(ids)))
)


@given(ENCODINGS, st.integers(1, 64))
def test_results_come_in_input_order_and_batches_fit(encodings, batch_tokens):
    tokens, sequence = Echo("tokens"), Echo("sequence")
    by_token = run(tokens, encodings, batch_tokens)
    assert [tuple(int(x) for x in rows[:, 0]) for rows in by_token] == [e.ids for e in encodings]
    assert [int(row[0]) for row in run(sequence, encodings, batch_tokens)] == [sum(e.ids) for e in encodings]
    assert all(rows * width <= batch_tokens or rows == 1 for rows, width in tokens.shapes)


@given(ENCODINGS, st.integers(1, 64))
def test_the_width_of_an_input_depends_on_its_own_length_alone(encodings, batch_tokens):
    backend = Echo("tokens")
    run(backend, encodings, batch_tokens)
    widths = sorted(width for rows, width in backend.shapes for _ in range(rows))
    assert widths == sorted(-(-len(e) // WIDTH_STEP) * WIDTH_STEP for e in encodings)


def test_logits_are_the_same_bits_whatever_else_is_in_the_batch(tiny_bundle):
    """By a model of one layer; all layers compute alike. A batch of one input is among them."""
    backend, chance = OnnxBackend(tiny_bundle / "splitter/model.onnx"), random.Random(1)
    lengths = [n for n in (3, 8, 9, 24, 31, 64, 120, 254) for _ in range(5)]
    encodings = [Encoding(tuple(chance.randrange(1000, 20000) for _ in range(n)), (0,) * n) for n in lengths]
    alone = run(backend, encodings, 1)
    for batch_tokens in (64, 512, 2048):
        order = chance.sample(range(len(encodings)), len(encodings))
        for i, logits in zip(order, run(backend, [encodings[i] for i in order], batch_tokens), strict=True):
            assert np.array_equal(logits, alone[i])


def test_a_missing_model_is_one_clear_line(tmp_path):
    with pytest.raises(ModelError, match=r"model\.onnx: cannot be loaded .* `dvc repro`"):
        OnnxBackend(tmp_path / "model.onnx")


def test_a_missing_tokenizer_is_one_clear_error(tmp_path):
    with pytest.raises(ModelError, match="cannot be read as a tokenizer"):
        open_tokenizer(tmp_path / "tokenizer.json")
