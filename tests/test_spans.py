import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.quotes.spans import tidied
from bothsides.quotes.tags import KINDS


def tidy(text: str, words: str, kind: str = "speaker-right", cue: str = "") -> list[str]:
    spans = [((text.index(words), text.index(words) + len(words)), kind)]
    if cue:
        spans.append(((text.rindex(cue), text.rindex(cue) + len(cue)), "cue"))
    return [text[slice(*span)] for span, _ in tidied(text, spans)]


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("Anne-Marie Okafor said no.", "Anne", ["Anne-Marie Okafor"]),
        ("Okafor on Friday said no.", "Okafor on Friday", ["Okafor"]),
        ("Okafor did not say.", "Okafor did not", ["Okafor"]),
        ("The Dell Teachers Union Friday said no.", "The Dell Teachers Union Friday", ["The Dell Teachers Union"]),
        ("The union today said no.", "The union today", ["The union"]),
        ("The poll released Friday shows no.", "The poll released Friday", ["The poll released Friday"]),
        ("Ruth Okafor ’26 said no.", "Ruth Okafor ’26", ["Ruth Okafor"]),
        ("Steve Okafor of the league said no.", "Steve Okafor of", ["Steve Okafor"]),
        ("Okafor’s plan, he said.", "Okafor’s", ["Okafor’s"]),
        ("the Dell Chamber of Commerce said no.", "the Dell Chamber", ["the Dell Chamber of Commerce"]),
        ("according to Okafor, it is.", "to Okafor", ["Okafor"]),
        ("A campaign spokeswoman said no.", "spokeswoman", ["A campaign spokeswoman"]),
        ("On Monday the boys said no.", "Monday the", []),
        ("some of them said no.", "them", ["them"]),
        ("Others said no.", "Others", ["Others"]),
    ],
)
def test_a_mention_is_a_whole_noun_phrase(text: str, tagged: str, expected: list[str]) -> None:
    assert tidy(text, tagged) == expected


def test_the_noun_between_a_mention_and_its_cue_belongs_to_the_mention() -> None:
    assert tidy("The school board said no.", "The school", cue="said") == ["The school board", "said"]
    assert tidy("The school also said no.", "The school", cue="said") == ["The school", "said"]


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("A sixth-grade teacher at Dell who left said no.", "A sixth-grade", "A sixth-grade teacher"),
        ("A spokesman for the mayor said no.", "A spokesman", "A spokesman for the mayor"),
        ("The governor of Dell, a lawyer, said no.", "The governor of", "The governor of Dell"),
        ("An analysis by the Dell Project said no.", "An analysis by the Dell Project", "the Dell Project"),
        ("A message from the district said no.", "A message from the district", "the district"),
        ("A mediator from the state said no.", "A mediator from the state", "A mediator from the state"),
    ],
)
def test_a_mention_has_its_complement_and_a_document_gives_way_to_its_author(
    text: str, tagged: str, expected: str
) -> None:
    assert tidy(text, tagged, cue="said") == [expected, "said"]


def test_two_mentions_that_are_one_are_joined() -> None:
    text = "Negotiators for the district said no."
    assert tidied(text, [((0, 15), "speaker-right"), ((16, 28), "speaker-right")]) == [((0, 28), "speaker-right")]
    assert len(tidied(text, [((0, 15), "speaker-right"), ((16, 28), "speaker-left")])) == 2


@pytest.mark.parametrize(
    ("first", "between", "joined"),
    [
        ("Mayor Ann Hale and", " Gov. ", True),
        ("Ann Hale", " and ", True),
        ("City of Dell", " CAO ", True),
        ("Ann Hale", " of ", False),
        ("Ann Hale", ", and ", False),
        ("Ann Hale and her", " aide, ", False),
        ("Ann Hale", "\n\nSuperintendent ", False),
    ],
)
def test_two_names_with_and_or_a_title_between_are_one_mention(first: str, between: str, joined: bool) -> None:
    text = f"{first}{between}Bo Orr said no."
    second = (len(first) + len(between), len(first) + len(between) + len("Bo Orr"))
    found = tidied(text, [((0, len(first)), "speaker-right"), (second, "speaker-right")])
    assert (found == [((0, second[1]), "speaker-right")]) is joined


def test_a_document_that_was_tagged_as_the_cue_is_the_speaker() -> None:
    assert tidy('"No," the statement said.', "statement", "cue") == ["the statement", "said"]
    assert tidy("She said in a statement that", "statement", "cue") == ["statement"]


@given(
    st.text(alphabet="ab'’- \n.,\"A", max_size=60),
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 12), st.sampled_from(KINDS)), max_size=8),
)
def test_tidied_spans_lie_in_the_text_in_order_and_apart(text: str, raw: list[tuple[int, int, str]]) -> None:
    spans, at = [], 0
    for gap, length, kind in raw:
        start, end = at + gap, min(len(text), at + gap + length)
        if start < end:
            spans.append(((start, end), kind))
            at = end
    at = 0
    for (start, end), _ in tidied(text, spans):
        assert at <= start < end <= len(text)
        at = end
