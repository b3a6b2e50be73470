import numpy as np
import pytest

from bothsides.errors import ModelError
from bothsides.stance import baseline
from bothsides.stance.inputs import UnitInput

UNION = ["we deserve smaller classes", "the offer is an insult", "teachers deserve respect"]
DISTRICT = ["the money is gone", "the offer is generous", "we have no money"]
NEUTRAL = ["talks resume on Tuesday", "schools open at nine", "talks start on Monday"]
INPUTS = [
    UnitInput(quote, "", role)
    for quotes, role in ((UNION, "union president"), (DISTRICT, "superintendent"), (NEUTRAL, "spokesman"))
    for quote in quotes
]
LABELS = np.repeat([0, 1, 2], 3)


def fitted() -> baseline.Baseline:
    return baseline.fit(INPUTS, LABELS, np.ones(9), features=200, regularisation=4.0)


def test_it_learns_and_answers_with_probabilities():
    model = fitted()
    found = model.probabilities([*INPUTS, UnitInput("")])
    assert found[:9].argmax(axis=1).tolist() == LABELS.tolist()
    assert found.sum(axis=1) == pytest.approx(1)
    assert len(model.columns) == 200


def test_prediction_without_scikit_learn_equals_scikit_learn():
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    def analyse(item):
        return list(baseline.ngrams(item))

    model = baseline.fit(INPUTS, LABELS, np.ones(9), features=10_000, regularisation=4.0)
    vectoriser = TfidfVectorizer(analyzer=analyse, sublinear_tf=True)
    classifier = LogisticRegression(C=4.0, max_iter=300).fit(vectoriser.fit_transform(INPUTS), LABELS)
    new = [UnitInput("the money for smaller classes is gone", "Lee", "union president"), UnitInput("unheard zzz")]
    expected = classifier.predict_proba(vectoriser.transform(new))
    assert model.probabilities(new) == pytest.approx(expected, abs=1e-3)


def test_written_models_have_equal_bytes_and_read_back(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        fitted().write(tmp_path / name)
    for file in ("baseline.npz", "vocabulary.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    read = baseline.Baseline.load(tmp_path / "a")
    assert np.array_equal(read.probabilities(INPUTS), fitted().probabilities(INPUTS))


def test_weights_count():
    flipped = np.array([1, *LABELS[1:]])
    light = baseline.fit(INPUTS, flipped, np.array([0.01] + [1.0] * 8), 400, 4.0).probabilities(INPUTS)[0]
    heavy = baseline.fit(INPUTS, flipped, np.array([9.0] + [1.0] * 8), 400, 4.0).probabilities(INPUTS)[0]
    assert light[0] > light[1]
    assert heavy[1] > heavy[0]


def test_a_missing_stance_and_a_missing_file_are_clear_errors(tmp_path):
    with pytest.raises(ModelError, match="must carry all"):
        baseline.fit(INPUTS[:6], LABELS[:6], np.ones(6), 400, 4.0)
    with pytest.raises(ModelError, match="no readable baseline"):
        baseline.Baseline.load(tmp_path)
