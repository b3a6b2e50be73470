from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bothsides.report import voice
from bothsides.report.results import ResultArticle, Unit
from bothsides.report.voice import compare, resampled, share_of_units, shares_of_articles, voice_of
from bothsides.unit import STANCES

UNION, DISTRICT, NEUTRAL = STANCES


def unit(stance, words=10, position=0.0, type="direct", number=1):
    probabilities = tuple(float(s == stance) for s in STANCES)
    return Unit(
        number,
        ((0, 1),),
        "q",
        type,
        "",
        "",
        "",
        "",
        "other",
        stance,
        probabilities,
        1.0,
        "",
        1,
        position,
        words,
        None,
        None,
    )


def article(*units, id="a"):
    return ResultArticle(id, "", None, "", 100, {}, tuple(units))


def test_the_three_measures_count_units_words_and_place():
    shares = voice_of([article(unit(UNION, 10, 0.0), unit(DISTRICT, 30, 1.0))]).shares
    assert shares["quotes"][UNION].value == 0.5
    assert shares["words"][UNION].value == 0.25
    assert shares["prominence"][UNION].value == pytest.approx(20 / 50)
    assert shares["words"][NEUTRAL].value == 0


def test_a_unit_is_divided_by_its_probabilities():
    unsure = replace(unit(UNION), probabilities=(0.5, 0.2, 0.3))
    found = voice_of([article(unsure, unit(DISTRICT))])
    assert [found.shares["quotes"][s].value for s in STANCES] == pytest.approx([0.25, 0.6, 0.15])
    assert found.counts == {UNION: 1, DISTRICT: 1, NEUTRAL: 0}


def test_articles_without_units_do_not_count():
    found = voice_of([article(), article(unit(UNION))])
    assert (found.articles, found.units, found.has_intervals) == (1, 1, False)
    assert voice_of([article()]).units == 0


def test_only_the_units_kept_count():
    articles = [article(unit(UNION), unit(DISTRICT, type="indirect"))]
    found = voice_of(articles, lambda _, u: u.type == "indirect")
    assert found.counts == {UNION: 0, DISTRICT: 1, NEUTRAL: 0}


def test_an_interval_holds_the_share_and_narrows_with_more_articles():
    def many(n):
        return [article(*[unit(UNION if (i + j) % 3 else DISTRICT) for j in range(1 + i % 4)]) for i in range(n)]

    few, more = (voice_of(many(n)).shares["quotes"][UNION] for n in (10, 200))
    assert few.low <= few.value <= few.high
    assert more.high - more.low < few.high - few.low


def test_measures_disagree_where_another_side_leads():
    # The union side is quoted more often, the district side at more length.
    articles = [article(unit(UNION, 5), unit(UNION, 5), unit(DISTRICT, 40)) for _ in range(10)]
    found = compare(articles)
    assert found.leads["quotes"].value > 0 > found.leads["words"].value
    assert ("quotes", "words") in found.disagree and ("words", "prominence") not in found.disagree


def test_measures_agree_where_leads_are_alike():
    assert compare([article(unit(UNION), unit(DISTRICT), unit(UNION)) for _ in range(10)]).disagree == ()
    assert compare([]).disagree == ()


def test_large_sets_are_resampled_in_parts(monkeypatch):
    tallies = np.arange(40, dtype=float).reshape(40, 1)
    whole = resampled(tallies)
    monkeypatch.setattr(voice, "_CELLS", 400)
    parts = resampled(tallies)
    assert whole.shape == parts.shape == (voice.RESAMPLES + 1, 1)
    assert whole[0] == parts[0] == tallies.sum()
    assert parts[1:].mean() == pytest.approx(tallies.sum(), rel=0.02)
    assert parts[1:].std() == pytest.approx(whole[1:].std(), rel=0.1)


def test_shares_of_articles_and_of_units():
    shares = shares_of_articles(["a", "b", "a", "a"], ("a", "b", "c"))
    assert [e.value for e in shares.values()] == [0.75, 0.25, 0]
    assert shares_of_articles([], ("a",)) == {}
    articles = [article(unit(UNION), unit(UNION, type="indirect"), unit(DISTRICT))]
    found = share_of_units(articles, lambda u: u.type == "direct", lambda u: u.stance == UNION)
    assert found is not None and found.value == 0.5
    assert share_of_units(articles, lambda u: True, lambda u: u.stance == NEUTRAL) is None
