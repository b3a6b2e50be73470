from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path
from typing import Any

import pytest

from bothsides.errors import ModelError
from bothsides.tracking.store import locked_store, standing_store, store_folder


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


def test_a_project_without_runs_is_told_how_to_make_some(tmp_path: Path, database: Path) -> None:
    with pytest.raises(ModelError, match=r"no MLflow database, .* `make`"):
        standing_store(tmp_path, "first")
    assert not (tmp_path / "mlflow.db").exists()
    shutil.copy(database, tmp_path)
    with locked_store(tmp_path, "first") as store:
        assert standing_store(tmp_path, "first") == store
    with pytest.raises(ModelError, match="no experiment named second"):
        standing_store(tmp_path, "second")
