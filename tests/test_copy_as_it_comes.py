"""Copy as it comes, end to end with a published model: nothing breaks, and plain cases come out right.

What is made of the tags is tested case by case in test_link, test_marks and test_resolve; here the whole of it is, once
with a tagger that talks nonsense and once, where there is one, with the published model.
"""

from __future__ import annotations

import gc
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from bothsides.article import Article
from bothsides.bundle import locate, verify
from bothsides.errors import ModelError
from bothsides.quotes.config import SplitterConfig
from bothsides.quotes.furniture import Furniture
from bothsides.quotes.reading import Reader
from bothsides.quotes.splitter import Splitter
from bothsides.quotes.tags import LABELS
from bothsides.quotes.transitions import Transitions
from bothsides.runtime import OnnxBackend


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    try:
        folder = locate()
        verify(folder)
    except ModelError as error:
        pytest.skip(f"no published model to test with: {error}")
    return Splitter.load(folder / "splitter", OnnxBackend(folder / "splitter/model.onnx"), folder / "splitter")


def split(splitter: Splitter, text: str) -> list[tuple[str, str]]:
    [units] = splitter.split([Article("a", text)])
    return [(u.quote(text), u.speaker_name) for u in units]


LEAD = "DELL, Ohio — Teachers in Dell walked out on Monday, closing 31 schools.\n\n"
CASES = {
    "several paragraphs with one closing mark": (
        LEAD + "“We asked for smaller classes in March,” said Ruth Okafor, the union’s president. “Nobody called.\n\n"
        "“We asked again in May, and nobody called then either.”",
        [("We asked for smaller classes", "Ruth Okafor"), ("We asked again in May", "Ruth Okafor")],
    ),
    "a missing closing mark": (
        LEAD + '"We have offered every dollar we have, Superintendent Ben Hale said Monday. "There is no more."',
        [("We have offered every dollar we have", "Ben Hale")],
    ),
    "single marks with apostrophes inside": (
        LEAD + "'We can't wait and we won't wait for the board's next offer,' Ruth Okafor said. 'It isn't fair.'",
        [("We can't wait and we won't wait for the board's next offer", "Ruth Okafor")],
    ),
    "an apposition": (
        LEAD + "Hugh Hill, a doctor, said the strike would harm children.",
        [("the strike would harm children", "Hugh Hill")],
    ),
    "two cues with one subject": (
        LEAD + "Superintendent Ben Hale defended the district’s offer and said it was the last one.",
        [("it was the last one", "Ben Hale")],
    ),
    "line breaks of Windows, hard spaces and characters without width": (
        LEAD.replace("\n", "\r\n")
        + "“We\u00a0asked for smaller\u00a0classes,”\u200b Ruth\u00a0Okafor\u00a0said.\r\n\r\n"
        "\u200f“Nobody called,” she said.\u200e",
        [("We\u00a0asked for smaller\u00a0classes", "Ruth Okafor"), ("Nobody called", "Ruth Okafor")],
    ),
    "furniture between": (
        LEAD + "“We asked for smaller classes,” said Ruth Okafor, the union’s president.\n\nREAD MORE: What is next\n\n"
        "By Ann Lee, Staff Writer\n\n“Nobody called,” Okafor said.",
        [("We asked for smaller classes", "Ruth Okafor"), ("Nobody called", "Ruth Okafor")],
    ),
    "furniture that reports speech": (
        LEAD + "“We asked for smaller classes,” said Ruth Okafor, the union’s president.\n\n"
        "READ MORE: Mayor says teachers’ demands are ‘a fantasy’\n\nUnion: Board ‘never wanted a deal’\n\n"
        "“Nobody called,” Okafor said.",
        [("We asked for smaller classes", "Ruth Okafor"), ("Nobody called", "Ruth Okafor")],
    ),
    "a statement printed without marks over several paragraphs": (
        LEAD
        + "The district released the following statement Monday morning:\n\nWe are disappointed that the union has "
        "walked away from a fair offer.\n\nWe urge the union to return to the table today.\n\nRuth Okafor, the union’s "
        "president, said the offer was an insult.",
        [
            ("We are disappointed that the union has walked away from a fair offer.", "The district"),
            ("We urge the union to return to the table today.", "The district"),
            ("the offer was an insult", "Ruth Okafor"),
        ],
    ),
    "a quotation that begins a paragraph before its clause": (
        LEAD + "“We have bargained in good faith since March.\n\n“The union has moved the goalposts at every session,” "
        "Superintendent Ben Hale said.",
        [("We have bargained in good faith", "Ben Hale"), ("The union has moved the goalposts", "Ben Hale")],
    ),
    "a list of demands": (
        LEAD + "The union is demanding:\n\n• Class sizes of no more than 24.\n• A nurse in every school.\n"
        "• Raises of 5 percent a year.\n\nTalks resume Tuesday.",
        [("Class sizes of no more than 24", "The union"), ("A nurse", "The union"), ("Raises of 5", "The union")],
    ),
    "a list in which an item has a clause of its own": (
        "What does the union want? It asks for four things:\n\n• A raise of 6 percent in each of two years.\n\n"
        "• A nurse in every school. “No child should have to wait for a nurse,” said Mara Olsen, who is one.\n\n"
        "• A cap of 25 students a class.\n\n• An end to mandatory overtime.",
        [
            ("A raise of 6 percent", "the union"),
            ("No child should have to wait", "Mara Olsen"),
            ("A cap of 25 students a class", "the union"),
            ("An end to mandatory overtime", "the union"),
        ],
    ),
    "an interview": (
        "The Gazette spoke with Ruth Okafor, president of the Dell Education Association, about the strike.\n\n"
        "GAZETTE: Why did you go on strike?\n\nOKAFOR: We have asked for smaller classes for three years, and nobody "
        "listened.\n\nGAZETTE: What would end it?\n\nOKAFOR: A contract that puts a nurse in every school.",
        [
            ("We have asked for smaller classes for three years, and nobody listened.", "Ruth Okafor"),
            ("A contract that puts a nurse in every school.", "Ruth Okafor"),
        ],
    ),
    "an interview in questions and answers": (
        "Ruth Okafor has led the Dell Education Association since 2015. She spoke with The Gazette on Tuesday.\n\n"
        "Q: Why did you go on strike?\n\nA: We asked for smaller classes for three years. The board said no.\n\n"
        "Q: What would end it?\n\nA: A contract with a nurse in every school.",
        [
            ("We asked for smaller classes for three years. The board said no.", "Ruth Okafor"),
            ("A contract with a nurse in every school.", "Ruth Okafor"),
        ],
    ),
    "the transcript of a broadcast": (
        "JO LIND, HOST:\n\nSchools in Dell are closed for a second day. Mara Cole reports.\n\n"
        "MARA COLE, BYLINE: Superintendent Ben Hale says he sympathizes, but there's only so much to go around.\n\n"
        "BEN HALE: The board put $11 million on the table. I'd ask the union to take it to its members.\n\n"
        "(SOUNDBITE OF CHANTING)\n\nCOLE: The union's president says that's not going to happen.\n\n"
        "RUTH OKAFOR: It's smoke and mirrors.\n\nLIND: That's Mara Cole in Dell.",
        [
            ("he sympathizes", "Ben Hale"),
            ("The board put $11 million on the table. I'd ask the union to take it", "Ben Hale"),
            ("It's smoke and mirrors.", "RUTH OKAFOR"),
        ],
    ),
    "a live blog": (
        "9:15 a.m.\n\nSuperintendent Ben Hale says schools will stay closed on Tuesday.\n\n8:40 a.m.\n\n"
        "The union says talks broke down at midnight.",
        [("schools will stay closed on Tuesday", "Ben Hale"), ("talks broke down at midnight", "The union")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_plain_cases_come_out_right(name: str, splitter: Splitter) -> None:
    text, expected = CASES[name]
    found = split(splitter, text)
    for quote, speaker in expected:
        assert any(quote in q and who == speaker for q, who in found), found


def test_a_headline_reports_nothing_of_the_paragraph_after_it(splitter: Splitter) -> None:
    text = "BREAKING: Dell strike is over, union says\n\nThe tentative agreement was announced early on Friday."
    assert not [quote for quote, _ in split(splitter, text) if "tentative" in quote]


def test_what_page_furniture_reports_is_no_unit(splitter: Splitter) -> None:
    text, _ = CASES["furniture that reports speech"]
    assert not [quote for quote, _ in split(splitter, text) if "fantasy" in quote or "deal" in quote]


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "\u200b\r\n\r\n", "”", '"""""', "- \u2022\n- \u2022"])
def test_an_article_of_nothing_has_no_units(text: str, splitter: Splitter) -> None:
    assert split(splitter, text) == []


class Pattern:
    """A tagger that tags by the number of a word piece: what it says is nonsense, but always the same."""

    def logits(self, ids, types, mask):
        seeds = (ids[:, :, None] * 7919 + np.arange(len(LABELS)) * 104729) % 1009
        return (seeds / 100).astype(np.float32)


@pytest.fixture(scope="module")
def nonsense(tokenizer: Tokenizer, no_transitions: Transitions, no_furniture: Furniture) -> Splitter:
    reader = Reader(Pattern(), tokenizer, SplitterConfig(window=254, stride=200), 4096)
    return Splitter(reader, no_transitions, no_furniture)


def test_a_paragraph_of_20_000_words_takes_time_in_proportion(nonsense: Splitter) -> None:
    one = "“We can’t wait,” Ruth Okafor said, and the district said that the talks would go on until Friday morning. "

    def seconds(words: int) -> float:
        before = time.process_time()
        assert split(nonsense, one * (words // len(one.split())))
        return time.process_time() - before

    seconds(200)
    gc.disable()  # its time grows with whatever other tests have left behind
    try:
        assert seconds(20_000) < 40 * max(0.02, seconds(2_000))
    finally:
        gc.enable()


_PIECES = (
    "Ruth Okafor said |“We asked,” |she said. |\n\n|\r\n|The union |according to |the district, |“|”|\"|'|—|• |\u200b|"
    "\u00a0|Lee: |READ MORE: x|9 a.m. |didn’t |Supt. "
)
COPY = st.lists(st.sampled_from(_PIECES.split("|")), max_size=30).map("".join) | st.text(max_size=100)


def check_units(splitter: Splitter, text: str) -> None:
    [units] = splitter.split([Article("a", text)])
    covered = [i for u in units for s, e in u.spans for i in range(s, e)]
    assert len(covered) == len(set(covered))
    for unit in units:
        for start, end in (*unit.spans, *(s for s in (unit.cue, unit.speaker) if s)):
            assert 0 <= start < end <= len(text)
    assert splitter.split([Article("b", text)]) == [units]


@given(COPY)
def test_any_tags_on_any_copy_give_units_in_the_text_and_apart_and_the_same_again(
    nonsense: Splitter, text: str
) -> None:
    check_units(nonsense, text)


@settings(max_examples=12)
@given(COPY)
def test_any_copy_gives_units_in_the_text_and_apart_and_the_same_again(splitter: Splitter, text: str) -> None:
    check_units(splitter, text)


# The encoder reads both paragraphs, and is in two minds about where `the district’s offer` ends.
_UNSURE = pytest.mark.xfail(reason="the model of now ends one unit elsewhere with a paragraph more", strict=False)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=_UNSURE) if name == "two cues with one subject" else name for name in CASES]
)
def test_a_further_paragraph_changes_no_earlier_unit(name: str, splitter: Splitter) -> None:
    text, _ = CASES[name]
    [units] = splitter.split([Article("a", text)])
    [more] = splitter.split([Article("a", text + "\n\nThe river rose by a foot on Sunday and is expected to fall.")])
    assert [u.quote(text) for u in more][: len(units)] == [u.quote(text) for u in units]
