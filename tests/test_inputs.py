from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.encoder import encoder_folder
from bothsides.errors import ModelError
from bothsides.params import load_params
from bothsides.runtime import open_tokenizer
from bothsides.stance.inputs import CONTEXT_CHARACTERS, UnitInput, encode, surroundings, unit_input
from bothsides.unit import QuoteUnit

ROOT = Path(__file__).parents[1]
TEXT = (
    "Schools closed. Talks broke down on Monday.\n\n"
    'It was cold. "We waited," said Lee, the union president. "We are done." He left.\n\n'
    "Nobody answered. The end."
)
TOKENIZER = open_tokenizer(encoder_folder(load_params(ROOT / "params.yaml").encoder) / "tokenizer.json")


def unit(article: Article, *quotes: str, cue: str = "", **known: str) -> QuoteUnit:
    spans = tuple((at, at + len(q)) for q in quotes for at in [article.text.index(q)])
    start = article.text.index(cue) if cue else 0
    return QuoteUnit(spans=spans, type="direct", cue=(start, start + len(cue)) if cue else None, **known)


def test_a_unit_is_read_with_its_source_and_cue():
    article = Article("a", TEXT)
    found = unit_input(
        article, unit(article, "We waited", cue="said", speaker_name="Lee", speaker_role="the union president")
    )
    assert found.quote == "We waited"
    assert found.source == "Lee, the union president"
    assert found.cue == "said"


def test_surroundings_reach_to_the_next_sentence():
    article = Article("a", TEXT)
    before, after = surroundings(article, unit(article, "We waited"))
    assert before == 'It was cold. "'
    assert after == '," said Lee, the union president. "We are done."'


def test_surroundings_of_a_whole_paragraph_are_its_neighbours():
    article = Article("a", 'One. Two is here.\n\n"All of it."\n\nNext one. And more. Not this.')
    assert surroundings(article, unit(article, "All of it.")) == ("One. Two is here.", "Next one. And more.")


def test_surroundings_stay_short():
    article = Article("a", "x" * 900 + " mark " + "y" * 900)
    before, after = surroundings(article, unit(article, "mark"))
    assert len(before) == len(after) == CONTEXT_CHARACTERS


def test_the_quote_is_cut_before_the_source():
    item = UnitInput("word " * 300, "Lee", "the union president")
    tokens = [TOKENIZER.id_to_token(i) for i in encode(item, TOKENIZER, 32).ids]
    assert len(tokens) == 32
    assert tokens[-5:-1] == ["lee", ",", "the", "union"] or tokens[-6:-1] == ["lee", ",", "the", "union", "president"]


def test_the_text_before_is_cut_first_and_at_its_start():
    item = UnitInput("a quote", "Lee", "a parent", before="far words " * 40 + "near words")
    tokens = [TOKENIZER.id_to_token(i) for i in encode(item, TOKENIZER, 24).ids]
    assert tokens[:4] == ["[CLS]", "a", "quote", "[SEP]"]
    assert tokens[4:8] == ["lee", ",", "a", "parent"]
    assert tokens[-3:] == ["near", "words", "[SEP]"] and len(tokens) == 24


@given(st.text(max_size=200), st.text(max_size=200), st.integers(16, 64))
def test_no_input_is_longer_than_allowed_and_both_parts_are_framed(quote, name, limit):
    found = encode(UnitInput(quote, name), TOKENIZER, limit)
    assert 3 <= len(found) <= limit
    assert found.ids[0] == TOKENIZER.token_to_id("[CLS]")
    assert found.ids[-1] == TOKENIZER.token_to_id("[SEP]")
    assert list(found.types) == sorted(found.types)
    assert set(found.types) == {0, 1}


def test_a_missing_tokenizer_is_one_clear_error(tmp_path):
    with pytest.raises(ModelError, match="cannot be read as a tokenizer"):
        open_tokenizer(tmp_path / "tokenizer.json")
