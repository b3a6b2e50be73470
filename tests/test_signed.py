from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.quotes.signed import in_own_words
from bothsides.unit import QuoteUnit


def _at(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def told(text: str, *linked: tuple[str, str, str]) -> list[tuple[str, str]]:
    """Give the speakers and contents that come of linked units, each given as content, cue and speaker."""
    units = [
        QuoteUnit((_at(text, c),), "indirect", _at(text, cue) if cue else None, _at(text, who) if who else None)
        for c, cue, who in linked
    ]
    found = in_own_words(Article("a", text), units)
    return [(text[slice(*u.speaker)] if u.speaker else "", u.quote(text)) for u in found]


COMMENT = "“The board lied to us. My aunt said it would. As they say, ‘No pay, no play.’” ― {}"


@pytest.mark.parametrize(
    ("signature", "name"),
    [
        ("Ann Hale", "Ann Hale"),
        ("Ann Hale.", "Ann Hale"),
        ("Bo Hale Jr.", "Bo Hale Jr."),
        ("Ann Hale, Dell", "Ann Hale"),
    ],
)
def test_a_signed_comment_is_one_unit_of_its_author_whatever_is_told_in_it(signature: str, name: str) -> None:
    text = "We asked readers.\n\n" + COMMENT.format(signature) + "\n\nSchools open on Monday."
    said = "The board lied to us. My aunt said it would. As they say, ‘No pay, no play.’"
    assert told(text, ("it would", "said", "My aunt"), ("No pay", "", "")) == [(name, said)]


def test_comments_without_any_linked_unit_count_and_stand_in_order() -> None:
    text = COMMENT.format("Ann Hale") + "\n\n“They should go back.” — Bo Orr"
    assert [speaker for speaker, _ in told(text)] == ["Ann Hale", "Bo Orr"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("“We tried,” she said. “Nobody came.” — Ann Hale", ("Nobody came", "said", "she")),
        ("Readers wrote. “We tried.” — Ann Hale", ("We tried", "", "")),
        ("“We tried.” — it was late", ("We tried", "", "")),
        ("“Red for Ed” — Monday", ("Red for Ed", "", "")),
        ("“The Schools We Deserve” — Ann Hale", ("The Schools We Deserve", "", "")),
        ("“We are tired.” — Read More", ("We are tired", "", "")),
    ],
)
def test_what_is_reported_around_a_quotation_stays_as_it_was_linked(text: str, unit: tuple[str, str, str]) -> None:
    assert told(text, unit) == [(unit[2], unit[0])]


def test_a_quotation_over_two_paragraphs_stays_as_it_was_linked() -> None:
    text = "“We tried.\n\n“Nobody came.” — Ann Hale"
    unit = QuoteUnit((_at(text, "We tried."), _at(text, "Nobody came.")), "direct", None, _at(text, "Ann Hale"))
    assert in_own_words(Article("a", text), [unit]) == [unit]


@given(st.text(st.sampled_from('AbHo .,“”"—-\n'), max_size=60))
def test_units_lie_in_the_text_apart_and_in_order(text: str) -> None:
    units = in_own_words(Article("a", text), [])
    assert all(0 <= s < e <= len(text) for u in units for s, e in u.spans)
    assert all(a.end <= b.start for a, b in pairwise(units))
