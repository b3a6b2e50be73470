from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bothsides.encoder import sha256_of
from bothsides.errors import ModelError
from bothsides.network import frozen_head, new_head, torch_head
from bothsides.stance.head import FILE, OUTPUTS, Head


def head(seed: int = 1) -> Head:
    import torch

    torch.manual_seed(seed)
    return frozen_head(new_head(8, 0.2))


def test_numpy_answers_as_torch_does() -> None:
    import torch

    vectors = np.random.default_rng(2).normal(size=(5, 24)).astype(np.float32)
    with torch.inference_mode():
        expected = torch_head(head(), 0.2).eval()(torch.from_numpy(vectors)).numpy()
    assert np.allclose(head().logits(vectors), expected, atol=1e-5)


def test_an_answer_does_not_depend_on_what_goes_along() -> None:
    vectors = np.random.default_rng(3).normal(size=(40, 24)).astype(np.float32)
    together = head().logits(vectors)
    assert all((head().logits(vectors[i : i + 1])[0] == together[i]).all() for i in range(len(vectors)))
    assert head().logits(vectors[:0]).shape == (0, OUTPUTS)


def test_a_head_survives_its_file_and_equal_weights_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        head().write(tmp_path / name / FILE)
    assert sha256_of(tmp_path / "a" / FILE) == sha256_of(tmp_path / "b" / FILE)
    read = Head.read(tmp_path / "a" / FILE)
    assert all((x == y).all() for x, y in zip(read.arrays, head().arrays, strict=True))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a head"])
def test_a_broken_head_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read"):
        Head.read(tmp_path / FILE)
    with pytest.raises(ModelError, match="cannot be read"):
        Head.read(tmp_path / "nowhere" / FILE)


def test_pickled_arrays_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / FILE, hidden_weight=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelError, match="cannot be read"):
        Head.read(tmp_path / FILE)
