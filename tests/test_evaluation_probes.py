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


def test_what_each_probe_leaves_of_the_models_input() -> None:
    items = {name: unit_input(ARTICLE, probe(UNITS[0])) for name, probe in PROBES.items()}
    assert (items["masked_speaker"].source, items["masked_speaker"].cue) == ("union president", "said")
    assert (items["quote_only"].source, items["quote_only"].cue) == ("", "")
    assert items["quote_only"].quote == "We asked for smaller classes"
    assert (items["speaker_only"].quote, items["speaker_only"].source) == ("", "Dana Whitlock, union president")


def test_swapped_gives_the_words_to_the_other_side() -> None:
    units = swapped(UNITS)
    assert [u and u.speaker_name for u in units] == ["Omar Reyes", "Dana Whitlock", "Dana Whitlock", None]
    assert units[0] is not None and units[0].quote(ARTICLE.text) == UNITS[0].quote(ARTICLE.text)


def test_nobody_to_swap_with() -> None:
    assert swapped(UNITS[:1]) == [None]
