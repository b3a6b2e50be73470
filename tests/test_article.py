import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article, paragraph_at, paragraph_spans, unwrapped

TEXTS = st.text(st.sampled_from("abc.!? \t\r\n\x0b\u00a0\u2028“”é𝒳"), max_size=80) | st.text(max_size=80)


@given(TEXTS)
def test_paragraphs_are_ordered_disjoint_stripped_and_hold_every_visible_character(text: str) -> None:
    at = 0
    for start, end in paragraph_spans(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@given(TEXTS, st.integers(0, 80))
def test_paragraph_at_names_the_paragraph_that_holds_a_position(text: str, position: int) -> None:
    article = Article("a", text)
    for index, (start, end) in enumerate(article.paragraphs):
        if start <= position < end:
            assert paragraph_at(article, position) == index
    assert paragraph_at(article, 0) == 0


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", "\r\r", "\n\n\n  "])
def test_blank_lines_part_paragraphs(gap: str) -> None:
    text = f"One went home.{gap}Two stayed."
    assert [text[s:e] for s, e in paragraph_spans(text)] == ["One went home.", "Two stayed."]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_paragraphs_unless_they_are_hard_wrapped(end: str) -> None:
    lines = ["The strike began on Monday, the union said.", "Talks resume.", "Schools are open."]
    assert len(paragraph_spans(end.join(lines))) == 3
    wrapped = end.join(
        [
            "The strike began on Monday in the rain and went on",
            "through the week while the two sides met at a hotel",
            "by.",
        ]
    )
    assert paragraph_spans(wrapped) == ((0, len(wrapped)),)


@given(TEXTS)
def test_line_ends_of_windows_make_no_other_paragraphs(text: str) -> None:
    plain = text.replace("\r", "")
    windows = plain.replace("\n", "\r\n")
    found = [windows[s:e].replace("\r\n", "\n") for s, e in paragraph_spans(windows)]
    # A line end of two characters may make a line too long to be hard-wrapped; nothing here is that long.
    assert found == [plain[s:e] for s, e in paragraph_spans(plain)]


def test_words_are_those_that_white_space_parts() -> None:
    assert Article("a", " two  words\n").words == 2
    assert Article("a", "").words == 0


@given(TEXTS)
def test_unwrapping_moves_no_character_and_no_paragraph(text: str) -> None:
    article = Article("a", text)
    flat = unwrapped(article)
    assert len(flat.text) == len(text)
    assert flat.paragraphs == article.paragraphs
    assert not any(c in flat.text[s:e] for s, e in flat.paragraphs for c in "\r\n")


def test_captions_stamps_and_bullets_on_lines_of_their_own_are_paragraphs() -> None:
    text = "9:15 a.m.\r\nTalks go on, the union said.\r\n• Raises of 3 percent\r\n• Smaller classes\r\nBy Ann Lee"
    assert [text[s:e] for s, e in paragraph_spans(text)] == text.split("\r\n")
