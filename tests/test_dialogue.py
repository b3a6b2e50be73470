from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article, paragraph_at
from bothsides.quotes.dialogue import in_turns
from bothsides.unit import QuoteUnit


def turns(text: str, units: list[QuoteUnit] | None = None, furniture: tuple[int, ...] = ()) -> list[tuple[str, str]]:
    found = in_turns(Article("a", text), units or [], furniture)
    return [(text[slice(*u.speaker)] if u.speaker else "", u.quote(text)) for u in found]


INTERVIEW = (
    "GAZETTE: Why did you go on strike?\n\nOKAFOR: We have asked for three years.\n\nGAZETTE: What would end it?\n\n"
    "OKAFOR: A contract that puts a nurse in every school.\n\nOKAFOR: …"
)
RADIO = (
    "JO LIND, HOST:\n\nTeachers in Dell are out.\n\nMARA COLE, BYLINE: The union said no at midnight.\n\n"
    "ROB GALLO: (Chanting) We've been sold a bill of goods.\n\nFor ten years, at that.\n\n(SOUNDBITE OF DRUMS)\n\n"
    "COLE: That is its president.\n\nUNIDENTIFIED TEACHER #1: Hey, ho.\n\nMAYOR ANN PEREZ (D), DELL: Talk to them.\n\n"
    "LIND: Thanks.\n\nThe station's web site has more."
)
LETTERS = (
    "Dana Kreel runs the union; Dana Kreel spoke with us, and with Ben Hale.\n\nQ: Why?\n\nA: We asked.\n\nQ: And?\n\n"
    "A: I waited.\n\nQ. So?\n\nA. No."
)


def test_all_answer_but_those_who_ask() -> None:
    assert turns(INTERVIEW) == [
        ("OKAFOR", "We have asked for three years."),
        ("OKAFOR", "A contract that puts a nurse in every school."),
    ]


def test_all_speak_but_the_staff_of_the_outlet() -> None:
    assert turns(RADIO) == [
        ("ROB GALLO", "We've been sold a bill of goods."),
        ("ROB GALLO", "For ten years, at that."),
        ("UNIDENTIFIED TEACHER #1", "Hey, ho."),
        ("MAYOR ANN PEREZ", "Talk to them."),
    ]


def test_the_answers_of_an_a_are_those_of_the_person_whom_the_introduction_names_most() -> None:
    assert turns(LETTERS) == [("Dana Kreel", "We asked."), ("Dana Kreel", "I waited."), ("Dana Kreel", "No.")]


@pytest.mark.parametrize(
    "text",
    [
        LETTERS.replace("We asked", "They asked").replace("I waited", "They waited"),
        LETTERS.split("\n\n", 1)[1],
        "Salary: The union wants 6 percent.\n\nClass size: The cap is 24.\n\nCalendar: Who knows?",
        "WHAT: A rally\n\nWHO: Teachers\n\nWHEN: Monday?\n\nWHERE: City Hall",
        "OKAFOR: Why would we?\n\nOKAFOR: Why would anybody?\n\nOKAFOR: Why?",
        "GAZETTE: Why?\n\nOKAFOR: We asked.",
        "",
    ],
)
def test_an_outlet_that_explains_and_a_fact_box_are_no_dialogue(text: str) -> None:
    assert turns(text) == []


def test_what_a_clause_reports_within_a_turn_is_part_of_it_and_the_rest_stays() -> None:
    def unit(*parts: str, cue: str) -> QuoteUnit:
        spans = tuple((INTERVIEW.index(p), INTERVIEW.index(p) + len(p)) for p in parts)
        return QuoteUnit(spans, "indirect", (INTERVIEW.index(cue), INTERVIEW.index(cue) + len(cue)))

    across = unit("you go on strike", "We have", cue="did")
    inside = unit("for three years", cue="asked")
    found = in_turns(Article("a", INTERVIEW), [across, inside], ())
    assert [u.quote(INTERVIEW) for u in found][:2] == ["you go on strike", "We have asked for three years."]
    assert len(found) == 3


def test_page_furniture_and_turns_in_quotation_marks_are_left_as_they_are() -> None:
    assert turns(INTERVIEW, furniture=(1,)) == [("OKAFOR", "A contract that puts a nurse in every school.")]
    assert len(turns(INTERVIEW.replace("We have asked for three years.", "“We have asked.”"))) == 1


_PIECES = "ANN LEE: |LEE: |Q: |A: |JO LIND, HOST: |Why? |We tried. |It rained. |(LAUGHTER) |\n\n|“|(| Dana Kreel said. "


@given(st.lists(st.sampled_from(_PIECES.split("|")), max_size=30).map("".join), st.data())
def test_what_comes_out_lies_in_the_text_apart_and_in_order(text: str, data: st.DataObject) -> None:
    article = Article("a", text)
    units = []
    for start, end in article.paragraphs:
        if end - start > 3 and data.draw(st.booleans()):
            at = data.draw(st.integers(start, end - 2))
            units.append(QuoteUnit(((at, data.draw(st.integers(at + 1, end))),), "indirect"))
    out = in_turns(article, units, frozenset())
    spans = [span for u in out for span in u.spans]
    assert all(0 <= s < e <= len(text) for s, e in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    made = {paragraph_at(article, u.start) for u in out if u.speaker}
    assert all(u in out or paragraph_at(article, u.start) in made for u in units)
