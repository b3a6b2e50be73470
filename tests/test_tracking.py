from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from conftest import TinyProject

from bothsides.bundle import verify
from bothsides.lineage import flat_params
from bothsides.tracking import HEADLINE, champion_tags, decide, locked_store, log_publication, store_folder
from bothsides.unit_columns import UNIT_COLUMNS


def test_the_store_lies_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVC_ROOT", raising=False)
    assert store_folder(tmp_path) == tmp_path.resolve()
    monkeypatch.setenv("DVC_ROOT", "/somewhere/else")
    assert store_folder(tmp_path) == tmp_path.resolve()


def test_a_queued_experiment_writes_into_the_store_of_the_project_that_it_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    assert store_folder(tmp_path / ".dvc/tmp/exps/tmpabc") == tmp_path.resolve()
    assert store_folder(tmp_path) == tmp_path.resolve()


def _open(root: Path, results: Any) -> None:
    with locked_store(root, "first") as store:
        results.put(store.experiment_id)


def test_two_first_users_at_once_share_one_experiment(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    users = [context.Process(target=_open, args=(tmp_path, results)) for _ in range(2)]
    for user in users:
        user.start()
    found = {results.get(timeout=300) for _ in users}
    for user in users:
        user.join()
    assert len(found) == 1 and [user.exitcode for user in users] == [0, 0]


@pytest.mark.parametrize(
    ("mine", "champion", "below", "reason"),
    [
        (0.5, None, [], ""),
        (0.6, {"headline": "0.5", "model": "old"}, [], ""),
        (0.5, {"headline": "0.5", "model": "old"}, [], "the champion's is 0.5000"),
        (0.4, {"headline": "0.5", "model": "old"}, [], "the champion's is 0.5000"),
        (0.5, {"headline": "0.5", "model": "new"}, [], ""),
        (0.9, None, ["a is 1, below its floor 2"], "below its floor 2"),
        (0.9, {"headline": "0.5", "model": "new"}, ["a is 1, below its floor 2"], "below its floor 2"),
    ],
)
def test_who_becomes_champion(mine: float, champion: dict[str, str] | None, below: list[str], reason: str) -> None:
    told = decide({HEADLINE: mine}, champion, "new", below)
    assert reason in told and bool(reason) == bool(told)


def test_only_a_missing_champion_is_no_champion(tmp_path: Path) -> None:
    import mlflow
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import INTERNAL_ERROR, PERMISSION_DENIED

    with locked_store(tmp_path, "first"):
        registry = mlflow.MlflowClient()
        assert champion_tags(registry, "model") is None
        registry.create_registered_model("model")
        assert champion_tags(registry, "model") is None
        registry.create_model_version("model", str(tmp_path), tags={"headline": "0.5"})
        registry.set_registered_model_alias("model", "champion", "1")
        assert champion_tags(registry, "model") == {"headline": "0.5"}

    class Broken:
        def __init__(self, code: int) -> None:
            self.code = code

        def get_model_version_by_alias(self, name: str, alias: str) -> Any:
            raise MlflowException("the registry is out of order", error_code=self.code)

    for code in (INTERNAL_ERROR, PERMISSION_DENIED):
        with pytest.raises(MlflowException, match="out of order"):
            champion_tags(Broken(code), "model")


@pytest.fixture(scope="module")
def client(tiny_project: TinyProject) -> Any:
    import mlflow

    with locked_store(tiny_project.root, tiny_project.params.publish.experiment):
        return mlflow.MlflowClient()


def test_a_run_holds_params_metrics_curves_files_and_datasets(client: Any, tiny_project: TinyProject) -> None:
    version = client.get_model_version(tiny_project.params.publish.model, "1")
    run = client.get_run(version.run_id)
    assert run.data.params == flat_params(tiny_project.params)
    for name in ("units/joint_f1", "units/joint_f1_low", "stance/macro_f1_high", HEADLINE):
        assert name in run.data.metrics
    for stage in ("train_splitter", "train/encoder"):
        steps = (tiny_project.root / f"reports/{stage}/steps.csv").read_text().splitlines()[1:]
        points = client.get_metric_history(version.run_id, f"{stage}/steps/loss")
        assert [p.step for p in points] == list(range(1, len(steps) + 1))
    assert {d.dataset.name for d in run.inputs.dataset_inputs} == {
        "articles",
        "stance-train",
        "stance-validation",
        "stance-test",
    }
    assert {a.path for a in client.list_artifacts(version.run_id)} >= {"plots", "tables", "reports", "card.md"}
    assert run.data.tags["bothsides.model"] == verify(tiny_project.bundle).model
    assert run.data.tags["bothsides.alias"] == "champion"


def test_the_registered_model_answers_as_the_library_does(client: Any, tiny_project: TinyProject) -> None:
    import mlflow
    import pandas as pd

    from bothsides import Predictor

    model = mlflow.pyfunc.load_model(f"models:/{tiny_project.params.publish.model}@champion")
    assert model.metadata.signature.inputs.input_names() == ["id", "text"]
    text = (tiny_project.root / "seeds/news/001_2ea2bd335ce7df4e.txt").read_text(encoding="utf-8")
    units = model.predict(pd.DataFrame({"id": ["a", "b"], "text": [text, "No one said anything."]}))
    expected = Predictor.load(tiny_project.bundle).predict(text, "a").rows()
    assert list(units.columns) == list(UNIT_COLUMNS)
    assert expected and list(units["quote"][units["article_id"] == "a"]) == [row["quote"] for row in expected]
    assert units["spans"][0] == " ".join(f"{start}-{end}" for start, end in expected[0]["spans"])  # type: ignore[attr-defined]


def test_a_model_below_its_floor_is_registered_as_challenger(client: Any, tiny_project: TinyProject) -> None:
    params, bundle = tiny_project.params, tiny_project.bundle
    below = ["units/joint_f1 is 0.1, below its floor 0.7"]
    registered = log_publication(tiny_project.root, params, bundle, verify(bundle), below)
    assert (registered.alias, below[0] in registered.reason) == ("challenger", True)
    name = params.publish.model
    assert str(client.get_model_version_by_alias(name, "challenger").version) == registered.version
    assert str(client.get_model_version_by_alias(name, "champion").version) == "1"
    assert below[0] in client.get_model_version(name, registered.version).tags["reason"]
