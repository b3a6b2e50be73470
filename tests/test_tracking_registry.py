from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bothsides.errors import ModelError
from bothsides.tracking.registry import Registered, bundle_of, champion_run, registered_by, standing_champion
from bothsides.tracking.store import locked_store


def test_only_a_missing_champion_is_no_champion(tmp_path: Path, database: Path) -> None:
    import mlflow
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import INTERNAL_ERROR, PERMISSION_DENIED

    shutil.copy(database, tmp_path)
    with locked_store(tmp_path, "first"):
        registry = mlflow.MlflowClient()
        assert standing_champion(registry, "model") is None and champion_run(registry, "model") is None
        registry.create_registered_model("model")
        assert standing_champion(registry, "model") is None

    class Broken:
        def __init__(self, code: int) -> None:
            self.code = code

        def get_model_version_by_alias(self, name: str, alias: str) -> Any:
            raise MlflowException("the registry is out of order", error_code=self.code)

    for code in (INTERNAL_ERROR, PERMISSION_DENIED):
        with pytest.raises(MlflowException, match="out of order"):
            standing_champion(Broken(code), "model")


def test_the_champion_comes_with_its_figures_and_its_predictions(two_runs: Path) -> None:
    import mlflow

    with locked_store(two_runs, "bothsides"):
        champion = standing_champion(mlflow.MlflowClient(), "bothsides")
    assert champion is not None and champion.figures["stance/macro_f1"] > 0.78
    rows = (two_runs / "reports/predictions.csv").read_text().count("\n")
    assert champion.predictions is not None and 600 < len(champion.predictions) < rows


def test_what_a_run_registered_is_told_as_it_stands_now(tmp_path: Path, database: Path) -> None:
    import mlflow

    shutil.copy(database, tmp_path)
    with locked_store(tmp_path, "first") as store:
        client = mlflow.MlflowClient()
        client.create_registered_model("model")
        tags = {"bothsides.alias": "champion", "bothsides.reason": "the first"}
        runs = [client.create_run(store.experiment_id, tags=tags).info for _ in range(2)]
        for run in runs:
            client.create_model_version("model", f"{run.artifact_uri}/model", run.run_id)
        expected = Registered(runs[0].run_id, "1", "champion", "the first", new=False)
        client.set_registered_model_alias("model", "champion", "1")
        assert registered_by(client, "model", runs[0].run_id) == expected
        client.set_registered_model_alias("model", "champion", "2")
        later = replace(expected, alias="neither champion nor challenger", reason="it was champion: the first")
        assert registered_by(client, "model", runs[0].run_id) == later
        for alias in ("mine", "challenger"):
            client.set_registered_model_alias("model", alias, "1")
        assert registered_by(client, "model", runs[0].run_id) == replace(later, alias="challenger")
        client.delete_model_version("model", "1")
        assert registered_by(client, "model", runs[0].run_id) is None


def test_a_champion_whose_predictions_were_deleted_is_still_the_champion(
    two_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow

    with locked_store(two_runs, "bothsides"):
        client = mlflow.MlflowClient()

        def gone(*_: Any) -> str:
            raise OSError("No such artifact")

        monkeypatch.setattr(client, "download_artifacts", gone)
        champion = standing_champion(client, "bothsides")
    assert champion is not None and champion.predictions is None and "stance/macro_f1" in champion.figures


def test_a_model_of_the_registry_is_a_bundle_on_disk(two_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(two_runs)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    for alias, content in (("champion", "first"), ("challenger", "second")):
        bundle = bundle_of(f"models:/bothsides@{alias}")
        assert (bundle / "card.md").read_text() == content


@pytest.mark.parametrize("uri", ["models:/bothsides@nobody", "models:/nothing/1", "models:/bothsides", "runs:/x/model"])
def test_a_model_that_is_not_there_is_one_line(two_runs: Path, monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    monkeypatch.chdir(two_runs)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(ModelError) as caught:
        bundle_of(uri)
    assert str(caught.value).startswith(f"{uri}: ") and "\n" not in str(caught.value)


def test_without_a_store_the_user_is_told_where_to_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(ModelError, match=r"no mlflow\.db here; change to"):
        bundle_of("models:/bothsides@champion")
    assert not list(tmp_path.iterdir())
