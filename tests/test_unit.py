import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.unit import STANCES, QuoteUnit, Stance, StanceLabel, own_columns, unit_row

TEXT = '"We wait," Ann Lee said. "Still."\n\nTalks resume Monday, she added.'
UNIT = QuoteUnit(((1, 8), (26, 32)), "direct", (19, 23), (11, 18), "Ann Lee", "teacher", "union")


@given(st.text(max_size=60), st.data())
def test_what_is_shown_is_the_text_between_the_offsets(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    unit = QuoteUnit(((cuts[0], cuts[1]), (cuts[2], cuts[3])), "indirect")
    row = unit_row(Article("a", text), 1, unit)
    assert row["quote"] == " ... ".join(text[s:e] for s, e in row["spans"])  # type: ignore[attr-defined]
    assert row["words"] == len(text[cuts[0] : cuts[1]].split()) + len(text[cuts[2] : cuts[3]].split())
    assert 0 <= row["position"] <= 1  # type: ignore[operator]


def test_a_row_carries_mentions_place_and_the_articles_own_columns() -> None:
    article = Article("a", TEXT, {"outlet": "Gazette", "speaker": "of the house"})
    row = unit_row(article, 3, UNIT)
    assert (row["quote"], row["cue"], row["speaker"]) == ("We wait ... Still.", "said", "Ann Lee")
    assert (row["unit"], row["paragraph"], row["position"]) == (3, 1, round(1 / len(TEXT), 4))
    assert (row["outlet"], row["article_speaker"]) == ("Gazette", "of the house")
    assert (row["stance"], row["p_union"], row["confidence"]) == ("", None, None)
    assert unit_row(article, 4, QuoteUnit(((35, 55),), "indirect"))["paragraph"] == 2


@given(st.dictionaries(st.sampled_from(["unit", "article_unit", "article_article_unit", "x", "article_x"]), st.text()))
def test_no_own_column_is_lost(own: dict[str, str]) -> None:
    ours = {"unit": 1, "x": 2, "article_x": 3}
    named = own_columns(Article("a", TEXT, own), ours)
    assert list(named.values()) == list(own.values())
    assert not named.keys() & ours.keys()
    assert all(named[name] == own[name] for name in own.keys() - ours.keys())


@pytest.mark.parametrize("label", STANCES)
def test_a_certain_stance_puts_all_probability_on_its_label(label: StanceLabel) -> None:
    stance = Stance.certain(label, "gold")
    assert stance.confidence == 1
    assert sum(stance.probabilities) == 1
    assert stance.probabilities[STANCES.index(label)] == 1
