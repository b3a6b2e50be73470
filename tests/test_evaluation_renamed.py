from __future__ import annotations

from scorecards import BySpeaker, Oracle, corpus

from bothsides.augment import NamePools
from bothsides.evaluation.judging import ask
from bothsides.evaluation.renamed import renamed_figures

POOLS = NamePools(("Ada", "Bo"), ("Lund", "Marsh"), ("Ash Hill",))
GOLD = corpus(3)


def unchanged(model: Oracle | BySpeaker) -> float:
    answers = ask(GOLD, Oracle(GOLD).split, model.classify, 0.5)
    return renamed_figures(GOLD, answers, model.classify, POOLS, 20, 13)["renamed_unchanged"].value


def test_a_model_that_reads_the_words_keeps_its_labels() -> None:
    assert unchanged(Oracle(GOLD)) == 1.0


def test_a_model_that_knows_names_loses_those_of_the_named() -> None:
    # Three of the four units of each article have a speaker whom it knows by name; the parent has no name.
    assert unchanged(BySpeaker()) == 0.25
