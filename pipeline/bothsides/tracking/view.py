"""The link to MLflow's page of runs, as one wants to see it: best run first, and the columns that tell runs apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .store import Store

COLUMNS = (
    "units/joint_f1",
    "stance/macro_f1",
    "end_to_end/labelled_f1",
    "calibration/ece",
    "fairness/end_to_end_recall_gap",
    "balance/quotes_mae",
    "validation/stance/macro_f1",
    "time/total/cpu_s",
)
"""The figures that stand in the table of runs beside the headline."""

_KEY = "bothsides"
_TAGS = ("bothsides.alias", "git.dirty")
_MOST_PARAMS = 12
_PIXELS_A_LETTER = 7


def runs_link(client: Any, store: Store, headline: str, address: str) -> str:
    """Save the view of the runs as it is now in the experiment, and give the link that opens it.

    MLflow keeps shared views as tags of the experiment. The link names the machine-learning pages, for a fresh
    browser would open those for language models, where no training run is to be seen.
    """
    runs = client.search_runs([store.experiment_id], max_results=1000)
    view = runs_view([run.data.params for run in runs], headline)
    client.set_experiment_tag(store.experiment_id, f"mlflow.sharedViewState.{_KEY}", json.dumps(view))
    return f"{address}/#/experiments/{store.experiment_id}/runs?workflowType=machine_learning&viewStateShareKey={_KEY}"


def runs_view(params: Iterable[Mapping[str, str]], headline: str) -> dict[str, Any]:
    """Lay out the state of MLflow's page of runs: columns wide enough for their names, order, nothing filtered."""
    figures = [headline, *(name for name in COLUMNS if name != headline)]
    columns = [f"tags.`{name}`" for name in _TAGS]
    columns += [f"metrics.`{name}`" for name in figures]
    columns += [f"params.`{name}`" for name in changing(params)[:_MOST_PARAMS]]
    return {
        "searchFilter": "",
        "orderByKey": f"metrics.`{headline}`",
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "selectedColumns": columns,
        "columnOrder": columns,
        "columnWidths": {name: 40 + _PIXELS_A_LETTER * len(name.split("`")[1]) for name in columns},
    }


def changing(params: Iterable[Mapping[str, str]]) -> list[str]:
    """Name the parameters that have several values among the runs, in order of their names."""
    values: dict[str, set[str]] = {}
    for each in params:
        for name, value in each.items():
            values.setdefault(name, set()).add(value)
    return sorted(name for name, seen in values.items() if len(seen) > 1)
