from __future__ import annotations

from scorecards import corpus

from bothsides.evaluation.probes import PROBES, given, swapped
from bothsides.stance.inputs import unit_input

(ANNOTATED,) = corpus(1)
ARTICLE, UNITS = ANNOTATED.article, ANNOTATED.gold


def test_given_takes_only_the_answers() -> None:
    item, plain = unit_input(ARTICLE, given(UNITS[0])), unit_input(ARTICLE, UNITS[0])
    assert (item.quote, item.source, item.affiliation) == (plain.quote, plain.source, "unknown")
    assert given(UNITS[0]).stance is None


def test_what_each_probe_leaves_of_a_unit() -> None:
    texts = {name: probe(ARTICLE, UNITS[0])[0].text for name, probe in PROBES.items()}
    assert texts == {
        "isolated": 'Dana Whitlock, union president said: "We asked for smaller classes"',
        "masked_speaker": 'union president said: "We asked for smaller classes"',
        "quote_only": '"We asked for smaller classes"',
        "speaker_only": "Dana Whitlock, union president said: ",
    }
    items = {name: unit_input(*probe(ARTICLE, UNITS[0])) for name, probe in PROBES.items()}
    assert (items["masked_speaker"].source, items["masked_speaker"].cue) == ("union president", "said")
    assert (items["quote_only"].source, items["quote_only"].cue) == ("", "")
    assert items["speaker_only"].quote == ""
    assert all(item.affiliation == "unknown" for item in items.values())


def test_swapped_gives_the_words_to_the_other_side() -> None:
    statements = swapped(ARTICLE, UNITS)
    names = [s and s[1].speaker_name for s in statements]
    assert names == ["Omar Reyes", "Dana Whitlock", "Dana Whitlock", None]
    assert statements[0] is not None
    article, unit = statements[0]
    assert unit.quote(article.text) == UNITS[0].quote(ARTICLE.text)


def test_nobody_to_swap_with() -> None:
    assert swapped(ARTICLE, UNITS[:1]) == [None]
