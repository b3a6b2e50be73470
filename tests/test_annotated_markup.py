import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_annotated import FILES, HEAD, SHARED, TAIL

from bothsides.annotated import check_annotated, parse_annotated
from bothsides.annotated_markup import write_annotated

WORDS = st.lists(st.text(st.sampled_from("abé𝒳&<>.’"), min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """An annotated article: its XML, the texts of its paragraphs, and the quotes of its units."""
    plain, marked, quotes = [], [], []
    for _ in range(draw(st.integers(1, 4))):
        lead, tail = draw(WORDS), draw(WORDS)
        paragraph, markup = lead, escaped(lead)
        for said in draw(st.lists(WORDS, max_size=3)):
            quotes.append(said)
            paragraph += f" {said}, he says"
            first = f'<said u="{len(quotes)}" who="s" stance="neutral">{escaped(said)}</said>'
            markup += f' {first}, <speaker u="{len(quotes)}">he</speaker> <cue u="{len(quotes)}">says</cue>'
        plain.append(f"{paragraph} {tail}")
        marked.append(f"<p>{markup} {escaped(tail)}</p>")
    return HEAD + "\n".join(marked) + TAIL, plain, quotes


@given(sources())
def test_any_article_is_read_as_written_and_written_as_read(case: tuple[str, list[str], list[str]]) -> None:
    xml, paragraphs, quotes = case
    annotated, problems = parse_annotated(xml)
    assert annotated is not None, problems
    text = annotated.article.text
    assert [text[s:e] for s, e in annotated.article.paragraphs] == paragraphs
    assert [u.quote(text) for u in annotated.gold] == quotes
    assert {text[slice(*u.speaker)] + text[slice(*u.cue)] for u in annotated.gold if u.speaker and u.cue} <= {"hesays"}
    assert write_annotated(annotated) == xml


@pytest.mark.parametrize("part", range(8))
def test_every_annotated_article_passes_and_survives_reading_and_writing_byte_for_byte(part: int) -> None:
    for path in FILES[part::8]:
        annotated, problems = check_annotated(path)
        assert problems == [], path
        assert annotated is not None
        assert write_annotated(annotated).encode() == path.read_bytes(), path


def test_a_shared_mention_is_written_once_and_a_stated_type_stays() -> None:
    annotated, problems = parse_annotated(HEAD + SHARED + TAIL)
    assert annotated is not None, problems
    assert write_annotated(annotated) == HEAD + SHARED + TAIL
