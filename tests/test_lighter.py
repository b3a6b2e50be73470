from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from conftest import TinyProject
from numpy.typing import NDArray
from transformers import MPNetConfig, MPNetModel

from bothsides.export import export_onnx
from bothsides.lighter import halve_words, join_masks, scale_queries
from bothsides.network import Tagger, save_tagger
from bothsides.runtime import OnnxBackend

LAYERS = 2


@pytest.fixture(scope="module")
def mpnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small encoder with a bias of positions and heads of 16, whose root is a power of two."""
    torch.manual_seed(1)
    config = MPNetConfig(
        vocab_size=600, hidden_size=32, num_attention_heads=2, num_hidden_layers=LAYERS, intermediate_size=64
    )
    tagger = Tagger(MPNetModel(config), frozen=1)
    for parameter in tagger.parameters():  # zeros, as biases are at first, would be exported as one tensor
        torch.nn.init.normal_(parameter, std=0.2)
    folder = tmp_path_factory.mktemp("mpnet")
    save_tagger(tagger, folder)
    export_onnx(folder, folder / "model.onnx")
    return folder / "model.onnx"


def rows(path: Path) -> NDArray[np.float32]:
    """Run two texts of which the second is padded; what stands in padding is read by nobody."""
    chance = np.random.default_rng(2)
    ids, types, mask = (
        chance.integers(5, 600, (2, 24)),
        chance.integers(0, 4, (2, 24)),
        np.ones((2, 24), dtype=np.int64),
    )
    mask[1, 15:] = 0
    return OnnxBackend(path).logits(ids, types, mask)[mask.astype(bool)]


def kinds(model: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in model.graph.node]


def test_less_work_gives_the_same_bits(mpnet: Path, tmp_path: Path) -> None:
    model = onnx.load(str(mpnet))
    before = kinds(model)
    assert (scale_queries(model), join_masks(model)) == (LAYERS, LAYERS)
    after = kinds(model)
    assert before.count("Div") - after.count("Div") == LAYERS
    assert before.count("Add") - after.count("Add") == LAYERS - 1
    onnx.checker.check_model(model)
    onnx.save(model, str(tmp_path / "light.onnx"))
    np.testing.assert_array_equal(rows(tmp_path / "light.onnx"), rows(mpnet))


def test_what_was_rewritten_is_not_rewritten_again(mpnet: Path) -> None:
    model = onnx.load(str(mpnet))
    scale_queries(model)
    join_masks(model)
    assert (scale_queries(model), join_masks(model)) == (0, 0)


def test_an_encoder_without_a_bias_of_positions_keeps_its_masks(tiny_project: TinyProject) -> None:
    model = onnx.load(str(tiny_project.root / "models/splitter/model.onnx"))
    before = kinds(model)
    assert join_masks(model) == 0 and kinds(model) == before


def test_weights_that_something_else_reads_keep_their_values(mpnet: Path) -> None:
    model = onnx.load(str(mpnet))
    shared = next(n for n in model.graph.node if n.name.endswith("layer.0/attention/attn/q/MatMul")).input[1]
    other = next(n for n in model.graph.node if n.name.endswith("layer.0/attention/attn/k/MatMul"))
    other.input[1] = shared
    before = next(i for i in model.graph.initializer if i.name == shared).SerializeToString()
    assert scale_queries(model) == LAYERS - 1
    assert next(i for i in model.graph.initializer if i.name == shared).SerializeToString() == before


def test_half_precision_of_the_words_moves_nothing_far(mpnet: Path, tmp_path: Path) -> None:
    model = onnx.load(str(mpnet))
    halve_words(model)
    onnx.save(model, str(tmp_path / "half.onnx"))
    assert 0 < np.abs(rows(mpnet) - rows(tmp_path / "half.onnx")).max() < 0.05
    (table,) = [i for i in model.graph.initializer if i.data_type == onnx.TensorProto.FLOAT16]
    assert list(table.dims) == [600, 32]
