from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from fake_model import fake_predictor

from bothsides.article import Article
from bothsides.bundle import write_manifest
from bothsides.errors import ModelError
from bothsides.predict import predictor as module
from bothsides.predict.predictor import Predictor

TEXT = '"Our union will hold," she said.\n"Meals are served," the schools said.\n'


def test_a_prediction_has_units_rows_and_a_balance():
    prediction = fake_predictor().predict(TEXT, "a1")
    assert [u.quote(TEXT) for u in prediction.units] == ["Our union will hold,", "Meals are served,"]
    assert [(r["article_id"], r["unit"], r["stance"]) for r in prediction.rows()] == [
        ("a1", 1, "union-aligned"),
        ("a1", 2, "neutral"),
    ]
    assert prediction.balance.quotes.union == 0.5


def test_an_empty_text_has_no_units():
    assert fake_predictor().predict("").units == ()


def test_articles_go_through_in_order_and_in_bounded_chunks():
    predictor = fake_predictor()
    articles = [Article(str(i), f'"Union {i}."') for i in range(150)]
    assert [p.article.id for p in predictor.predict_articles(iter(articles))] == [str(i) for i in range(150)]
    assert predictor.splitter.chunks == [8, 16, 32, 32, 32, 30]


def test_a_chunk_closes_early_when_its_articles_are_long(monkeypatch):
    monkeypatch.setattr(module, "CHUNK_CHARACTERS", 100)
    predictor = fake_predictor()
    list(predictor.predict_articles(Article(str(i), "x" * 60) for i in range(5)))
    assert predictor.splitter.chunks == [2, 2, 1]


def test_the_first_chunk_may_be_larger():
    predictor = fake_predictor()
    list(predictor.predict_articles((Article(str(i), "x") for i in range(40)), first_chunk=30))
    assert predictor.splitter.chunks == [30, 10]


def test_reading_runs_no_further_ahead_than_a_chunk():
    read = 0

    def articles():
        nonlocal read
        for read in range(1, 1001):
            yield Article(str(read), "Text.")

    next(fake_predictor().predict_articles(articles()))
    assert read == 8


def test_a_real_bundle_finds_the_same_whatever_goes_along(tiny_bundle):
    predictor = Predictor.load(tiny_bundle)
    texts = [TEXT, "The union said it would strike on Monday.\n\n" * 5, '"No," said Ms. Ray. "Never."']
    together = list(predictor.predict_articles(Article(str(i), t) for i, t in enumerate(texts)))
    alone = [predictor.predict(t, str(i)) for i, t in enumerate(texts)]
    assert [p.rows() for p in together] == [p.rows() for p in alone]
    backwards = list(predictor.predict_articles((Article(str(i), texts[i]) for i in (2, 1, 0)), first_chunk=1))
    assert [p.rows() for p in backwards[::-1]] == [p.rows() for p in alone]


def test_prediction_imports_no_training_library(tiny_bundle):
    code = f"""
import sys
from pathlib import Path
from bothsides import Predictor
Predictor.load(Path({str(tiny_bundle)!r})).predict('"Our union will hold," Ms. Ray said.').rows()
bad = {{'torch', 'transformers', 'dvc', 'mlflow', 'sklearn', 'pandas', 'datasets', 'matplotlib'}} & set(sys.modules)
sys.exit(f'imported {{sorted(bad)}}' if bad else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_a_bundle_that_holds_another_model_by_now_is_refused_in_one_line(tiny_bundle, tmp_path):
    bundle = tmp_path / "bundle"
    shutil.copytree(tiny_bundle, bundle)
    began = Predictor.identity(bundle)
    assert Predictor.load(bundle, began).predict(TEXT).rows() == Predictor.load(bundle).predict(TEXT).rows()
    settings = bundle / "stance/stance.json"
    settings.write_text(settings.read_text() + "\n")
    now = write_manifest(bundle, "bothsides", "0", "fast").model
    with pytest.raises(ModelError, match=f"holds the model {now}, and the run began with {began}; ") as caught:
        Predictor.load(bundle, began)
    assert "\n" not in str(caught.value)
