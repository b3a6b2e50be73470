from __future__ import annotations

from pathlib import Path

import pytest

from bothsides.annotated import read_annotated
from bothsides.quotes.link import link
from bothsides.quotes.tags import ROLES, stretches
from bothsides.quotes.targets import find_roles, marked_spans, targets
from bothsides.quotes.windows import tokenise
from bothsides.unit import SPOKEN_FOR

WRITTEN = sorted((Path(__file__).parents[1] / "seeds/written").glob("*.xml"))


@pytest.mark.parametrize("path", WRITTEN[::16], ids=lambda path: path.stem)
def test_the_linker_rebuilds_the_gold_units_from_their_targets(path, tokenizer):
    """What the tagger is asked for must hold all that the linker needs."""
    annotated = read_annotated(path)
    article, gold = annotated.article, annotated.gold
    tokens = tokenise(article, tokenizer)
    tags = targets(article, gold, tokens).tags
    spans = [((tokens.spans[t.first][0], tokens.spans[t.last][1]), t.kind) for t in stretches(tags)]
    found = link(article, spans)

    def letters(unit):
        return [i for s, e in unit.spans for i in range(s, e) if article.text[i].isalnum()]

    assert [letters(u) for u in found] == [letters(u) for u in gold]
    assert [u.cue for u in found] == [u.cue for u in gold]
    assert [u.speaker for u in found if u.cue] == [u.speaker for u in gold if u.cue]


def test_directions_say_on_which_side_the_cue_stands():
    annotated = read_annotated(WRITTEN[0])
    text = annotated.article.text
    kinds = {text[s:e]: kind for (s, e), kind in marked_spans(annotated.gold)}
    assert kinds["Ruth Okafor"] == "speaker-right"
    first = annotated.gold[0]
    assert kinds[text[slice(*first.spans[0])]] == "content-right"


def test_sides_and_roles_are_laid_over_the_words_that_show_them(tokenizer):
    annotated = read_annotated(WRITTEN[0])
    article = annotated.article
    tokens = tokenise(article, tokenizer)
    goal = targets(article, annotated.gold, tokens)
    unit = annotated.gold[0]
    at = next(i for i, span in enumerate(tokens.spans) if span[0] == unit.speaker[0])
    assert SPOKEN_FOR[goal.sides[at]] == unit.affiliation
    (role,) = find_roles(article, unit.speaker_name, unit.speaker_role)
    assert article.text[slice(*role)] == unit.speaker_role
    at = next(i for i, span in enumerate(tokens.spans) if span[0] == role[0])
    assert ROLES[goal.roles[at]] == "B-role"
