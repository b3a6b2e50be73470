from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothsides.article import Article, Span
from bothsides.evaluation.bootstrap import Resamples
from bothsides.evaluation.units import align, content, same_name, same_speaker, unit_counts, unit_figures
from bothsides.unit import QuoteUnit

TEXT = 'Ann Lee said the pay was low. "We will strike," she said. "Now." Bob left Lee\'s.'
ARTICLE = Article("a", TEXT)


def span(words: str) -> Span:
    return TEXT.index(words), TEXT.index(words) + len(words)


PAY = QuoteUnit((span("the pay was low"),), "indirect", span("said"), span("Ann Lee"), "Ann Lee", "", "union")
STRIKE = QuoteUnit((span("We will strike"), span("Now.")), "direct", None, span("she"), "Ann Lee", "", "union")
GOLD = [PAY, STRIKE]


def figures(found: list[QuoteUnit], gold: list[QuoteUnit] = GOLD, kind: str = "all") -> dict[str, float]:
    tallies = [unit_counts(align(ARTICLE, gold, found, 0.5))]
    return {k: float(v[0]) for k, v in unit_figures(Resamples.draw(1, 1, 0).totals(tallies), kind).items()}


def test_gold_against_itself_is_perfect() -> None:
    assert set(figures(GOLD).values()) == {1.0}


def test_nothing_found_scores_nothing() -> None:
    scores = figures([])
    assert scores["relaxed_f1"] == scores["joint_precision"] == scores["characters_recall"] == 0.0


def test_marks_at_the_edge_do_not_decide() -> None:
    start, end = span("We will strike")
    wider = replace(STRIKE, spans=((start - 1, end + 2), span("Now.")))
    assert align(ARTICLE, GOLD, [wider], 0.5).matches[0].exact


def test_half_a_unit_is_relaxed_but_not_exact() -> None:
    scores = figures([replace(STRIKE, spans=(span("We will strike"),))])
    assert (scores["relaxed_recall"], scores["relaxed_precision"], scores["exact_recall"]) == (0.5, 1.0, 0.0)
    assert scores["characters_precision"] == 1.0
    assert 0 < scores["characters_recall"] < 1


def test_too_little_overlap_is_no_match() -> None:
    assert not align(ARTICLE, GOLD, [replace(STRIKE, spans=(span("We"),))], 0.5).matches


def test_the_best_pair_matches_first_and_only_once() -> None:
    part = replace(PAY, spans=(span("the pay was"),))
    matches = align(ARTICLE, [PAY], [part, PAY], 0.5).matches
    assert [(m.gold, m.found, m.exact) for m in matches] == [(0, 1, True)]


def test_joint_needs_the_right_speaker() -> None:
    scores = figures([PAY, replace(STRIKE, speaker=span("Bob"))])
    assert (scores["relaxed_f1"], scores["joint_f1"], scores["speaker_accuracy"]) == (1.0, 0.5, 0.5)


@pytest.mark.parametrize(
    ("gold", "found", "right"),
    [
        (span("Ann Lee"), span("Lee"), True),
        (span("Ann Lee"), span("Lee's"), True),
        (span("Ann Lee"), span("Bob"), False),
        (span("Ann Lee"), None, False),
        (None, span("Bob"), False),
        (None, None, True),
    ],
)
def test_speaker_by_overlap_or_last_word(gold: Span | None, found: Span | None, right: bool) -> None:
    assert same_speaker(TEXT, replace(PAY, speaker=gold), replace(PAY, speaker=found)) is right


def test_speaker_accuracy_is_over_units_with_a_mention() -> None:
    silent = replace(STRIKE, speaker=None)
    scores = figures([PAY, silent], [PAY, silent])
    assert scores["speaker_accuracy"] == scores["joint_f1"] == 1.0
    assert figures([silent], [silent])["joint_f1"] == 1.0


def test_names_and_affiliations_of_matched_units() -> None:
    scores = figures([replace(PAY, speaker_name="the Ann  lee."), replace(STRIKE, affiliation="other")])
    assert (scores["name_accuracy"], scores["affiliation_accuracy"]) == (1.0, 0.5)
    assert not same_name("Ann Lee", "Lee")


def test_types_count_by_their_own_side() -> None:
    scores = figures([PAY, replace(STRIKE, type="mixed")], kind="direct")
    assert (scores["relaxed_recall"], scores["relaxed_precision"]) == (1.0, 0.0)


def test_a_type_that_does_not_occur_has_no_score() -> None:
    tallies = [unit_counts(align(ARTICLE, [PAY], [PAY], 0.5))]
    resamples = Resamples.draw(1, 5, 0)
    assert resamples.estimate(tallies, lambda totals: unit_figures(totals, "mixed")) == {}


def test_found_units_without_a_letter_do_not_count() -> None:
    mark = TEXT.index('"')
    scores = figures([*GOLD, QuoteUnit(((mark, mark + 1),), "direct")])
    assert scores["relaxed_precision"] == 1.0


units = st.lists(
    st.tuples(st.integers(0, len(TEXT)), st.integers(0, 30)).map(
        lambda at: QuoteUnit(((at[0], min(len(TEXT), at[0] + at[1])),), "indirect")
    ),
    max_size=6,
)


@settings(deadline=None)
@given(units, units, st.floats(0.1, 1.0))
def test_matching_is_one_to_one_and_above_the_threshold(
    gold: list[QuoteUnit], found: list[QuoteUnit], iou: float
) -> None:
    matches = align(ARTICLE, gold, found, iou).matches
    assert len({m.gold for m in matches}) == len({m.found for m in matches}) == len(matches)
    for m in matches:
        a, b = content(gold[m.gold], TEXT), content(found[m.found], TEXT)
        assert len(a & b) / len(a | b) >= iou
        assert m.exact == (a == b)
