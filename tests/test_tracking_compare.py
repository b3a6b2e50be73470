from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.errors import InputError
from bothsides.params import load_params
from bothsides.tracking.compare import changed, finished_runs, pick

VALUES = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2))


@given(VALUES, VALUES)
def test_what_changed_is_all_that_differs(new: dict[str, int], old: dict[str, int]) -> None:
    found = changed(new, old)
    assert {name: pair[1] for name, pair in found.items()} == {
        name: new.get(name) for name in new.keys() | old.keys() if new.get(name) != old.get(name)
    }
    assert changed(new, new) == {}


def test_runs_come_best_first(two_runs: Path) -> None:
    params = load_params(two_runs / "params.yaml")
    best, worst = finished_runs(two_runs, params, "stance/macro_f1")
    assert best.metrics["stance/macro_f1"] > worst.metrics["stance/macro_f1"]
    assert (best.champion, worst.champion) == (True, False)
    assert len(finished_runs(two_runs, params, "no/such/figure")) == 2


def test_a_run_is_found_by_name_id_model_or_as_champion(two_runs: Path) -> None:
    runs = finished_runs(two_runs, load_params(two_runs / "params.yaml"), "stance/macro_f1")
    best, worst = runs
    assert pick(runs, "fewer-epochs") is worst and pick(runs, worst.id) is worst
    assert pick(runs, "champion") is best and pick(runs, best.tags["bothsides.model"]) is best
    with pytest.raises(InputError, match=r"nobody: there is no such run; there are .*fewer-epochs"):
        pick(runs, "nobody")
