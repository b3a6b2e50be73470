"""A stand-in for the trained model: every quotation between straight marks is a unit, the speaker's word decides."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bothsides.article import Article
from bothsides.errors import ModelError
from bothsides.predict.predictor import Predictor
from bothsides.unit import QuoteUnit, Stance

_QUOTATION = re.compile(r'"([^"]+)"')


class FakeSplitter:
    """Counts how many articles it was given at once."""

    def __init__(self) -> None:
        self.chunks: list[int] = []

    def split(self, articles: Sequence[Article]) -> list[list[QuoteUnit]]:
        self.chunks.append(len(articles))
        return [[QuoteUnit((m.span(1),), "direct") for m in _QUOTATION.finditer(a.text)] for a in articles]


class FakeStance:
    def classify(self, items: Sequence[tuple[Article, list[QuoteUnit]]]) -> list[list[QuoteUnit]]:
        return [[replace(u, stance=_stance(u.quote(article.text))) for u in units] for article, units in items]


def _stance(quote: str) -> Stance:
    if "union" in quote:
        return Stance("union-aligned", (0.7, 0.2, 0.1), "", "model:fake")
    return Stance("neutral", (0.3, 0.3, 0.4), "low confidence", "model:fake")


class OddSplitter(FakeSplitter):
    """Raises on texts that hold BROKEN, and dies by SIGKILL on those that hold DEADLY."""

    def split(self, articles: Sequence[Article]) -> list[list[QuoteUnit]]:
        for article in articles:
            if "DEADLY" in article.text:
                os.kill(os.getpid(), signal.SIGKILL)
            if "BROKEN" in article.text:
                raise RuntimeError("odd")
        return super().split(articles)


class SlowSplitter(FakeSplitter):
    """Takes a while for each article, so that a run can be stopped in the middle."""

    def split(self, articles: Sequence[Article]) -> list[list[QuoteUnit]]:
        time.sleep(float(os.environ.get("SLOW", "0")) * len(articles))
        return super().split(articles)


def slow_predictor(bundle: Path | None = None, expected: str | None = None) -> Predictor:
    return Predictor(SlowSplitter(), FakeStance())  # type: ignore[arg-type]


def odd_predictor(bundle: Path | None = None, expected: str | None = None) -> Predictor:
    """Needs no bundle and can be loaded in another process."""
    return Predictor(OddSplitter(), FakeStance())  # type: ignore[arg-type]


def no_predictor() -> Predictor:
    raise ModelError("no fast model found; run `make`")


def fake_predictor(bundle: Path | None = None, expected: str | None = None) -> Predictor:
    return Predictor(FakeSplitter(), FakeStance())  # type: ignore[arg-type]
