"""The stance model at prediction time: units in, units with a calibrated stance out, on any backend."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..article import Article
from ..errors import ModelError
from ..runtime import BATCH_TOKENS, Backend, log_softmax, open_tokenizer, run
from ..tables import write_json
from ..unit import STANCES, QuoteUnit, Stance
from .baseline import Baseline
from .calibration import SPOKEN_FOR, Combiner, Floats, source_average
from .inputs import UnitInput, encode, unit_input

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_DIGITS = 5


@dataclass(frozen=True)
class StanceSettings:
    """What stance.json holds: how inputs are cut, how logits become probabilities, and when to abstain."""

    model: str
    max_tokens: int
    combiner: Combiner
    threshold: float

    def write(self, path: Path) -> None:
        """Write the settings as stance.json."""
        value = {
            "combiner": list(self.combiner.weights),
            "max_tokens": self.max_tokens,
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
            return StanceSettings(value["model"], value["max_tokens"], combiner, value["threshold"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}: cannot be read; publish the model again with `dvc repro`") from error


class StanceModel:
    """Gives each unit of an article its stance, from what is said, who says it and what else that source says."""

    def __init__(self, backend: Backend, tokenizer: Tokenizer, words: Baseline, settings: StanceSettings) -> None:
        self._backend = backend
        self._tokenizer = tokenizer
        self._words = words
        self.settings = settings

    @classmethod
    def load(cls, folder: Path, backend: Backend) -> StanceModel:
        """Load tokenizer.json, stance.json and the baseline's files of a folder; the weights are the backend's.

        Raises `ModelError` where one is missing or broken.
        """
        settings = StanceSettings.read(folder / "stance.json")
        return cls(backend, open_tokenizer(folder / "tokenizer.json"), Baseline.load(folder), settings)

    def classify(self, items: Sequence[tuple[Article, list[QuoteUnit]]]) -> list[list[QuoteUnit]]:
        """Give the units of each article with their stance, in the order given.

        An affiliation that is `unknown` is filled in with the model's own answer; one that is known stays. The result
        for an article does not depend on the articles classified with it.
        """
        pairs = [(number, article, unit) for number, (article, units) in enumerate(items) for unit in units]
        if not pairs:
            return [[] for _ in items]
        inputs = [unit_input(article, unit) for _, article, unit in pairs]
        logits = self.logits(inputs)
        sources = source_keys(inputs, [number for number, _, _ in pairs])
        evidence = np.hstack([logits, self._words.log_probabilities(inputs)])
        probabilities = self.settings.combiner.probabilities(evidence, sources)
        sides = source_average(log_softmax(logits[:, len(STANCES) :]), sources)
        out: list[list[QuoteUnit]] = [[] for _ in items]
        for (number, _, unit), p, side in zip(pairs, probabilities, sides, strict=True):
            known = unit if unit.affiliation != "unknown" else replace(unit, affiliation=SPOKEN_FOR[int(side.argmax())])
            out[number].append(replace(known, stance=self._stance(p)))
        return out

    def logits(self, inputs: Sequence[UnitInput]) -> NDArray[np.float32]:
        """Give the network's raw answers: (units, 6), three of stance, then three of whom the source speaks for."""
        encodings = [encode(item, self._tokenizer, self.settings.max_tokens) for item in inputs]
        return np.stack(run(self._backend, encodings, BATCH_TOKENS))

    def _stance(self, probabilities: Floats) -> Stance:
        union, district, neutral = (round(float(p), _DIGITS) for p in probabilities)
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
