from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bothsides.annotated import read_annotated
from bothsides.article import Article
from bothsides.encoder import encoder_folder
from bothsides.params import load_params
from bothsides.quotes.config import SplitterConfig
from bothsides.quotes.splitter import Splitter
from bothsides.quotes.tags import LABELS
from bothsides.quotes.windows import SEGMENTS
from bothsides.stages.train_splitter import examples, fit, new_model, without_a_mark
from bothsides.torch_backend import TorchBackend
from bothsides.training import prepare

ROOT = Path(__file__).parents[1]
PARAMS = load_params(ROOT / "params.yaml")
TINY = replace(
    PARAMS,
    encoder=replace(PARAMS.encoder, layers=1),
    train_splitter=replace(PARAMS.train_splitter, epochs=3.0, window=96, stride=64, learning_rate=1e-3),
)


@pytest.fixture(scope="module")
def articles():
    read = [read_annotated(p) for p in sorted((ROOT / "seeds/written").glob("*.xml"))[:4]]
    return [(a.article, a.gold) for a in read]


def trained(articles, tokenizer):
    device = prepare(5, 1)
    model = new_model(encoder_folder(TINY.encoder), TINY)
    return model, *fit(model, articles[:3], articles[3:], tokenizer, TINY.train_splitter, 5, device)


def test_training_learns_repeats_and_is_read_back(articles, tokenizer, tmp_path):
    model, steps, epochs = trained(articles, tokenizer)
    assert np.mean([s["loss"] for s in steps[-3:]]) < 0.8 * np.mean([s["loss"] for s in steps[:3]])
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    again, *_ = trained(articles, tokenizer)
    assert all((a == b).all() for a, b in zip(model.state_dict().values(), again.state_dict().values(), strict=True))

    model.save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    SplitterConfig(96, 64).save(tmp_path)
    splitter = Splitter.load(tmp_path, TorchBackend(tmp_path, "tokens", 1))
    ((tokens, logits),) = splitter.tag([articles[0][0]])
    assert logits.shape == (len(tokens), len(LABELS))
    assert splitter.split([articles[0][0]]) == splitter.split([articles[0][0]])


def test_training_starts_from_the_encoder_as_it_was():
    model = new_model(encoder_folder(TINY.encoder), TINY)
    table = model.base_model.embeddings.token_type_embeddings.weight
    assert table.shape[0] == SEGMENTS
    assert all((row == table[0]).all() for row in table)


def test_each_epoch_cuts_the_text_at_other_places(articles, tokenizer):
    chance = random.Random(1)
    one, other = (examples(articles, tokenizer, TINY.train_splitter, chance) for _ in range(2))
    assert [e.window.tokens for e in one] != [e.window.tokens for e in other]
    for e in one:
        assert len(e.tags) == len(e.sides) == len(e.roles) == len(e.window.encoding)


def test_losing_a_mark_moves_no_offset():
    article = Article("a", 'Lee said "no" and "never".')
    changed = without_a_mark(article, random.Random(3))
    assert len(changed.text) == len(article.text)
    assert changed.text.count('"') == 3
    assert without_a_mark(Article("b", "No marks here."), random.Random(3)).text == "No marks here."
