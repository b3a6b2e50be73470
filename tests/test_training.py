from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from bothsides.runtime import Encoding
from bothsides.training import (
    averaged,
    half_products,
    length_buckets,
    mean_curve,
    optimiser,
    padded,
    prepare,
    rate_at,
    set_rate,
    write_curve,
)


@given(st.integers(1, 500), st.floats(0, 0.9))
def test_the_rate_rises_then_falls_and_stays_between_zero_and_one(steps, warmup):
    rates = [rate_at(s, steps, warmup) for s in range(steps)]
    assert all(0 <= r <= 1 for r in rates)
    peak = rates.index(max(rates))
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)


@pytest.mark.parametrize(
    ("able", "expected"),
    [
        ({"avx512_bf16": True}, True),
        ({"amx_bf16": True}, True),
        ({"avx512_bf16": False, "avx2": True}, False),
        ({}, False),
    ],
)
def test_products_are_halved_by_themselves_only_where_the_processor_is_made_for_it(monkeypatch, able, expected):
    cpu = torch.device("cpu")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert half_products("auto", cpu) is expected
    assert (half_products("bf16", cpu), half_products("fp32", cpu)) == (True, False)


def test_weights_and_curves_of_members_are_averaged_by_name():
    one, other = {"a": np.float32([1, 4]), "b": np.float32([[2]])}, {"a": np.float32([3, 4]), "b": np.float32([[0]])}
    mean = averaged([one, other])
    assert {n: w.tolist() for n, w in mean.items()} == {"a": [2, 4], "b": [[1]]}
    assert all(w.dtype == np.float32 for w in mean.values())
    assert all((averaged([one])[n] == one[n]).all() for n in one)
    curves = [
        [{"step": 1, "loss": 4.0}, {"step": 2, "loss": 1.0}],
        [{"step": 1, "loss": 2.0}, {"step": 2, "loss": 2.0}],
    ]
    assert mean_curve(curves) == [{"step": 1, "loss": 3.0}, {"step": 2, "loss": 1.5}]
    assert mean_curve(curves[:1]) == curves[0]
    with pytest.raises(ValueError, match="shorter"):
        mean_curve([curves[0], curves[1][:1]])


@given(st.lists(st.integers(1, 300)), st.integers(1, 32), st.integers(0, 5))
def test_buckets_hold_every_input_once_and_repeat_for_a_seed(lengths, size, seed):
    batches = length_buckets(lengths, size, random.Random(seed))
    assert sorted(i for b in batches for i in b) == list(range(len(lengths)))
    assert all(1 <= len(b) <= size for b in batches)
    assert batches == length_buckets(lengths, size, random.Random(seed))


def test_buckets_pad_less_than_chance():
    chance = random.Random(1)
    lengths = [chance.randrange(5, 200) for _ in range(640)]
    waste = sum(max(lengths[i] for i in b) * len(b) for b in length_buckets(lengths, 16, random.Random(2)))
    plain = sum(max(lengths[i : i + 16]) * 16 for i in range(0, 640, 16))
    assert waste < 0.8 * plain


def test_padding_masks_what_is_not_there():
    device = prepare(1, 1)
    ids, types, mask = padded([Encoding((5, 6, 7), (0, 1, 1)), Encoding((8,), (2,))], device)
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert types.tolist() == [[0, 1, 1], [2, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


def test_only_matrices_outside_the_head_decay():
    model = torch.nn.ModuleDict({"body": torch.nn.Linear(2, 2), "classifier": torch.nn.Linear(2, 2)})
    decayed, plain = optimiser(model, 0.1, 0.02, ("classifier",)).param_groups
    assert [p.shape for p in decayed["params"]] == [(2, 2)] and decayed["weight_decay"] == 0.02
    assert len(plain["params"]) == 3 and plain["weight_decay"] == 0


def test_lower_layers_learn_at_a_lower_rate():
    def layer():
        return torch.nn.Linear(2, 2, bias=False)

    stack = torch.nn.ModuleDict({"layer": torch.nn.ModuleList([layer(), layer()])})
    body = torch.nn.ModuleDict({"encoder": stack})
    model = torch.nn.ModuleDict({"encoder": body, "head": layer()})
    opt = optimiser(model, 0.1, 0.0, ("head",), layers=2, layer_decay=0.5)
    rates = {id(p): group["lr"] for group in opt.param_groups for p in group["params"]}
    found = {name: rates[id(p)] for name, p in model.named_parameters()}
    assert found == {
        "encoder.encoder.layer.0.weight": pytest.approx(0.05),
        "encoder.encoder.layer.1.weight": pytest.approx(0.1),
        "head.weight": pytest.approx(0.1),
    }
    set_rate(opt, 0.2)
    assert max(group["lr"] for group in opt.param_groups) == pytest.approx(0.2)


def test_what_is_new_learns_at_its_own_rate():
    model = torch.nn.ModuleDict({"body": torch.nn.Linear(2, 2), "head": torch.nn.Linear(2, 2)})
    opt = optimiser(model, 0.1, 0.02, ("head",), head_rate=4.0)
    set_rate(opt, 0.05)
    told = {id(p): (group["lr"], group["weight_decay"]) for group in opt.param_groups for p in group["params"]}
    assert {name: told[id(p)] for name, p in model.named_parameters()} == {
        "body.weight": (pytest.approx(0.05), 0.02),
        "body.bias": (pytest.approx(0.05), 0.0),
        "head.weight": (pytest.approx(0.2), 0.0),
        "head.bias": (pytest.approx(0.2), 0.0),
    }


def test_a_curve_is_a_csv_with_rounded_numbers(tmp_path):
    write_curve(tmp_path / "a" / "steps.csv", [{"step": 1, "loss": 0.123456789}])
    assert (tmp_path / "a" / "steps.csv").read_bytes() == b"step,loss\n1,0.123457\n"


def test_the_same_seed_gives_the_same_numbers():
    prepare(7, 1)
    first = torch.rand(3).tolist()
    prepare(7, 1)
    assert first == pytest.approx(torch.rand(3).tolist(), abs=0)
