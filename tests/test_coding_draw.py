from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothsides.coding.draw import Draw, check_size, draw_order, inclusion_probabilities
from bothsides.errors import InputError

ONE = {f"a#{i}": "" for i in range(200)}
THREE = {f"a#{i}": "big" if i < 160 else "small" if i < 196 else "tiny" for i in range(200)}


def test_the_order_holds_every_unit_once_and_depends_on_the_draw_alone():
    draw = Draw("r-1", 7)
    order = draw_order(draw, ONE)
    assert sorted(order) == sorted(ONE)
    assert order == draw_order(draw, dict(reversed(ONE.items())))
    others = [draw_order(other, ONE) for other in (Draw("r-1", 8), Draw("r-2", 7))]
    assert order != others[0] and order != others[1]


def test_every_unit_is_drawn_equally_often():
    seen = Counter(
        id for seed in range(2000) for id in draw_order(Draw("r", seed), {f"a#{i}": "" for i in range(10)})[:3]
    )
    assert all(abs(count - 600) < 4 * (2000 * 0.3 * 0.7) ** 0.5 for count in seen.values()) and len(seen) == 10


def test_small_strata_get_their_share_by_square_roots():
    drawn = Counter(THREE[id] for id in draw_order(Draw("r", 1, "size"), THREE)[:60])
    assert drawn["big"] / drawn["small"] == pytest.approx((160 / 36) ** 0.5, abs=0.2)
    assert drawn["tiny"] == 4


@settings(max_examples=30)
@given(st.dictionaries(st.integers(0, 50), st.sampled_from("xyz"), min_size=6, max_size=40), st.integers(0, 9))
def test_the_first_rounds_give_every_stratum_two(units, seed):
    strata = {f"a#{i}": s for i, s in units.items()}
    sizes = Counter(strata.values())
    first = draw_order(Draw("r", seed, "s"), strata)[: sum(min(2, size) for size in sizes.values())]
    assert Counter(strata[id] for id in first) == {s: min(2, size) for s, size in sizes.items()}


def test_inclusion_probabilities_are_shares_of_the_strata():
    order = draw_order(Draw("r", 1, "size"), THREE)
    found = inclusion_probabilities(order[:50], THREE)
    assert sum(1 / p for p in found.values()) == pytest.approx(200)
    assert {found[id] for id in order[:50] if THREE[id] == "tiny"} == {sum(THREE[i] == "tiny" for i in order[:50]) / 4}


def test_a_sample_too_small_for_its_strata_is_refused():
    check_size(6, THREE, "size")
    with pytest.raises(InputError, match=r"a sample of 5 is too small for 3 values of 'size'; give -n 6 or more"):
        check_size(5, THREE, "size")


def test_a_sample_of_one_is_refused_without_a_word_on_strata():
    check_size(2, ONE, "")
    with pytest.raises(InputError) as caught:
        check_size(1, ONE, "")
    assert "a sample of 1 is too small" in str(caught.value) and "give -n 2 or more" in str(caught.value)
    assert "--by" not in str(caught.value) and "''" not in str(caught.value)
    check_size(1, {"a#1": ""}, "")
