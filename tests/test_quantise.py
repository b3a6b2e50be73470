from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import TinyProject

from bothsides.article import Article
from bothsides.encoder import sha256_of
from bothsides.errors import ModelError
from bothsides.quotes.reading import Reader
from bothsides.quotes.tags import TAG_COLUMNS
from bothsides.runtime import Encoding, OnnxBackend, run
from bothsides.stages import quantise as stage
from bothsides.stages.quantise import FILE, agreement, measured, quantise
from bothsides.tables import annotated_articles

LENGTHS = (3, 17, 64, 90, 200)


@pytest.fixture(scope="module")
def folder(tiny_project: TinyProject) -> Path:
    return tiny_project.root / "models/splitter"


@pytest.fixture(scope="module")
def articles(tiny_project: TinyProject) -> list[Article]:
    return [article for article, _ in annotated_articles(tiny_project.root, "train")]


def encodings() -> list[Encoding]:
    chance = np.random.default_rng(3)
    return [Encoding(tuple(chance.integers(1000, 20_000, n)), tuple(chance.integers(0, 4, n))) for n in LENGTHS]


def test_the_quantised_encoder_is_small_and_tags_as_the_export_does(tiny_project: TinyProject, folder: Path) -> None:
    report = json.loads((tiny_project.root / "reports/quantise.json").read_text())
    quantised = tiny_project.root / "models" / FILE
    assert report["products"] == "int8" and report["bytes"] == quantised.stat().st_size
    assert report["bytes"] < 0.55 * (folder / "model.onnx").stat().st_size
    assert report["tokens"] > 1000 and report["same_tag"] > 0.97
    assert 0 < report["logits_apart"] < 0.2


def test_the_products_are_integers_and_the_tags_are_not(tiny_project: TinyProject) -> None:
    import onnx

    graph = onnx.load(str(tiny_project.root / "models" / FILE)).graph
    weights = {i.name: i for i in graph.initializer}
    stored = [node for node in graph.node if node.op_type == "DequantizeLinear" and node.input[0] in weights]
    assert len(stored) == 6  # one layer: query, key, value, what attention gives, and two of the feed-forward part
    for node in stored:
        values = onnx.numpy_helper.to_array(weights[node.input[0]])
        assert values.dtype == np.int8 and np.abs(values.astype(int)).max() <= 64
        assert weights[node.input[1]].dims == [values.shape[1]]  # one scale a column
    (tags,) = [node for node in graph.node if node.op_type == "MatMul" and node.name.startswith("/classifier")]
    assert any(name in weights for name in tags.input)


def test_a_result_is_the_same_bits_whatever_else_is_in_the_batch(tiny_project: TinyProject) -> None:
    backend, some = OnnxBackend(tiny_project.root / "models" / FILE), encodings()
    together = run(backend, some, 512)
    assert all(np.array_equal(a, run(backend, [e], 512)[0]) for e, a in zip(some, together, strict=True))


def test_equal_inputs_give_equal_bytes(folder: Path, articles: list[Article], tmp_path: Path) -> None:
    for name in ("a.onnx", "b.onnx"):
        quantise(folder / "model.onnx", tmp_path / name, measured(articles, folder, 3, random.Random(1)))
    assert sha256_of(tmp_path / "a.onnx") == sha256_of(tmp_path / "b.onnx")
    quantise(folder / "model.onnx", tmp_path / "c.onnx", measured(articles, folder, 3, random.Random(2)))
    assert sha256_of(tmp_path / "a.onnx") != sha256_of(tmp_path / "c.onnx")


def test_as_many_windows_are_measured_as_asked_for(folder: Path, articles: list[Article]) -> None:
    assert len(measured(articles, folder, 3, random.Random(1))) == 3
    everything = measured(articles, folder, 10_000, random.Random(1))
    assert len(articles) <= len(everything) < 10_000
    with pytest.raises(ModelError, match="no annotated training article"):
        measured([], folder, 3, random.Random(1))


def test_a_tier_in_fp32_keeps_the_export_as_it_is(tiny_project: TinyProject, folder: Path, tmp_path: Path) -> None:
    for name in ("data", "models/splitter"):
        shutil.copytree(tiny_project.root / name, tmp_path / name)
    params = tiny_project.params
    fast = replace(params.tiers.fast, products="fp32")
    stage.main(tmp_path, replace(params, tiers=replace(params.tiers, fast=fast)))
    assert sha256_of(tmp_path / "models" / FILE) == sha256_of(folder / "model.onnx")
    report = json.loads((tmp_path / "reports/quantise.json").read_text())
    assert (report["products"], report["same_tag"], report["logits_apart"]) == ("fp32", 1.0, 0.0)


def test_agreement_counts_the_tokens_whose_tag_differs(folder: Path, articles: list[Article]) -> None:
    class Other(OnnxBackend):
        """The same export, but the last tag wins at each window's fifth position."""

        def logits(self, *given: np.ndarray) -> np.ndarray:
            out = super().logits(*given)
            out[:, 4, TAG_COLUMNS.stop - 1] += 1000
            return out

    readers = [Reader.load(folder, kind(folder / "model.onnx")) for kind in (OnnxBackend, Other)]
    found = agreement(readers, articles[:1])
    other = readers[1].read(articles[:1])[0].logits[:, TAG_COLUMNS].argmax(axis=1)
    same = readers[0].read(articles[:1])[0].logits[:, TAG_COLUMNS].argmax(axis=1) == other
    assert found["tokens"] == len(same) and found["same_tag"] == round(same.mean(), 4) < 1
    assert found["logits_apart"] > 0


def test_a_missing_export_is_one_clear_line(tiny_project: TinyProject, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.onnx: is missing; run `dvc repro train_splitter`"):
        stage.main(tmp_path, tiny_project.params)
