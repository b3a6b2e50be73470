from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.quotes.windows import Tokens, best_window, tokenise, training_windows, windows

SPECIAL = (101, 102)


def test_tokens_know_their_characters_case_and_quotation(tokenizer):
    text = 'Ann Lee said.\n\n"We will strike," she added.'
    tokens = tokenise(Article("a", text), tokenizer)
    shown = [text[s:e] for s, e in tokens.spans]
    assert shown[:4] == ["Ann", "Lee", "said", "."]
    assert tokens.segments[:3] == (1, 1, 0)
    assert tokens.segments[shown.index("We")] == 3
    assert tokens.segments[shown.index("strike")] == 2
    assert tokens.segments[shown.index("she")] == 0
    assert tokens.paragraphs[0] == 0 and tokens.paragraphs[-1] == 1


def test_a_span_holds_the_tokens_that_touch_it_once_and_in_order():
    tokens = Tokens((5,) * 4, ((0, 9), (10, 19), (20, 29), (30, 39)), (0,) * 4, (0,) * 4)
    assert tokens.inside([(35, 36), (0, 11), (5, 9)]).tolist() == [0, 1, 3]
    assert tokens.inside([(9, 10)]).tolist() == []
    assert tokens.inside([]).tolist() == []


@pytest.mark.parametrize("opening, closing", [("“", "”"), ('"', '"'), ("``", "''"), ("‘", "’"), ("'", "'")])
def test_the_tagger_sees_one_style_of_marks(tokenizer, opening, closing):
    def ids(o: str, c: str) -> tuple[int, ...]:
        return tokenise(Article("a", f"{o}We can't wait,{c} she said."), tokenizer).ids

    assert ids(opening, closing) == ids('"', '"')


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(alphabet="ab ,.\"'", min_size=1, max_size=60), max_size=12),
    st.integers(8, 40),
    st.integers(2, 30),
)
def test_windows_cover_every_token_in_order_and_fit(tokenizer, paragraphs, size, stride):
    tokens = tokenise(Article("a", "\n\n".join(paragraphs)), tokenizer)
    covering = windows(tokens, size, stride, SPECIAL)
    assert {t for w in covering for t in w.tokens if t >= 0} == set(range(len(tokens)))
    for window in covering:
        inside = [t for t in window.tokens if t >= 0]
        assert len(window.encoding) <= size + 2
        assert inside == list(range(inside[0], inside[-1] + 1))
    for t, (w, position) in enumerate(best_window(tokens, covering)):
        assert covering[w].tokens[position] == t


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(alphabet="ab ,.\"'", min_size=1, max_size=60), max_size=12), st.integers(8, 40), st.integers(0, 7)
)
def test_training_sees_each_token_once(tokenizer, paragraphs, size, offset):
    tokens = tokenise(Article("a", "\n\n".join(paragraphs)), tokenizer)
    parts = training_windows(tokens, size, SPECIAL, offset)
    assert [t for w in parts for t in w.tokens if t >= 0] == list(range(len(tokens)))
    assert all(len(w.encoding) <= size + 2 for w in parts)


def test_an_empty_article_has_no_windows(tokenizer):
    assert windows(tokenise(Article("a", " \n "), tokenizer), 254, 192, SPECIAL) == []


def test_a_very_long_paragraph_is_cut_into_pieces(tokenizer):
    text = "word " * 5000
    tokens = tokenise(Article("a", text), tokenizer)
    assert len(tokens) == 5000
    assert tokens.spans[-1] == (5 * 4999, 5 * 4999 + 4)
