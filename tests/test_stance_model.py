import json
from pathlib import Path

import numpy as np
import pytest

from bothsides.article import Article
from bothsides.encoder import encoder_folder
from bothsides.errors import ModelError
from bothsides.params import load_params
from bothsides.runtime import open_tokenizer
from bothsides.stance.baseline import Baseline
from bothsides.stance.calibration import Combiner
from bothsides.stance.inputs import UnitInput
from bothsides.stance.model import StanceModel, StanceSettings, source_keys
from bothsides.unit import STANCES, QuoteUnit

ROOT = Path(__file__).parents[1]
TOKENIZER = open_tokenizer(encoder_folder(load_params(ROOT / "params.yaml").encoder) / "tokenizer.json")
SETTINGS = StanceSettings("abc", 64, Combiner((1.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.5)), 0.5)
WORDS = Baseline({}, np.zeros(0, np.float32), np.zeros((3, 0), np.float32), np.zeros(3, np.float32))


class WordBackend:
    """Answers by the words it sees: union and district as sides, fair and costly as stances; not by the text before."""

    def logits(self, ids, types, mask):
        words = ("fair", "costly", "tuesday", "union", "district", "parent")
        text_before = (ids == TOKENIZER.token_to_id("|")).cumsum(axis=1) > 0
        ids = np.where((mask == 1) & ~text_before, ids, -1)
        return np.stack([2.0 * (ids == TOKENIZER.token_to_id(w)).any(axis=1) for w in words], axis=1).astype("float32")


TEXT = "It is fair, said Lee. It starts Tuesday, Lee said. It is costly, said Kim. Hm, said Poe."
ARTICLE = Article("a", TEXT)


def units() -> list[QuoteUnit]:
    def made(quote: str, name: str, role: str) -> QuoteUnit:
        at = TEXT.index(quote)
        return QuoteUnit(((at, at + len(quote)),), "indirect", speaker_name=name, speaker_role=role)

    return [
        made("It is fair", "Lee", "of the union"),
        made("It starts Tuesday", "Lee", "of the union"),
        made("It is costly", "Kim", "of the district"),
        made("Hm", "Poe", "a parent"),
    ]


def model(**changes) -> StanceModel:
    return StanceModel(WordBackend(), TOKENIZER, WORDS, SETTINGS)


def test_units_get_label_probabilities_provenance_and_missing_affiliation():
    (found,) = model().classify([(ARTICLE, units())])
    assert [u.stance.label for u in found] == ["union-aligned", "neutral", "district-aligned", "neutral"]
    assert [u.affiliation for u in found] == ["union", "union", "district", "other"]
    for u in found:
        assert sum(u.stance.probabilities) == pytest.approx(1, abs=1e-4)
        assert u.stance.provenance == "model:abc"
    assert [u.spans for u in found] == [u.spans for u in units()]


def test_a_known_affiliation_stays():
    from dataclasses import replace

    (found,) = model().classify([(ARTICLE, [replace(units()[0], affiliation="other")])])
    assert found[0].affiliation == "other"


def test_low_confidence_abstains_with_a_reason():
    (found,) = model().classify([(ARTICLE, units())])
    assert found[3].stance.confidence < 0.5
    assert found[3].stance.abstain == "confidence below 0.50"
    assert found[0].stance.abstain == ""


def test_articles_do_not_influence_each_other():
    other = Article("b", TEXT)
    together = model().classify([(ARTICLE, units()), (other, units()[2:]), (Article("c", ""), [])])
    assert together[0] == model().classify([(ARTICLE, units())])[0]
    assert together[1] == model().classify([(other, units()[2:])])[0]
    assert together[2] == []
    assert model().classify([]) == []


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
        StanceModel.load(tmp_path, WordBackend())


def test_settings_for_other_labels_are_refused(tmp_path):
    SETTINGS.write(tmp_path / "stance.json")
    value = json.loads((tmp_path / "stance.json").read_text()) | {"stances": list(reversed(STANCES))}
    (tmp_path / "stance.json").write_text(json.dumps(value))
    with pytest.raises(ModelError, match="other labels"):
        StanceSettings.read(tmp_path / "stance.json")
