from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.balance import MEASURES, balance, votes, weight
from bothsides.unit import STANCES, QuoteUnit, Stance, StanceLabel

TEXT = "one two three four five six seven eight nine ten"
ARTICLE = Article("a", TEXT)


def unit(words: str, label: StanceLabel | None) -> QuoteUnit:
    start = TEXT.index(words)
    stance = Stance.certain(label, "gold") if label else None
    return QuoteUnit(((start, start + len(words)),), "indirect", stance=stance)


def test_shares_by_quotes_words_and_prominence() -> None:
    top, end = unit("one two three", "union-aligned"), unit("ten", "district-aligned")
    shares = balance(ARTICLE, [top, end])
    assert shares.units == 2
    assert (shares.quotes.union, shares.quotes.district, shares.quotes.neutral) == (0.5, 0.5, 0.0)
    assert (shares.words.union, shares.words.district) == (0.75, 0.25)
    weights = 3 * 2.0, 1 * (2 - TEXT.index("ten") / len(TEXT))
    assert shares.prominence.union == pytest.approx(weights[0] / sum(weights))


def test_a_unit_is_divided_by_its_probabilities() -> None:
    unsure = Stance("union-aligned", (0.5, 0.2, 0.3), "", "model")
    shares = balance(ARTICLE, [replace(unit("one", None), stance=unsure), unit("ten", "district-aligned")])
    assert (shares.quotes.union, shares.quotes.district, shares.quotes.neutral) == pytest.approx((0.25, 0.6, 0.15))


def test_rounded_probabilities_are_made_to_add_up() -> None:
    assert sum(votes((0.33333, 0.33333, 0.33333))) == pytest.approx(1.0, abs=1e-12)
    assert votes((0.0, 0.0, 0.0)) == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_prominence_falls_from_two_to_one() -> None:
    assert [weight("prominence", 10, position) for position in (0.0, 0.5, 1.0)] == [20.0, 15.0, 10.0]
    assert [weight(measure, 10, 0.5) for measure in MEASURES] == [1.0, 10.0, 15.0]


def test_units_without_stance_do_not_count() -> None:
    shares = balance(ARTICLE, [unit("one", "neutral"), unit("two", None)])
    assert shares.units == 1
    assert shares.quotes.neutral == 1.0


def test_article_without_units_has_no_shares() -> None:
    row = balance(ARTICLE, []).row()
    assert row["units"] == 0
    assert row["quotes_union"] is None and row["prominence_neutral"] is None


def test_row_names_every_share() -> None:
    row = balance(ARTICLE, [unit("one", "neutral")]).row()
    assert list(row) == ["units"] + [
        f"{measure}_{side}" for measure in MEASURES for side in ("union", "district", "neutral")
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TEXT.split()), st.sampled_from(STANCES)), min_size=1))
def test_shares_add_up_to_one(drawn: list[tuple[str, StanceLabel]]) -> None:
    shares = balance(ARTICLE, [unit(word, label) for word, label in drawn])
    for each in (shares.quotes, shares.words, shares.prominence):
        assert each.union + each.district + each.neutral == pytest.approx(1.0)
