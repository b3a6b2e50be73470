from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article, paragraph_at
from bothsides.quotes.running import run_on
from bothsides.unit import QuoteUnit


def unit(text: str, words: str, type_: str = "direct", cue: str = "", speaker: str = "") -> QuoteUnit:
    def span(part: str) -> tuple[int, int]:
        return text.index(part), text.index(part) + len(part)

    return QuoteUnit((span(words),), type_, span(cue) if cue else None, span(speaker) if speaker else None)


def shown(text: str, units: list[QuoteUnit]) -> list[tuple[str, str, str]]:
    return [(u.quote(text), u.type, text[slice(*u.speaker)] if u.speaker else "") for u in units]


STATEMENT = (
    "The district released this statement:\n\nWe are disappointed.\n\n{}\n\nRuth Okafor called it an insult to us all."
)


@pytest.mark.parametrize(
    ("paragraph", "goes_on"),
    [
        ("We urge the union to return to the table today.", True),
        ("Sadly, nobody answered my calls.", True),
        ("On Friday I wrote to the union.", True),
        ("The strike closed 40 Title I schools on Monday.", False),
        ("Picketers lined the overpass on I-95.", False),
        ("We have reached out to the union for comment.", False),
        ("Email our newsroom at tips@gazette.example.", False),
        ("Schools reopened on Tuesday.", False),
        ("U.S. schools have had 40 strikes.", False),
        ("Our coverage of the strike", False),
        ("“We urge the union to return,” a parent said.", False),
        ("Okafor: We were never asked.", False),
    ],
)
def test_a_printed_statement_goes_on_in_the_first_person(paragraph: str, goes_on: bool) -> None:
    text = STATEMENT.format(paragraph)
    first = unit(text, "We are disappointed", cue="released this statement", speaker="The district")
    last = unit(text, "it an insult to us all", "indirect", "called", "Ruth Okafor")
    units = run_on(Article("a", text), [first, last], frozenset())
    expected = [
        ("We are disappointed.", "direct", "The district"),
        ("it an insult to us all", "indirect", "Ruth Okafor"),
    ]
    assert shown(text, units) == [expected[0], *([(paragraph, "direct", "")] if goes_on else []), expected[1]]


def test_a_statement_does_not_go_on_past_a_paragraph_that_is_none() -> None:
    text = "It said:\n\nWe tried.\n\nSchools are open.\n\nWe will go on."
    units = run_on(Article("a", text), [unit(text, "We tried", cue="said", speaker="It")], frozenset())
    assert [u.quote(text) for u in units] == ["We tried."]


def test_page_furniture_is_no_statement() -> None:
    text = "It said:\n\nWe tried.\n\nSign up for our newsletter.\n\nWe will go on."
    units = run_on(Article("a", text), [unit(text, "We tried", cue="said", speaker="It")], frozenset({2}))
    assert [u.quote(text) for u in units] == ["We tried."]


def test_a_quotation_with_marks_announces_nothing_without() -> None:
    text = "It said:\n\n“We tried.”\n\nWe will go on."
    first = unit(text, "We tried.", cue="said", speaker="It")
    assert run_on(Article("a", text), [first], frozenset()) == [first]


LIST = (
    "The union is demanding:\n\n• Class sizes of 24.\n\n• A nurse in every school.\n\n• Raises\n\n• …\n\n"
    "— Staff report.\n\nTalks go on."
)


@pytest.mark.parametrize("type_", ["direct", "indirect"])
def test_a_list_goes_on_with_its_items(type_: str) -> None:
    first = unit(LIST, "Class sizes of 24", type_, "demanding", "The union")
    units = run_on(Article("a", LIST), [first], frozenset())
    stop = "." if type_ == "direct" else ""
    said = [f"Class sizes of 24{stop}", f"A nurse in every school{stop}", "Raises"]
    assert shown(LIST, units) == [(words, type_, "The union" if i == 0 else "") for i, words in enumerate(said)]


@pytest.mark.parametrize(("words", "cue"), [("Class sizes", "demanding"), ("sizes of 24", "demanding")])
def test_an_item_that_is_not_said_as_a_whole_begins_no_list(words: str, cue: str) -> None:
    units = [unit(LIST, words, "indirect", cue)]
    assert run_on(Article("a", LIST), units, frozenset()) == units


def test_a_list_that_nobody_is_reported_to_tell_does_not_go_on() -> None:
    text = "What we know:\n\n• Schools are closed.\n\n• Talks are off."
    units = [unit(text, "Schools are closed", "indirect")]
    assert run_on(Article("a", text), units, frozenset()) == units


def test_a_list_goes_on_after_any_item_of_it() -> None:
    first = unit(LIST, "Class sizes of 24", "indirect", "demanding", "The union")
    second = unit(LIST, "A nurse in every school", "indirect")
    units = run_on(Article("a", LIST), [first, second], frozenset())
    assert [u.quote(LIST) for u in units] == ["Class sizes of 24", "A nurse in every school", "Raises"]


def test_an_item_with_a_clause_of_its_own_begins_no_list() -> None:
    text = "What we know:\n\n• The union says talks are off.\n\n• Schools are closed."
    units = [unit(text, "talks are off", "indirect", "says", "The union")]
    assert run_on(Article("a", text), units, frozenset()) == units


OPEN = "{}“We have bargained since March.{}\n\n“The union moved the goalposts,” Ben Hale said."


@pytest.mark.parametrize(
    ("before", "mark", "speaker"),
    [
        ("", "", "Ben Hale"),
        ("Talks failed.\n\n", "", "Ben Hale"),
        ("", "”", ""),
        ("“It is over,” Ruth Okafor said. “Nobody called.\n\n", "", ""),
    ],
)
def test_a_quotation_left_open_has_the_speaker_of_the_paragraph_that_goes_on(
    before: str, mark: str, speaker: str
) -> None:
    text = OPEN.format(before, mark)
    units = [
        unit(text, "We have bargained since March."),
        unit(text, "The union moved the goalposts", cue="Hale said", speaker="Ben Hale"),
    ]
    assert shown(text, run_on(Article("a", text), units, frozenset()))[0][2] == speaker


def test_a_quotation_left_open_over_many_paragraphs_has_one_speaker() -> None:
    words = ["We have had enough.", "Enough of slides.", "Enough of promises.", "We strike on Monday"]
    text = "\n\n".join(f"“{w}" for w in words) + ",” Ben Hale said."
    units = [*(unit(text, w) for w in words[:3]), unit(text, words[3], cue="Hale said", speaker="Ben Hale")]
    assert [s for *_, s in shown(text, run_on(Article("a", text), units, frozenset()))] == ["Ben Hale"] * 4
    text = f"“It is over,” Ruth Okafor said. “Nobody called.\n\n{text}"
    units = [
        unit(text, "It is over", cue="Okafor said", speaker="Ruth Okafor"),
        *(unit(text, w) for w in words[:3]),
        unit(text, words[3], cue="Hale said", speaker="Ben Hale"),
    ]
    out = shown(text, run_on(Article("a", text), units, frozenset()))
    assert [s for *_, s in out] == ["Ruth Okafor", "", "", "", "Ben Hale"]


def test_an_answer_goes_on_in_the_first_person_up_to_the_next_label() -> None:
    text = "OKAFOR: We have asked for years.\n\nWe were never called.\n\nGAZETTE: Do we know why, and by whom?"
    found = unit(text, "We have asked for years.", speaker="OKAFOR")
    assert [u.quote(text) for u in run_on(Article("a", text), [found], frozenset())] == [
        "We have asked for years.",
        "We were never called.",
    ]


def test_a_list_goes_on_after_an_item_with_a_clause_of_its_own() -> None:
    text = (
        "It asks for:\n\n• A raise.\n\n• A nurse. “It is needed,” Mara Olsen said.\n\n• A cap of 25.\n\n"
        "• No overtime.\n\n- A dash.\n\n• Talks go on."
    )
    raise_ = unit(text, "A raise", "indirect", "asks for", "It")
    units = [raise_, unit(text, "It is needed", cue="said", speaker="Mara Olsen")]
    assert shown(text, run_on(Article("a", text), units, frozenset()))[2:] == [
        ("A cap of 25", "indirect", "It"),
        ("No overtime", "indirect", "It"),
    ]
    # Without a mention of its own the announcement has the source before it, whom the item in between has replaced.
    nobody = QuoteUnit(raise_.spans, "indirect", raise_.cue)
    assert len(run_on(Article("a", text), [nobody, units[1]], frozenset())) == 2


_PIECES = "We tried. |• |I said: |\n\n|OKAFOR: |Lee: |“|”|It rained. |: |our |. "


@given(st.lists(st.sampled_from(_PIECES.split("|")), max_size=25).map("".join), st.data())
def test_what_comes_out_lies_in_the_text_apart_in_order_and_holds_every_unit(text: str, data: st.DataObject) -> None:
    article = Article("a", text)
    units = []
    for start, end in article.paragraphs:
        if end - start > 3 and data.draw(st.booleans()):
            at = data.draw(st.integers(start, end - 2))
            stop = data.draw(st.integers(at + 1, end))
            type_ = data.draw(st.sampled_from(["direct", "indirect"]))
            speaker = (start, at) if start < at and data.draw(st.booleans()) else None
            if any(c.isalnum() for c in text[at:stop]):
                units.append(QuoteUnit(((at, stop),), type_, None, speaker))
    out = run_on(article, units, frozenset())
    assert [u.start for u in units] == [u.start for u in out if u.start in {v.start for v in units}]
    spans = [s for u in out for s in u.spans]
    assert spans == sorted(spans) and all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(0 <= s < e <= len(text) and paragraph_at(article, s) == paragraph_at(article, e - 1) for s, e in spans)
