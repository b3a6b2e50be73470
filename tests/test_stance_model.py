import json
from dataclasses import replace

import numpy as np
import pytest

from bothsides.article import Article
from bothsides.errors import ModelError
from bothsides.quotes.config import SplitterConfig
from bothsides.quotes.reading import Reader
from bothsides.quotes.tags import LABELS
from bothsides.stance.baseline import Baseline
from bothsides.stance.calibration import Combiner
from bothsides.stance.head import Head
from bothsides.stance.inputs import UnitInput
from bothsides.stance.model import StanceModel, StanceSettings, source_keys
from bothsides.unit import STANCES, QuoteUnit

SETTINGS = StanceSettings("abc", Combiner((1.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.5)), 0.5)
WORDS = Baseline({}, np.zeros(0, np.float32), np.zeros((3, 0), np.float32), np.zeros(3, np.float32))
KNOWN = ("fair", "costly", "tuesday", "lee", "kim", "poe")
"""What the stand-in encoder knows: three words that are stances, three sources that are sides."""


class WordBackend:
    """A hidden state that says which of the known words a token is, whatever stands around it."""

    def __init__(self, tokenizer):
        self.ids = [tokenizer.token_to_id(w) for w in KNOWN]

    def logits(self, ids, types, mask):
        hidden = np.stack([ids == known for known in self.ids], axis=-1).astype(np.float32)
        return np.concatenate([np.zeros((*ids.shape, len(LABELS)), dtype=np.float32), hidden], axis=-1)


def head() -> Head:
    """Passes the stance words of the content and the names of the source on as logits."""
    width = len(KNOWN)
    first = np.zeros((width, 3 * width), dtype=np.float32)
    first[np.arange(3), np.arange(3)] = 40
    first[np.arange(3, 6), width + np.arange(3, 6)] = 2
    return Head(first, np.zeros(width, np.float32), np.eye(width, dtype=np.float32), np.zeros(width, np.float32))


TEXT = "It is fair, said Lee. It starts Tuesday, Lee said. It is costly, said Kim. Hm, said Poe."
ARTICLE = Article("a", TEXT)


def units() -> list[QuoteUnit]:
    def made(quote: str, name: str, role: str) -> QuoteUnit:
        at = TEXT.index(quote)
        by = TEXT.index(name, at)
        speaker = (by, by + len(name))
        return QuoteUnit(((at, at + len(quote)),), "indirect", speaker=speaker, speaker_name=name, speaker_role=role)

    return [
        made("It is fair", "Lee", "of the union"),
        made("It starts Tuesday", "Lee", "of the union"),
        made("It is costly", "Kim", "of the district"),
        made("Hm", "Poe", "a parent"),
    ]


@pytest.fixture
def model(tokenizer) -> StanceModel:
    return StanceModel(Reader(WordBackend(tokenizer), tokenizer, SplitterConfig(126, 90), 512), head(), WORDS, SETTINGS)


def test_units_get_label_probabilities_provenance_and_missing_affiliation(model):
    (found,) = model.classify([(ARTICLE, units())])
    assert [u.stance.label for u in found] == ["union-aligned", "neutral", "district-aligned", "neutral"]
    assert [u.affiliation for u in found] == ["union", "union", "district", "other"]
    for u in found:
        assert sum(u.stance.probabilities) == pytest.approx(1, abs=1e-4)
        assert u.stance.provenance == "model:abc"
    assert [u.spans for u in found] == [u.spans for u in units()]


def test_a_known_affiliation_stays(model):
    (found,) = model.classify([(ARTICLE, [replace(units()[0], affiliation="other")])])
    assert found[0].affiliation == "other"


def test_low_confidence_abstains_with_a_reason(model):
    (found,) = model.classify([(ARTICLE, units())])
    assert found[3].stance.confidence < 0.5
    assert found[3].stance.abstain == "confidence below 0.50"
    assert found[0].stance.abstain == ""


def test_articles_do_not_influence_each_other(model):
    other = Article("b", TEXT)
    together = model.classify([(ARTICLE, units()), (other, units()[2:]), (Article("c", ""), [])])
    assert together[0] == model.classify([(ARTICLE, units())])[0]
    assert together[1] == model.classify([(other, units()[2:])])[0]
    assert together[2] == []
    assert model.classify([]) == []


def test_sources_are_told_apart():
    items = [UnitInput("x", "Lee"), UnitInput("x", "LEE"), UnitInput("x"), UnitInput("x"), UnitInput("x", "", "a mom")]
    keys = source_keys(items, ["a"] * 5)
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4
    assert source_keys(items, ["b"] * 5)[0] != keys[0]


def test_settings_survive_the_file(tmp_path):
    SETTINGS.write(tmp_path / "stance.json")
    assert StanceSettings.read(tmp_path / "stance.json") == SETTINGS


@pytest.mark.parametrize("broken", ["", "{}", "[]"])
def test_broken_settings_are_one_clear_error(tmp_path, broken):
    (tmp_path / "stance.json").write_text(broken)
    with pytest.raises(ModelError, match=r"stance\.json: cannot be read"):
        StanceModel.load(tmp_path, None)


def test_settings_for_other_labels_are_refused(tmp_path):
    SETTINGS.write(tmp_path / "stance.json")
    value = json.loads((tmp_path / "stance.json").read_text()) | {"stances": list(reversed(STANCES))}
    (tmp_path / "stance.json").write_text(json.dumps(value))
    with pytest.raises(ModelError, match="other labels"):
        StanceSettings.read(tmp_path / "stance.json")
