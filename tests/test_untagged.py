import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.quotes.untagged import beside, signature


def subject(text: str, cue: str, follows: bool = False) -> str:
    start = text.index(cue)
    found = beside(text, (start, start + len(cue)), 0, len(text), follows)
    return text[slice(*found)] if found else ""


@pytest.mark.parametrize(
    ("text", "cue", "expected"),
    [
        ("Ruth Okafor said it was over.", "said", "Ruth Okafor"),
        ("Hugh Hill, a doctor, said it was over.", "said", "Hugh Hill"),
        ("The union’s president, Ruth Okafor, said it was over.", "said", "Ruth Okafor"),
        ("The Education Minister, Mr Ben Hale, said it was over.", "said", "Mr Ben Hale"),
        ("Its negotiator, shop teacher Ruth Okafor, said it was over.", "said", "Ruth Okafor"),
        ("The third candidate, the developer Ruth Okafor, said it was over.", "said", "Ruth Okafor"),
        ("The clerk, a retired dean named Ruth Okafor, said it was over.", "said", "The clerk"),
        ("Ruth Okafor of Dell, president of the Dell Education Association, said it.", "said", "Ruth Okafor of Dell"),
        ("Ruth Okafor of Dell Junior High, a teacher, said it.", "said", "Ruth Okafor of Dell Junior High"),
        (", Ruth Okafor, said it was over.", "said", "Ruth Okafor"),
        ("It rained. But she later said it was over.", "said", "she"),
        ("In the evening, the school board said it was over.", "said", "the school board"),
        ("It is over, according to the district, which met.", "according to", "the district"),
        ("It is over, according to Sen. Ruth Okafor of Dell.", "according to", "Ruth Okafor"),
        ("It is over, according to Lt. Ruth Okafor of the Dell police.", "according to", "Ruth Okafor"),
        ("It is over, according to union leader Ruth Okafor.", "according to", "Ruth Okafor"),
        ("It is over, according to the state Board of Education.", "according to", "the state Board of Education"),
        ("It is over, according to its director of resources, Ruth Okafor, who met.", "according to", "Ruth Okafor"),
        ("It is over, according to a lawyer for the board, Ruth Okafor.", "according to", "Ruth Okafor"),
        ("Parents were urged by the district to wait.", "urged", "the district"),
        ("It is over, according to its head, Ruth Okafor. Ben Hale, a teacher, agreed.", "according to", "Ruth Okafor"),
        ("He was quoted by the Dell Gazette as saying that it was over.", "was quoted", "He"),
        ("She is reported by the Dell Gazette to favor it.", "is reported", "She"),
        ("It was reported by the district that it was over.", "was reported", "the district"),
        ("A spokesman for Gov. Ruth Okafor said it was over.", "said", "A spokesman for Gov. Ruth Okafor"),
        ("An aide to union president Ruth Okafor said it.", "said", "An aide to union president Ruth Okafor"),
        ("The contractor, BrightSite, said it was over.", "said", "BrightSite"),
        ("The union, Friday, said it was over.", "said", "The union"),
        ("A rally in Tulsa, Oklahoma, said it was over.", "said", ""),
        ("Ruth Okafor defended the plan and said it was over.", "said", ""),
        ("Two letters came. The first said it was over.", "said", ""),
        ("Classrooms First said it was over.", "said", "Classrooms First"),
        ("On Monday said it was over.", "said", ""),
        ("", "", ""),
    ],
)
def test_the_noun_phrase_beside_a_cue(text: str, cue: str, expected: str) -> None:
    assert subject(text, cue) == expected


def test_a_subject_after_its_cue_counts_only_where_the_content_stands_before() -> None:
    text = "”, said Ruth Okafor, who teaches."
    assert subject(text, "said", follows=True) == "Ruth Okafor"
    assert subject(text, "said") == ""


@pytest.mark.parametrize(
    ("text", "content", "expected"),
    [
        ('Ruth Okafor: "We wait."', "We wait.", "Ruth Okafor"),
        ('Ruth, Leith: "We wait."', "We wait.", "Ruth"),
        ('Ruth Okafor, a nurse, 41: "We wait."', "We wait.", "Ruth Okafor"),
        ('Ruth Okafor, who left. Note: "We wait."', "We wait.", ""),
        ('"We wait." -Okafor', "We wait.", "Okafor"),
        ("“We wait.” — Ruth Okafor, teacher", "We wait.", "Ruth Okafor"),
        ('"We wait" - and then it rained.', "We wait", ""),
        ("At 9 a.m.: We wait.", "We wait.", ""),
    ],
)
def test_a_name_that_introduces_or_signs_a_quotation(text: str, content: str, expected: str) -> None:
    start = text.index(content)
    found = signature(text, (start, start + len(content)), (0, len(text)))
    assert (text[slice(*found)] if found else "") == expected


@given(st.text(alphabet='aA ,.\n"’s-:', max_size=60), st.integers(0, 60), st.integers(0, 8), st.booleans())
def test_what_is_found_lies_between_the_borders(text: str, start: int, length: int, follows: bool) -> None:
    start = min(start, len(text))
    end = min(len(text), start + length)
    found = beside(text, (start, end), 0, len(text), follows)
    if found:
        assert 0 <= found[0] < found[1] <= len(text)
        assert found[1] <= start or end <= found[0]
