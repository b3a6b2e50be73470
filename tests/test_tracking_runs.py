from __future__ import annotations

import csv
import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from tracked_project import change_metric, publish, tracked_project

from bothsides.lineage import flat_params
from bothsides.params import load_params
from bothsides.tracking import runs as module
from bothsides.tracking.compare import TrackedRun, finished_runs
from bothsides.tracking.registry import Registered
from bothsides.tracking.store import locked_store

GROUPS = ("units", "stance", "end_to_end", "calibration", "fairness", "balance")


@pytest.fixture(scope="module")
def tracked(two_runs: Path) -> dict[str, TrackedRun]:
    params = load_params(two_runs / "params.yaml")
    return {run.tags["bothsides.alias"]: run for run in finished_runs(two_runs, params, "stance/macro_f1")}


@pytest.fixture(scope="module")
def client(two_runs: Path) -> Any:
    import mlflow

    with locked_store(two_runs, "bothsides"):
        return mlflow.MlflowClient()


def test_a_result_has_one_run_and_a_published_one_none_again(two_runs: Path, tracked: dict[str, TrackedRun]) -> None:
    assert set(tracked) == {"champion", "challenger"}
    assert tracked["challenger"].name == "fewer-epochs"
    assert tracked["champion"].name == tracked["champion"].tags["bothsides.model"]


def test_a_run_holds_all_params_and_the_figures_by_group_with_their_intervals(
    two_runs: Path, tracked: dict[str, TrackedRun]
) -> None:
    run = tracked["challenger"]
    assert run.params == flat_params(load_params(two_runs / "params.yaml"))
    metrics = json.loads((two_runs / "reports/metrics.json").read_text())
    for group in GROUPS:
        for name, value in metrics[group].items():
            if isinstance(value, float):
                assert run.metrics[f"{group}/{name}"] == value
                assert f"{group}/{name.removesuffix('_low').removesuffix('_high')}_high" in run.metrics
    assert run.metrics["stages/split/test/gold"] == 73 and run.metrics["counts/articles"] == 3
    assert all("/" in name for name in run.metrics)


def test_every_curve_is_there_by_step(two_runs: Path, client: Any, tracked: dict[str, TrackedRun]) -> None:
    paths = [p for p in (two_runs / "reports").rglob("*.csv") if p.stem in ("steps", "epochs")]
    assert len(paths) >= 4
    for path in paths:
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        key = "step" if path.stem == "steps" else "epoch"
        for column in set(rows[0]) - {key}:
            name = f"{path.relative_to(two_runs / 'reports').with_suffix('')}/{column}"
            points = client.get_metric_history(tracked["champion"].id, name)
            told = {int(float(row[key])): float(row[column]) for row in rows if row[column]}
            assert {p.step: p.value for p in points} == pytest.approx(told), name


def test_plots_tables_card_and_reports_are_artifacts(
    two_runs: Path, client: Any, tracked: dict[str, TrackedRun]
) -> None:
    run_id = tracked["champion"].id
    plots = {Path(a.path).name for a in client.list_artifacts(run_id, "plots")}
    assert {p.name for p in (two_runs / "reports").rglob("*.png")} < plots
    assert {"classes.png", "confusion-end-to-end.png", "curves-train-encoder.png"} <= plots
    for name in ("predictions", "errors"):
        table = client.load_table(client.get_run(run_id).info.experiment_id, f"{name}.json", run_ids=[run_id])
        with (two_runs / f"reports/{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(table.columns) == list(rows[0]) and len(table) == len(rows)
    assert {"card.md", "reports", "predictions.json", "errors.json"} <= {a.path for a in client.list_artifacts(run_id)}


def test_datasets_are_inputs_with_digests(client: Any, tracked: dict[str, TrackedRun]) -> None:
    datasets = [i.dataset for i in client.get_run(tracked["champion"].id).inputs.dataset_inputs]
    assert {d.name for d in datasets} == {"articles", "stance-train", "stance-validation", "stance-test"}
    assert len({d.digest for d in datasets}) == 4 and all(len(d.digest) == 32 for d in datasets)


def test_a_run_tells_machine_versions_and_the_time_of_each_stage(tracked: dict[str, TrackedRun]) -> None:
    run = tracked["champion"]
    assert {"machine.processor", "machine.cores", "version.mlflow", "version.torch", "version.python"} <= set(run.tags)
    times = {name: value for name, value in run.metrics.items() if name.startswith("time/")}
    for stage in ("train/encoder", "publish", "total"):
        assert {f"time/{stage}/{kind}" for kind in ("wall_s", "cpu_s", "peak_mib")} <= set(times)
    assert times["time/total/wall_s"] >= times["time/publish/wall_s"] > 0


def test_why_a_model_is_challenger_stands_at_the_run_and_at_its_version(
    client: Any, tracked: dict[str, TrackedRun]
) -> None:
    reason = "units/joint_f1 is 0.1, below its floor 0.7"
    assert tracked["challenger"].tags["bothsides.reason"] == reason
    version = client.get_model_version_by_alias("bothsides", "challenger")
    assert version.tags["reason"] == reason and version.run_id == tracked["challenger"].id
    assert client.get_model_version_by_alias("bothsides", "champion").run_id == tracked["champion"].id
    assert version.description == "second"  # the bundle's card, here of one word


def test_the_bundle_is_kept_once_a_run(two_runs: Path) -> None:
    copies = [p.parent for p in (two_runs / "mlartifacts").rglob("manifest.json")]
    assert len(copies) == 2 and all(copy.parts[-3:] == ("artifacts", "artifacts", "bundle") for copy in copies)
    assert not list((two_runs / "mlartifacts").rglob("__pycache__"))


def _publish_first(root: Path, results: Any) -> None:
    module.log_model = lambda root, bundle: _logged_nothing()
    results.put(publish(root, "first"))


@pytest.mark.timeout(300)
def test_two_at_once_and_a_failed_one_leave_one_run(
    tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = tracked_project(tmp_path, database)

    def broken(*_: Any) -> str:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(module, "log_model", broken)
        with pytest.raises(OSError, match="disk is full"):
            publish(tmp_path, "first")
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    users = [context.Process(target=_publish_first, args=(tmp_path, results)) for _ in range(2)]
    for user in users:
        user.start()
    logged: list[Registered] = [results.get(timeout=240) for _ in users]
    for user in users:
        user.join()
    assert sorted(r.new for r in logged) == [False, True] and len({r.run_id for r in logged}) == 1
    assert {(r.version, r.alias) for r in logged} == {("1", "champion")}
    assert len(finished_runs(tmp_path, params, "stance/macro_f1")) == 1
    import mlflow

    assert len(mlflow.search_runs(experiment_names=["bothsides"])) == 1  # the failed one is deleted


def test_another_figure_another_run(tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "log_model", lambda root, bundle: _logged_nothing())
    tracked_project(tmp_path, database)
    change_metric(tmp_path, "stance/macro_f1", 0.8)
    first = publish(tmp_path, "same")
    change_metric(tmp_path, "stance/macro_f1", 0.5)
    second = publish(tmp_path, "same")
    assert second.new and second.run_id != first.run_id
    assert second.alias == "champion" and "same model" in second.reason
    change_metric(tmp_path, "stance/macro_f1", 0.8)
    again = publish(tmp_path, "same")
    assert (again.run_id, again.new) == (first.run_id, False)
    assert again.alias == "neither champion nor challenger" and again.reason == f"it was champion: {first.reason}"


def _logged_nothing() -> str:
    """Log a model of two lines, in place of the package and the bundle."""
    import mlflow

    def model(model_input: list[str]) -> list[str]:
        return model_input

    return str(mlflow.pyfunc.log_model(name="model", python_model=model, pip_requirements=[]).model_uri)
