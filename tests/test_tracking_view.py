from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bothsides.tracking.store import Store
from bothsides.tracking.view import COLUMNS, changing, runs_link, runs_view


def test_parameters_that_differ_are_columns_and_the_others_are_not() -> None:
    params = [{"seed": "1", "epochs": "3"}, {"seed": "1", "epochs": "1"}, {"seed": "1", "epochs": "3", "new": "x"}]
    assert changing(params) == ["epochs"]
    view = runs_view(params, "end_to_end/macro_f1")
    columns = view["selectedColumns"]
    assert columns[2] == "metrics.`end_to_end/macro_f1`" and columns[-1] == "params.`epochs`"
    assert {f"metrics.`{name}`" for name in COLUMNS} < set(columns)
    assert len(columns) == len(set(columns)) and set(view["columnWidths"]) == set(columns)
    assert (view["orderByKey"], view["orderByAsc"]) == ("metrics.`end_to_end/macro_f1`", False)


def test_a_headline_that_is_a_column_anyway_stands_there_once() -> None:
    assert runs_view([], "stance/macro_f1")["selectedColumns"].count("metrics.`stance/macro_f1`") == 1


def test_the_view_is_kept_where_the_link_looks_for_it() -> None:
    kept: dict[str, Any] = {}

    class Client:
        def search_runs(self, *_: Any, **__: Any) -> list[Any]:
            return [SimpleNamespace(data=SimpleNamespace(params={"seed": s})) for s in "12"]

        def set_experiment_tag(self, experiment: str, key: str, value: str) -> None:
            kept[f"{experiment}/{key}"] = json.loads(value)

    link = runs_link(Client(), Store("sqlite:///x", Path("a"), "7"), "stance/macro_f1", "http://127.0.0.1:5000")
    address, _, query = link.partition("?")
    assert address == "http://127.0.0.1:5000/#/experiments/7/runs"
    assert query == "workflowType=machine_learning&viewStateShareKey=bothsides"
    assert "params.`seed`" in kept["7/mlflow.sharedViewState.bothsides"]["selectedColumns"]
