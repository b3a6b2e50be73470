from __future__ import annotations

import json
from typing import Any

import pytest
from scorecards import BySpeaker, Oracle, corpus

from bothsides.errors import InputError
from bothsides.evaluation.scorecard import score

GROUPS = ["units", "stance", "end_to_end", "calibration", "fairness", "balance", "baselines"]


def by_speaker() -> Any:
    gold = corpus(3)
    return score(gold, Oracle(gold).split, BySpeaker().classify, 0.5, 50, 13).as_dict()


def test_a_perfect_model_has_a_perfect_card() -> None:
    gold = corpus(3)
    oracle = Oracle(gold)
    card: Any = score(gold, oracle.split, oracle.classify, 0.5, 50, 13).as_dict()
    assert list(card) == ["articles", *GROUPS]
    assert card["units"]["joint_f1"] == card["stance"]["macro_f1"] == card["end_to_end"]["labelled_f1"] == 1.0
    assert card["calibration"]["ece"] == card["balance"]["quotes_mae"] == card["fairness"]["stance_recall_gap"] == 0.0
    assert card["stance"]["confusion"]["neutral"] == {"union-aligned": 0, "district-aligned": 0, "neutral": 6}


def test_no_articles_are_one_clear_error() -> None:
    oracle = Oracle([])
    with pytest.raises(InputError, match="no annotated articles"):
        score([], oracle.split, oracle.classify, 0.5, 50, 13)


def test_every_figure_has_its_interval() -> None:
    card = by_speaker()
    for group in GROUPS[:-1]:
        names = {k for k, v in card[group].items() if isinstance(v, float)}
        plain = {n for n in names if not n.endswith(("_low", "_high"))}
        assert plain and names == {f"{n}{end}" for n in plain for end in ("", "_low", "_high")}
        for name in plain:
            assert card[group][f"{name}_low"] <= card[group][name] <= card[group][f"{name}_high"]


def test_a_model_that_reads_names_is_seen_through() -> None:
    card = by_speaker()
    assert card["stance"]["accuracy"] == card["baselines"]["speaker_side"]["accuracy"] == 0.75
    assert card["fairness"]["speaker_only_accuracy"] == 0.75
    assert card["fairness"]["masked_speaker_accuracy"] == card["fairness"]["quote_only_accuracy"] == 0.5
    assert card["fairness"]["swapped_unchanged"] == 0.0


def test_calibration_and_balance_of_that_model() -> None:
    card = by_speaker()
    assert card["calibration"]["ece"] == pytest.approx(0.05)
    # Gold shares are 1/4 union and 1/4 district; the model's labels are 1, 2, 1 of 4, each with .8 against .1 and .1.
    assert card["balance"]["quotes_union_mae"] == pytest.approx(2.5)
    assert card["balance"]["quotes_district_mae"] == pytest.approx(20.0)
    assert card["balance"]["quotes_mae"] == pytest.approx(11.25)
    assert card["balance"]["quotes_bias"] == pytest.approx(-17.5)


def test_units_that_are_not_found_cost_recall_end_to_end_only() -> None:
    gold = corpus(2)
    oracle = Oracle(gold, lost=[0])
    card: Any = score(gold, oracle.split, oracle.classify, 0.5, 20, 13).as_dict()
    assert (card["units"]["relaxed_recall"], card["units"]["relaxed_precision"]) == (0.75, 1.0)
    assert card["stance"]["accuracy"] == 1.0
    assert (card["end_to_end"]["labelled_recall"], card["end_to_end"]["labelled_precision"]) == (0.75, 1.0)
    assert card["end_to_end"]["union_recall"] == 0.0
    assert card["fairness"]["unit_recall_gap"] == -1.0


def test_the_annotated_side_is_not_given_away() -> None:
    gold = corpus(1)
    oracle = Oracle(gold)
    seen = []

    def classify(items: Any) -> Any:
        seen.append({u.affiliation for _, units in items for u in units})
        return oracle.classify(items)

    score(gold, oracle.split, classify, 0.5, 10, 13)
    assert all(sides == {"unknown"} for sides in seen[1:])


def test_articles_without_units_do_not_stop_it() -> None:
    gold = corpus(1)
    empty = [type(gold[0])(gold[0].article, (), ())]
    card: Any = score(empty, lambda a: [[] for _ in a], lambda items: [[] for _ in items], 0.5, 10, 13).as_dict()
    assert card["units"] == {"gold": 0, "found": 0, "by_type": card["units"]["by_type"]}
    json.dumps(card, allow_nan=False)


def test_same_inputs_same_figures_and_no_nan() -> None:
    first, again = by_speaker(), by_speaker()
    assert json.dumps(first, allow_nan=False) == json.dumps(again, allow_nan=False)


def test_further_baselines_stand_beside_the_speakers_side() -> None:
    gold = corpus(1)
    card = score(gold, Oracle(gold).split, BySpeaker().classify, 0.5, 10, 13).with_baselines({"none": {"n": 1}})
    assert list(card.as_dict()["baselines"]) == ["speaker_side", "none"]  # type: ignore[call-overload]
