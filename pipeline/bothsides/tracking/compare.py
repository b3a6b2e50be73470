"""Runs side by side: best first, and what a run has otherwise than another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..params import Params
from .registry import champion_run
from .store import standing_store

_MOST_RUNS = 5000


@dataclass(frozen=True)
class TrackedRun:
    """A finished run as MLflow keeps it; `champion` is true of the one whose model is the champion now."""

    id: str
    name: str
    finished: datetime
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    champion: bool

    @property
    def files(self) -> dict[str, str]:
        """The md5 of the seeds and of every output of the pipeline, by their paths; see `lineage.locked`."""
        head = "dvc.md5/"
        return {key.removeprefix(head): md5 for key, md5 in self.tags.items() if key.startswith(head)}


def finished_runs(root: Path, params: Params, by: str) -> list[TrackedRun]:
    """List the finished runs of a project, highest figure `by` first and those without it last.

    Raises `ModelError` where there is no store yet.
    """
    import mlflow

    store = standing_store(root, params.publish.experiment)
    client = mlflow.MlflowClient()
    champion = champion_run(client, params.registered_model)
    found = client.search_runs([store.experiment_id], "attributes.status = 'FINISHED'", max_results=_MOST_RUNS)
    runs = [_tracked(run, champion) for run in found]
    return sorted(runs, key=lambda run: (-run.metrics.get(by, float("-inf")), run.finished, run.id))


def pick(runs: Sequence[TrackedRun], named: str) -> TrackedRun:
    """Find a run by its name, its id, its model's hash, or `champion`; the newest where several have the name.

    Raises `InputError` naming the runs there are.
    """
    matching = [
        run
        for run in runs
        if named in (run.name, run.id, run.tags.get("bothsides.model")) or (run.champion and named == "champion")
    ]
    if not matching:
        raise InputError(f"{named}: there is no such run; there are {', '.join(run.name for run in runs)}")
    return max(matching, key=lambda run: run.finished)


def changed(new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Give what differs as pairs of the old and the new value, by name; None where one of the two lacks it."""
    names = sorted(new.keys() | old.keys())
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def _tracked(run: Any, champion: str | None) -> TrackedRun:
    return TrackedRun(
        id=run.info.run_id,
        name=run.info.run_name,
        finished=datetime.fromtimestamp(run.info.end_time / 1000),
        params=run.data.params,
        metrics=run.data.metrics,
        tags=run.data.tags,
        champion=run.info.run_id == champion,
    )
