"""The stance model at prediction time: units in, units with a calibrated stance out, on any backend."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..article import Article
from ..errors import ModelError
from ..quotes.reading import Reader, Reading
from ..runtime import Logits, log_softmax
from ..tables import write_json
from ..unit import SPOKEN_FOR, STANCES, QuoteUnit, Stance
from .baseline import Baseline
from .calibration import DIGITS, Combiner, Floats, source_average
from .head import FILE as HEAD_FILE
from .head import Head
from .inputs import UnitInput, unit_input
from .pooling import pooled


@dataclass(frozen=True)
class StanceSettings:
    """What stance.json holds: how logits become probabilities, and when to abstain."""

    model: str
    combiner: Combiner
    threshold: float

    def write(self, path: Path) -> None:
        """Write the settings as stance.json."""
        value = {
            "combiner": list(self.combiner.weights),
            "model": self.model,
            "sides": list(SPOKEN_FOR),
            "stances": list(STANCES),
            "threshold": self.threshold,
        }
        write_json(path, value)

    @staticmethod
    def read(path: Path) -> StanceSettings:
        """Read stance.json.

        Raises `ModelError` where it is missing, broken or written for other labels.
        """
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            if (value["stances"], value["sides"]) != (list(STANCES), list(SPOKEN_FOR)):
                raise ModelError(f"{path}: was written for other labels; publish the model again with `dvc repro`")
            combiner = Combiner(tuple(float(weight) for weight in value["combiner"]))
            return StanceSettings(value["model"], combiner, value["threshold"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}: cannot be read; publish the model again with `dvc repro`") from error


class StanceModel:
    """Gives each unit of an article its stance, from what is said, who says it and what else that source says."""

    def __init__(self, reader: Reader, head: Head, words: Baseline, settings: StanceSettings) -> None:
        self._reader = reader
        self._head = head
        self._words = words
        self.settings = settings

    @classmethod
    def load(cls, folder: Path, reader: Reader) -> StanceModel:
        """Load head.npz, stance.json and the baseline's files of a folder; the encoder is the reader's.

        Raises `ModelError` where one is missing or broken.
        """
        settings = StanceSettings.read(folder / "stance.json")
        return cls(reader, Head.read(folder / HEAD_FILE), Baseline.load(folder), settings)

    def classify(self, items: Sequence[tuple[Article, list[QuoteUnit]]]) -> list[list[QuoteUnit]]:
        """Give the units of each article with their stance, in the order given.

        An affiliation that is `unknown` is filled in with the model's own answer; one that is known stays. The result
        for an article does not depend on the articles classified with it.
        """
        readings = self._reader.read([article for article, _ in items])
        return [self.classify_read(*item, reading) for item, reading in zip(items, readings, strict=True)]

    def classify_read(self, article: Article, units: Sequence[QuoteUnit], reading: Reading) -> list[QuoteUnit]:
        """Give the units of an article with their stance, from a reading of it that is at hand."""
        if not units:
            return []
        inputs = [unit_input(article, unit) for unit in units]
        sources = source_keys(inputs, [0] * len(inputs))
        logits = self.logits(reading, units)
        evidence = np.hstack([logits, self._words.log_probabilities(inputs)])
        probabilities = self.settings.combiner.probabilities(evidence, sources)
        sides = source_average(log_softmax(logits[:, len(STANCES) :]), sources)
        out = []
        for unit, p, side in zip(units, probabilities, sides, strict=True):
            known = unit if unit.affiliation != "unknown" else replace(unit, affiliation=SPOKEN_FOR[int(side.argmax())])
            out.append(replace(known, stance=self._stance(p)))
        return out

    def logits(self, reading: Reading, units: Sequence[QuoteUnit]) -> Logits:
        """Give what the head says of an article's units, (units, 6): three stances, then whom the source speaks for."""
        return self._head.logits(pooled(reading, units))

    def _stance(self, probabilities: Floats) -> Stance:
        union, district, neutral = (round(float(p), DIGITS) for p in probabilities)
        label = STANCES[int(probabilities.argmax())]
        stance = Stance(label, (union, district, neutral), "", f"model:{self.settings.model}")
        if stance.confidence < self.settings.threshold:
            return replace(stance, abstain=f"confidence below {self.settings.threshold:.2f}")
        return stance


def source_keys(inputs: Sequence[UnitInput], articles: Sequence[Hashable]) -> list[Hashable]:
    """Name the source of each unit: equal where one article names or describes it equally, else unlike all others."""
    keys: list[Hashable] = []
    for i, (item, article) in enumerate(zip(inputs, articles, strict=True)):
        named = item.speaker_name or item.role
        keys.append((article, named.casefold()) if named else (article, i))
    return keys
