from bothsides.article import Article
from bothsides.stance.inputs import CONTEXT_CHARACTERS, surroundings, unit_input
from bothsides.unit import QuoteUnit

TEXT = (
    "Schools closed. Talks broke down on Monday.\n\n"
    'It was cold. "We waited," said Lee, the union president. "We are done." He left.\n\n'
    "Nobody answered. The end."
)


def unit(article: Article, *quotes: str, cue: str = "", **known: str) -> QuoteUnit:
    spans = tuple((at, at + len(q)) for q in quotes for at in [article.text.index(q)])
    start = article.text.index(cue) if cue else 0
    return QuoteUnit(spans=spans, type="direct", cue=(start, start + len(cue)) if cue else None, **known)


def test_a_unit_is_read_with_its_source_and_cue():
    article = Article("a", TEXT)
    found = unit_input(
        article, unit(article, "We waited", cue="said", speaker_name="Lee", speaker_role="the union president")
    )
    assert found.quote == "We waited"
    assert found.source == "Lee, the union president"
    assert found.cue == "said"


def test_surroundings_reach_to_the_next_sentence():
    article = Article("a", TEXT)
    before, after = surroundings(article, unit(article, "We waited"))
    assert before == 'It was cold. "'
    assert after == '," said Lee, the union president. "We are done."'


def test_surroundings_of_a_whole_paragraph_are_its_neighbours():
    article = Article("a", 'One. Two is here.\n\n"All of it."\n\nNext one. And more. Not this.')
    assert surroundings(article, unit(article, "All of it.")) == ("One. Two is here.", "Next one. And more.")


def test_surroundings_stay_short():
    article = Article("a", "x" * 900 + " mark " + "y" * 900)
    before, after = surroundings(article, unit(article, "mark"))
    assert len(before) == len(after) == CONTEXT_CHARACTERS
