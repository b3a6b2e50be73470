from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article, paragraph_at
from bothsides.quotes.dialogue import in_turns
from bothsides.unit import QuoteUnit


def _at(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


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
    "A grant pays for this program.\n\nCOLE: That is its president.\n\nUNIDENTIFIED TEACHER #1: Hey, ho.\n\n"
    "MAYOR ANN PEREZ (D), DELL: Talk to them.\n\nLIND: Thanks.\n\nThe station's web site has more."
)
LETTERS = (
    "Dana Kreel runs the union, and Ben Hale the district, where Hale closed 31 schools. We talked to Kreel.\n\nQ: Why?"
    "\n\nA: We asked.\n\nQ: And?\n\nA: I waited.\n\nQ. So?\n\nA. No."
)
COURT = (
    "THE COURT: Do they intend to obey?\n\nMR. HALE: They do not.\n\nTeachers sang in the hallway.\n\n"
    "“We have come too far,” Dana Kreel said.\n\nTHE COURT: What would be fair?\n\nMR. HALE: A raise."
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


def test_the_answers_of_an_a_are_those_of_the_person_who_talks_in_the_introduction_or_is_named_most() -> None:
    assert turns(LETTERS) == [("Kreel", "We asked."), ("Kreel", "I waited."), ("Kreel", "No.")]
    most = (
        LETTERS.replace("We talked to Kreel.", "")
        .replace("Hale closed", "Kreel and Kreel closed")
        .replace("A. No.", "A. My.")
    )
    assert turns(most)[0] == ("Dana Kreel", "We asked.")
    assert turns(LETTERS.replace("A:", "A (Hale):"))[0] == ("Hale", "We asked.")


def test_between_the_turns_of_a_hearing_a_reporter_may_report() -> None:
    kreel = QuoteUnit((_at(COURT, "We have come too far"),), "direct", _at(COURT, "said"), _at(COURT, "Dana Kreel"))
    assert turns(COURT, [kreel]) == [
        ("MR. HALE", "They do not."),
        ("Dana Kreel", "We have come too far"),
        ("MR. HALE", "A raise."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        LETTERS.replace("We asked", "They asked").replace("I waited", "They waited"),
        LETTERS.replace("We asked", "“We asked,” they said").replace("I waited", "“I waited,” they said"),
        LETTERS.replace("We talked to Kreel.", ""),
        LETTERS.replace("We talked to Kreel.", "Our reporter Ann Lee answers questions."),
        LETTERS.split("\n\n", 1)[1],
        "Salary: The union wants 6 percent.\n\nClass size: The cap is 24.\n\nCalendar: Who knows?",
        "Myth: Do they work?\n\nFact: They do.\n\nMyth: Do they care?\n\nFact: They do.",
        "WHAT: A rally?\n\nWHO: Teachers\n\nWHEN: Monday?\n\nWHERE: City Hall\n\nWHAT: Food?",
        "RELATED: What do they earn?\n\nIt rained.\n\nRELATED: Who are they?\n\nPHOTOS: The line\n\nIt was wet.",
        "Ann Lee, Gazette reporter: It rained.\n\nPay: Teachers would get 4 percent.\n\nNurses: Each school has one.",
        "OKAFOR: Why would we?\n\nOKAFOR: Why would anybody?\n\nOKAFOR: Why?",
        "GAZETTE: Why?\n\nOKAFOR: We asked.",
        "",
    ],
)
def test_an_outlet_that_explains_and_a_fact_box_are_no_dialogue(text: str) -> None:
    assert turns(text) == []


def test_once_somebody_asks_not_every_label_names_a_party() -> None:
    notes = "\n\nBackground: Okafor taught.\n\nSalary: Six percent.\n\nEditor's Note: Edited for length."
    assert len(turns(INTERVIEW + notes)) == 2
    assert turns(INTERVIEW + "\n\nHale: It is fair.\n\nThe superintendent, Ben Hale, left.")[2:] == [
        ("Hale", "It is fair.")
    ]


def test_an_outlet_asks_also_where_a_source_asks_more() -> None:
    text = (
        "The Gazette met Dana Kreel.\n\nGazette: Why?\n\nKreel: Why not? Who would?\n\nGazette: Describe it.\n\n"
        "Kreel: We are tired. Who wouldn't be?"
    )
    assert [who for who, _ in turns(text)] == ["Kreel", "Kreel"]


def test_who_welcomes_the_others_is_the_host() -> None:
    text = "ANN LEE: Welcome to the program.\n\nDANA KREEL: Hello.\n\nLEE: Some say go back.\n\nKREEL: We won't."
    assert turns(text) == [("DANA KREEL", "Hello."), ("KREEL", "We won't.")]


def test_a_quoted_transcript_opens_each_turn_with_a_mark_and_its_title_is_no_turn() -> None:
    text = "Okafor: No Strike Before May\n\nRuth Okafor spoke on the radio.\n\n" + "\n\n".join(
        f'"{turn}' for turn in ("LIND: Why?", "OKAFOR: We asked.", "LIND: And then?", "OKAFOR: Nobody came.")
    )
    goes_on = QuoteUnit((_at(text, "LIND: And then?"),), "direct")
    assert turns(text, [goes_on]) == [("OKAFOR", "We asked."), ("OKAFOR", "Nobody came.")]


def test_many_answers_take_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        text = LETTERS + "\n\nQ: Why?\n\nA: We asked." * count
        before = time.process_time()
        assert len(turns(text)) == count + 3
        return time.process_time() - before

    seconds(10)
    assert seconds(400) < 20 * max(0.01, seconds(40))


def test_what_a_clause_reports_within_a_turn_is_part_of_it_and_the_rest_stays() -> None:
    def unit(*parts: str, cue: str) -> QuoteUnit:
        return QuoteUnit(tuple(_at(INTERVIEW, part) for part in parts), "indirect", _at(INTERVIEW, cue))

    across = unit("you go on strike", "We have", cue="did")
    inside = unit("for three years", cue="asked")
    found = in_turns(Article("a", INTERVIEW), [across, inside], ())
    assert [u.quote(INTERVIEW) for u in found][:2] == ["you go on strike", "We have asked for three years."]
    assert len(found) == 3


def test_page_furniture_and_turns_in_quotation_marks_are_left_as_they_are() -> None:
    assert ("ROB GALLO", "For ten years, at that.") not in turns(RADIO, furniture=(4,))
    assert len(turns(INTERVIEW.replace("We have asked for three years.", "“We have asked.”"))) == 1


def test_many_labels_take_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        names = ("".join("ABCDEFGHIJ"[int(digit)] for digit in f"{n:04}") for n in range(count))
        text = "Q: Why?\n\nQ: And?\n\n" + "\n\n".join(
            f"{name}: It rained on the town, and nobody spoke." for name in names
        )
        before = time.process_time()
        assert turns(text) == []
        return time.process_time() - before

    seconds(10)
    assert seconds(4000) < 20 * max(0.01, seconds(400))


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
