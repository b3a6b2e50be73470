from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bothsides.network import frozen_head, new_head
from bothsides.params import load_params
from bothsides.stance.fitting import StanceData, fit_head, judge, scores, two_task_loss
from bothsides.stance.inputs import UnitInput
from bothsides.stance.statement import statement
from bothsides.unit import STANCES, Stance

PARAMS = load_params(Path(__file__).parents[1] / "params.yaml").train


def data(*affiliations: str) -> StanceData:
    inputs = tuple(UnitInput("x", f"n{i}", "", a) for i, a in enumerate(affiliations))
    n = len(inputs)
    articles, numbers = tuple(f"a{i}" for i in range(n)), tuple(range(1, n + 1))
    return StanceData(inputs, articles, numbers, np.arange(n) % 3, np.ones(n))


def test_unknown_sides_are_not_asked_for():
    assert data("union", "district", "other", "unknown").sides.tolist() == [0, 1, 2, -100]


def test_loss_weighs_units_and_leaves_out_unknown_sides():
    torch.manual_seed(0)
    logits = torch.randn(3, 6)
    stances, sides = torch.tensor([0, 1, 2]), torch.tensor([0, -100, 2])
    whole = two_task_loss(logits, stances, sides, torch.ones(3), PARAMS)
    assert two_task_loss(logits, stances, sides, torch.full((3,), 0.3), PARAMS) == pytest.approx(float(whole))
    first = two_task_loss(logits[:1], stances[:1], sides[:1], torch.ones(1), PARAMS)
    alone = two_task_loss(logits, stances, sides, torch.tensor([1.0, 0.0, 0.0]), PARAMS)
    assert float(alone) == pytest.approx(float(first))
    changed = logits.clone()
    changed[1, 3:] += torch.tensor([5.0, -5.0, 1.0])
    assert two_task_loss(changed, stances, sides, torch.ones(3), PARAMS) == pytest.approx(float(whole))
    unknown = two_task_loss(logits, stances, torch.full((3,), -100), torch.ones(3), PARAMS)
    assert torch.isfinite(unknown)


def test_scores_of_a_perfect_and_of_a_useless_answer():
    stances = np.array([0, 1, 2, 0])
    perfect = scores(np.eye(3)[stances], stances)
    assert (perfect["macro_f1"], perfect["accuracy"], perfect["ece"]) == (1, 1, 0)
    assert scores(np.full((4, 3), 1 / 3), stances)["log_loss"] == pytest.approx(np.log(3))


def test_validation_is_judged_before_and_after_the_combiner():
    logits = np.zeros((6, 6), dtype=np.float32)
    logits[np.arange(6), np.arange(6) % 3] = 5
    found = judge(logits, np.zeros((6, 3)), data("union", "union", "district", "other", "union", "unknown"))
    assert found["macro_f1_before"] == found["macro_f1"] == 1
    assert found["affiliation_accuracy"] == pytest.approx(3 / 5)


def test_the_head_goes_on_learning_and_the_best_epoch_is_kept():
    torch.manual_seed(3)
    chance = np.random.default_rng(3)
    train, held_out = data(*["union", "district", "other"] * 20), data(*["union", "district", "other"] * 8)
    tell = chance.normal(size=(3, 12)).astype(np.float32)

    def noisy(of):
        return tell[of.stances] + chance.normal(0, 0.1, (len(of.inputs), 12)).astype(np.float32)

    vectors, others = noisy(train), noisy(held_out)
    start = frozen_head(new_head(4, 0.0))
    params = replace(PARAMS, epochs=6, learning_rate=1e-2, batch_size=16)
    flat = np.full((len(held_out.inputs), 3), -np.log(3))
    fitted = fit_head(start, vectors, train, others, held_out, flat, params, 5)
    assert fitted.kept > 0 and fitted.epochs[fitted.kept]["log_loss"] < fitted.epochs[0]["log_loss"]
    assert (fitted.head.logits(others)[:, :3].argmax(axis=1) == held_out.stances).all()
    again = fit_head(start, vectors, train, others, held_out, flat, params, 5)
    assert all((a == b).all() for a, b in zip(fitted.head.arrays, again.head.arrays, strict=True))
    untouched = fit_head(start, vectors, train, others, held_out, flat, replace(params, epochs=0), 5)
    assert untouched.kept == 0 and untouched.head is start and untouched.steps == []


def test_with_contrasts_the_last_epoch_is_kept_whatever_validation_says():
    chance = np.random.default_rng(3)
    train, held_out = data(*["union", "district", "other"] * 8), data(*["district", "other", "union"] * 8)
    vectors, others = (chance.normal(size=(len(of.inputs), 12)).astype(np.float32) for of in (train, held_out))
    start, flat = frozen_head(new_head(4, 0.0)), np.full((len(held_out.inputs), 3), -np.log(3))
    params = replace(PARAMS, epochs=2, learning_rate=0.1, batch_size=4)
    given = (start, vectors, train, others, held_out, flat)
    without = fit_head(*given, replace(params, contrasts=0), 5)
    assert without.kept == 0 and without.head is start  # noise teaches nothing
    assert fit_head(*given, replace(params, contrasts=10), 5).kept == 2


def test_district_aligned_statements_have_the_weight_that_evens_the_sides():
    some = data("union", "other")
    statements = []
    for side, label in (("union", "union-aligned"), ("district", "district-aligned"), ("other", "neutral")):
        article, unit = statement("", "Talks resume.", "Ann Ray", f"of the {side}")
        stance = Stance(label, (0.0, 0.0, 1.0), "", "gold")
        statements.append((article, replace(unit, affiliation=side, stance=stance)))
    both = some.and_statements(statements, 1.5)
    assert both.weights.tolist() == [*some.weights, 1.0, 1.5, 1.0]
    assert [STANCES[s] for s in both.stances[2:]] == ["union-aligned", "district-aligned", "neutral"]
    assert [item.speaker_name for item in both.inputs[2:]] == ["Ann Ray"] * 3
