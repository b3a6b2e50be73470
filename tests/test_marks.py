import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.marks import quotations, quotes_singly, unit_type

TEXTS = st.text(st.sampled_from("ab .,\n\"“”‘’'«»„‟`"), max_size=80)


def inner(text: str) -> list[str]:
    return [text[slice(*q.inner)] for q in quotations(Article("a", text))]


@given(TEXTS)
def test_quotations_lie_inside_their_paragraph_in_order_and_do_not_overlap(text: str) -> None:
    article = Article("a", text)
    at = 0
    for q in quotations(article):
        assert at <= q.outer[0] <= q.inner[0] <= q.inner[1] <= q.outer[1]
        assert any(s <= q.outer[0] and q.outer[1] <= e for s, e in article.paragraphs)
        at = q.outer[1]


@given(TEXTS, st.integers(0, 79), st.integers(1, 20))
def test_a_type_agrees_with_the_marks_at_its_extremes(text: str, start: int, length: int) -> None:
    found = quotations(Article("a", text))
    span = (min(start, len(text)), min(start + length, len(text)))
    letters = [i for i in range(*span) if text[i].isalnum()]
    inside = [any(q.outer[0] <= i < q.outer[1] for q in found) for i in letters]
    if letters and all(inside):
        assert unit_type(text, (span,), found) == "direct"
    if not any(inside):
        assert unit_type(text, (span,), found) == "indirect"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We wait," he said. "Still."', ["We wait,", "Still."]),
        ("“We wait,” he said.", ["We wait,"]),
        ("«We wait», he said.", ["We wait"]),
        ("``We wait,'' he said.", ["We wait,"]),
        ("She said, 'We can't wait.'", ["We can't wait."]),
        ("The teachers' union won't.", []),
        ('"We wait, he said.', ["We wait, he said."]),
        ("We wait,” he said.", ["We wait,"]),
        ('"A.\n\n"B," he said.', ["A.", "B,"]),
        ('"A.\n\n"B.\n\n"C," he said.', ["A.", "B.", "C,"]),
        ('We wait," he said. "Still."', ["We wait,", "Still."]),
        ('"We wait, he said. "Still," he said.', ["We wait, he said. ", "Still,"]),
        ('"He said "no" to me," she said.', ['He said "no" to me,']),
        ("“He said “no” to me,” she said.", ["He said “no” to me,"]),
        ("\"He said 'no' to me,\" she said.", ["He said 'no' to me,"]),
        ("'He said \"no\" to me,' she said. 'I can't.'", ['He said "no" to me,', "I can't."]),
        ("““We wait,” he said.", ["We wait,"]),
        ('He said "we" and "they".', ["we", "they"]),
        ('"We wait," he said. "Still', ["We wait,", "Still"]),
        ("He said:\u00a0“We wait.”", ["We wait."]),
    ],
)
def test_quotations_of_every_style(text: str, expected: list[str]) -> None:
    assert inner(text) == expected


def test_a_missing_mark_is_reported() -> None:
    assert [q.closed for q in quotations(Article("a", 'He said "we wait.'))] == [False]
    assert [q.closed for q in quotations(Article("a", 'He said "we wait."'))] == [True]


def test_single_marks_quote_only_where_no_double_ones_do() -> None:
    assert quotes_singly("'We wait,' he said.")
    assert not quotes_singly("\"We 'wait,'\" he said.")
    assert not quotes_singly("The teachers' pay isn't much.")
    assert not quotes_singly('\'We\'re tired,\' teachers say\n\n"We wait," he said. "Still," she said.')


def test_a_paraphrase_with_a_quoted_fragment_is_mixed() -> None:
    text = 'He called the offer a "slap in the face" to all.'
    assert unit_type(text, ((10, 47),), quotations(Article("a", text))) == "mixed"
