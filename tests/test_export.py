from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bothsides.encoder import sha256_of
from bothsides.errors import ModelError
from bothsides.export import ParityBackend, export_onnx
from bothsides.network import Tagger, save_tagger
from bothsides.quotes.tags import LABELS
from bothsides.runtime import Encoding, Logits, OnnxBackend, run
from bothsides.torch_backend import TorchBackend

LENGTHS = (1, 2, 3, 17, 18, 64, 65, 200, 256)
WIDTH = 32


@pytest.fixture(scope="module", params=["bert", "mpnet"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tagger of random weights on an encoder of each tier's architecture."""
    import torch
    from transformers import AutoConfig, AutoModel

    torch.manual_seed(5)
    config = AutoConfig.for_model(
        request.param,
        vocab_size=97,
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=260,
    )
    folder = tmp_path_factory.mktemp("tokens")
    save_tagger(Tagger(AutoModel.from_config(config)), folder)
    return folder


def encodings() -> list[Encoding]:
    chance = np.random.default_rng(3)
    return [Encoding(tuple(chance.integers(1, 97, n)), tuple(chance.integers(0, 4, n))) for n in LENGTHS]


def test_both_engines_agree_whatever_the_length(trained: Path, tmp_path: Path) -> None:
    export_onnx(trained, tmp_path / "model.onnx")
    parity = ParityBackend(TorchBackend(trained, 1), OnnxBackend(tmp_path / "model.onnx", 1))
    rows = run(parity, encodings(), 128)
    parity.check("encoder", 1e-4)
    assert parity.inputs == len(LENGTHS)
    assert 0 <= parity.difference < 1e-5
    assert [r.shape for r in rows] == [(n, len(LABELS) + WIDTH) for n in LENGTHS]


def test_equal_weights_give_equal_bytes(trained: Path, tmp_path: Path) -> None:
    for name in ("a.onnx", "b.onnx"):
        export_onnx(trained, tmp_path / name)
    assert sha256_of(tmp_path / "a.onnx") == sha256_of(tmp_path / "b.onnx")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no trained model"):
        export_onnx(tmp_path, tmp_path / "model.onnx")


class Fixed:
    """Answers every token or input with the same logits."""

    def __init__(self, value: float, at: tuple[int, ...] = ()) -> None:
        self.value, self.at = value, at

    def logits(self, ids: np.ndarray, types: np.ndarray, mask: np.ndarray) -> Logits:
        out = np.zeros((*ids.shape, 2), dtype=np.float32)
        out[self.at] = self.value
        return out


def test_a_difference_at_a_token_is_found_and_one_at_padding_is_not() -> None:
    short_and_long = [Encoding((1,), (0,)), Encoding((1, 2, 3), (0, 0, 0))]
    at_token = ParityBackend(Fixed(0), Fixed(0.5, (1, 2)))
    run(at_token, short_and_long, 64)
    assert at_token.difference == 0.5
    with pytest.raises(ModelError, match=r"splitter: .*5\.00e-01.*publish\.parity"):
        at_token.check("splitter", 1e-4)
    at_padding = ParityBackend(Fixed(0), Fixed(0.5, (0, 2)))
    run(at_padding, short_and_long, 64)
    at_padding.check("splitter", 1e-4)


def test_no_comparison_and_no_number_are_failures() -> None:
    parity = ParityBackend(Fixed(0), Fixed(0))
    with pytest.raises(ModelError, match="no input"):
        parity.check("stance", 1e-4)
    broken = ParityBackend(Fixed(0), Fixed(float("nan"), (0, 0)))
    run(broken, [Encoding((1,), (0,))], 8)
    run(broken, [Encoding((1, 1), (0, 0))], 8)
    with pytest.raises(ModelError, match="nan"):
        broken.check("stance", 1e-4)
