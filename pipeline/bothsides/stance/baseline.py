"""The baseline: TF-IDF of word and character n-grams with logistic regression, without pickle.

scikit-learn fits it; prediction needs numpy alone, from the vocabulary (sorted JSON) and the weights (npz).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from ..runtime import log_softmax
from ..tables import write_json
from ..unit import STANCES
from .calibration import Floats
from .inputs import UnitInput

_WORD = re.compile(r"\w+(?:[’']\w+)*")
_CHARACTERS = (3, 4)
_DIGITS = 5
_MODEL, _VOCABULARY = "baseline.npz", "vocabulary.json"


@dataclass(frozen=True)
class Baseline:
    """A fitted baseline: the column of each n-gram, its inverse document frequency, and the weights of each stance."""

    columns: dict[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def probabilities(self, inputs: Sequence[UnitInput]) -> Floats:
        """Give the probabilities (units, 3) in the order of `unit.STANCES`."""
        scores = np.tile(self.bias.astype(np.float64), (len(inputs), 1))
        for row, item in enumerate(inputs):
            counts = Counter(column for gram in ngrams(item) if (column := self.columns.get(gram)) is not None)
            if counts:
                at = np.array(sorted(counts))
                values = (1 + np.log([counts[c] for c in sorted(counts)])) * self.idf[at]
                scores[row] += self.weights[:, at] @ (values / np.linalg.norm(values))
        return np.asarray(np.exp(log_softmax(scores)))

    def log_probabilities(self, inputs: Sequence[UnitInput]) -> Floats:
        """Give the logarithms of the same, none below that of one in a million."""
        return np.asarray(np.log(np.maximum(self.probabilities(inputs), 1e-6)))

    def write(self, folder: Path) -> None:
        """Write the model: vocabulary.json and baseline.npz, equal bytes for equal models."""
        write_json(folder / _VOCABULARY, self.columns)
        np.savez(folder / _MODEL, idf=self.idf, weights=self.weights, bias=self.bias)

    @staticmethod
    def load(folder: Path) -> Baseline:
        """Read a written model; pickled arrays are refused.

        Raises `ModelError` where it is missing or broken.
        """
        try:
            columns = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
            with np.load(folder / _MODEL, allow_pickle=False) as arrays:
                return Baseline(columns, arrays["idf"], arrays["weights"], arrays["bias"])
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise ModelError(f"{folder}: holds no readable baseline; run `dvc repro`") from error


def fit(
    inputs: Sequence[UnitInput],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    features: int,
    regularisation: float,
) -> Baseline:
    """Fit the baseline on units with the indices of their stances and their weights.

    `features` is how many n-grams are kept, by the number of units that hold them; `regularisation` is C of the
    logistic regression. All three stances must occur.
    """
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    grams = [Counter(ngrams(item)) for item in inputs]
    frequency = Counter(gram for counts in grams for gram in counts)
    kept = sorted(frequency, key=lambda g: (-frequency[g], g))[:features]
    columns = {gram: i for i, gram in enumerate(sorted(kept))}
    counted = CountVectorizer(analyzer=lambda item: list(ngrams(item)), vocabulary=columns).transform(inputs)
    tfidf = TfidfTransformer(sublinear_tf=True).fit(counted)
    model = LogisticRegression(C=regularisation, max_iter=300)
    model.fit(tfidf.transform(counted), labels, sample_weight=weights)
    if list(model.classes_) != list(range(len(STANCES))):
        raise ModelError(f"the training units must carry all of {', '.join(STANCES)} to fit the baseline")
    rounded = [np.round(a, _DIGITS).astype(np.float32) for a in (tfidf.idf_, model.coef_, model.intercept_)]
    return Baseline(columns, *rounded)


def ngrams(item: UnitInput) -> Iterator[str]:
    """Yield the features of a unit: words and word pairs of the quote and of the source, characters of the quote."""
    for field, text in (("q", item.quote), ("s", item.source)):
        words = [w.lower() for w in _WORD.findall(text)]
        yield from (f"{field}:{w}" for w in words)
        yield from (f"{field}:{a} {b}" for a, b in pairwise(words))
        if field == "q":
            for word in words:
                edged = f" {word} "
                yield from (f"c:{edged[i : i + n]}" for n in _CHARACTERS for i in range(len(edged) - n + 1))
