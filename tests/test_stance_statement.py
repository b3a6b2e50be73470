from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bothsides.stance.statement import statement


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_the_spans_of_a_statement_say_what_it_was_made_of(quote: str, name: str, role: str) -> None:
    article, unit = statement("a", quote, name, role)
    assert unit.quote(article.text) == quote
    source = ", ".join(part for part in (name, role) if part)
    assert (article.text[slice(*unit.speaker)] if unit.speaker else "") == source
    assert (article.text[slice(*unit.cue)] if unit.cue else "") == ("said" if source else "")


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=20))
def test_an_indirect_statement_is_a_clause(quote: str, name: str) -> None:
    article, unit = statement("a", quote, name, "", "indirect")
    assert article.text == f"{name} said {quote}"
    assert (unit.type, unit.quote(article.text)) == ("indirect", quote)
