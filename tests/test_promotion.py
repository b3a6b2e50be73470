from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.promotion import Candidate, Rule, difference, failed_gates, judge
from bothsides.unit import STANCES

UNION, DISTRICT, NEUTRAL = STANCES
RULE = Rule("end_to_end/macro_f1", 0.05, 400, 13)


def rows(*articles: str, split: str = "test") -> list[dict[str, str]]:
    """Give one row for each letter: u, d, n found right; U, D, N found as another label; s spurious."""
    gold = {"u": UNION, "d": DISTRICT, "n": NEUTRAL, "s": ""}
    wrong = {"U": DISTRICT, "D": NEUTRAL, "N": UNION, "s": NEUTRAL}
    return [
        {
            "split": split,
            "article_id": f"a{number}",
            "gold": gold[letter.lower()],
            "stance": gold[letter.lower()],
            "found_stance": wrong.get(letter, gold[letter.lower()]),
        }
        for number, article in enumerate(articles)
        for letter in article
    ]


def candidate(model: str, *articles: str, **figures: float) -> Candidate:
    return Candidate(model, {"end_to_end/macro_f1": 0.5, **figures}, rows(*articles) if articles else None)


def test_the_first_model_without_problems_is_the_champion() -> None:
    assert judge(candidate("new", "udn"), None, [], RULE).promoted
    verdict = judge(candidate("new", "udn"), None, ["a is 1, below its floor 2", "the gate x failed"], RULE)
    assert (verdict.promoted, verdict.reason) == (False, "a is 1, below its floor 2; the gate x failed")


def test_the_same_model_stays_the_champion() -> None:
    assert judge(candidate("same", "UDN"), candidate("same", "udn"), [], RULE).promoted
    assert not judge(candidate("same", "udn"), candidate("same", "udn"), ["a floor"], RULE).promoted


def test_better_on_every_article_wins_and_as_good_or_worse_does_not() -> None:
    good, bad = candidate("good", "udn", "udn", "uddn"), candidate("bad", "uDn", "Udn", "udDn")
    won, lost, even = (judge(*pair, [], RULE) for pair in ((good, bad), (bad, good), (replace(good, model="x"), good)))
    assert won.promoted and "a loss of more than 0.0500 is excluded" in won.reason
    assert not lost.promoted and "not better" in lost.reason
    assert not even.promoted and even.difference is not None and even.difference.value == 0


def test_better_on_the_whole_does_not_do_where_a_loss_beyond_the_margin_is_possible() -> None:
    new, old = candidate("new", "udnudn", "udnudn", "UDnUDN"), candidate("old", "UdnuDn", "UDnuDn", "udnudn")
    verdict = judge(new, old, [], RULE)
    assert verdict.difference is not None and verdict.difference.value > 0 > verdict.difference.low
    assert not verdict.promoted and "is not excluded" in verdict.reason
    assert judge(new, old, [], replace(RULE, margin=1.0)).promoted


def test_a_spurious_unit_counts_end_to_end_and_not_on_given_units() -> None:
    with_spurious, without = rows("udnss"), rows("udn")
    found = difference(without, with_spurious, RULE)
    given_units = difference(without, with_spurious, replace(RULE, headline="stance/macro_f1"))
    assert found is not None and found.value > 0
    assert given_units is not None and given_units.value == 0


def test_only_articles_with_the_same_gold_are_compared() -> None:
    assert difference(rows("udn"), rows("udd"), RULE) is None
    assert difference(rows("udn"), rows("udn", split="validation"), RULE) is None
    partly = difference(rows("udn", "uuu"), rows("uDn", "ddd"), RULE)
    alone = difference(rows("udn"), rows("uDn"), RULE)
    assert partly == alone
    verdict = judge(candidate("new", "UDN"), candidate("old", "ddd"), [], RULE)
    assert verdict.promoted and "other articles" in verdict.reason


@pytest.mark.parametrize(
    ("mine", "low", "promoted"), [(0.55, 0.48, True), (0.55, 0.44, False), (0.5, 0.5, False), (0.4, 0.3, False)]
)
def test_without_the_champions_predictions_the_own_interval_decides(mine: float, low: float, promoted: bool) -> None:
    figures = {"end_to_end/macro_f1": mine, "end_to_end/macro_f1_low": low, "end_to_end/macro_f1_high": 0.9}
    verdict = judge(Candidate("new", figures, rows("udn")), candidate("old"), [], RULE)
    assert verdict.promoted is promoted and "predictions are gone" in verdict.reason


def test_a_headline_that_was_not_measured_crowns_nobody() -> None:
    assert not judge(Candidate("new", {}, rows("udn")), candidate("old", "uDn"), [], RULE).promoted


@pytest.mark.parametrize(("mine", "low"), [(math.nan, 0.6), (0.6, math.nan), (math.nan, math.nan)])
def test_a_figure_that_is_not_defined_crowns_nobody(mine: float, low: float) -> None:
    figures = {"end_to_end/macro_f1": mine, "end_to_end/macro_f1_low": low, "end_to_end/macro_f1_high": 0.9}
    assert not judge(Candidate("new", figures), candidate("old"), [], RULE).promoted


def test_a_difference_that_is_not_defined_crowns_nobody() -> None:
    # There is no accuracy where no article has a gold unit.
    rule = replace(RULE, headline="end_to_end/accuracy")
    new, old = (Candidate(name, {"end_to_end/accuracy": 0.5}, rows("s")) for name in ("new", "old"))
    verdict = judge(new, old, [], rule)
    assert verdict.difference is not None and math.isnan(verdict.difference.value) and not verdict.promoted


@given(st.lists(st.text(alphabet="udnUDNs", min_size=1, max_size=6), min_size=1, max_size=4), st.randoms())
def test_a_difference_is_the_negative_of_the_reverse(articles: list[str], chance: Any) -> None:
    other = ["".join(c if c == "s" else chance.choice([c.lower(), c.upper()]) for c in a) for a in articles]
    there, back = difference(rows(*articles), rows(*other), RULE), difference(rows(*other), rows(*articles), RULE)
    if there is None or back is None:
        assert there is back
    else:
        assert there.value == pytest.approx(-back.value) and there.low == pytest.approx(-back.high)


def test_failed_gates_are_found_in_any_report() -> None:
    reports: dict[str, Any] = {
        "metrics": {"floors": {"failed": 3}, "fairness": {"recall_gap": 0.5}},
        "fairness": {"mirrored": {"passed": False}, "names": {"passed": True}},
        "other": {"passed": "no", "failed": []},
    }
    assert failed_gates(reports) == ["the gate fairness/mirrored failed"]
