from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bothsides.stance.contrasts import contrasts
from bothsides.stance.statement import OPPOSITE
from bothsides.unit import QuoteUnit, Stance

LABELS = ("union-aligned", "district-aligned", "neutral")


def unit(n: int, affiliation: str, label: str, type: str = "direct", name: str = "Name") -> tuple[str, QuoteUnit]:
    named = f"{name}{n} {affiliation.title()}" if name else ""
    stance = Stance(label, (0.2, 0.2, 0.6), "", "gold")
    return f"words {n}", QuoteUnit(((0, 3),), type, None, None, named, f"of the {affiliation}", affiliation, stance)


SAID = st.lists(
    st.builds(
        unit,
        st.integers(0, 99),
        st.sampled_from(["union", "district", "other", "unknown"]),
        st.sampled_from(LABELS),
        st.sampled_from(["direct", "indirect", "mixed"]),
        st.sampled_from(["Name", ""]),
    ),
    max_size=12,
)


def test_a_neutral_statement_gets_the_other_sides_speaker_and_a_partisan_one_keeps_its_own():
    said = [unit(1, "union", "neutral"), unit(2, "district", "district-aligned", "mixed")]
    (first, turned), (second, kept) = contrasts(said, 5, random.Random(1))
    assert first.text == 'Name2 District, of the district said: "words 1"'
    assert (turned.stance.label, turned.affiliation, turned.quote(first.text)) == ("neutral", "district", "words 1")
    assert second.text == "Name2 District, of the district said words 2"
    assert (kept.stance.label, kept.affiliation, kept.type) == ("district-aligned", "district", "indirect")


def test_without_speakers_of_both_sides_there_are_no_contrasts():
    assert contrasts([unit(1, "union", "neutral"), unit(2, "union", "union-aligned")], 5, random.Random(1)) == []


@given(SAID, st.integers(0, 4), st.integers(0, 9))
def test_contrasts_are_counted_labelled_and_repeat(said, count, seed):
    made = contrasts(said, count, random.Random(seed))
    assert [(a.text, u) for a, u in made] == [(a.text, u) for a, u in contrasts(said, count, random.Random(seed))]
    labels = [u.stance.label for _, u in made]
    assert labels.count("neutral") <= count and len(labels) - labels.count("neutral") <= count
    sides = {words: u.affiliation for words, u in said}
    for article, u in made:
        assert u.affiliation in OPPOSITE and u.speaker_name and u.speaker_name in article.text
        if len([w for w, _ in said if w == u.quote(article.text)]) == 1:
            before = sides[u.quote(article.text)]
            assert u.affiliation == (OPPOSITE[before] if u.stance.label == "neutral" else before)
