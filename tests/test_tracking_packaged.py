"""The registered model, run as MLflow runs it: in Python, by `mlflow models predict`, and by `mlflow models serve`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, TinyProject

from bothsides import Predictor
from bothsides.tracking.store import locked_store
from bothsides.unit_columns import UNIT_COLUMNS

URI = "models:/bothsides/1"
TEXT = (ROOT / "seeds/news/000_0b76d774b6241183.txt").read_text(encoding="utf-8")
OTHER = "No one said anything."
_NO_CHECKOUT = """
import importlib.util, sys
sys.path[:] = [path for path in sys.path if not path.rstrip("/").endswith("pipeline")]
assert importlib.util.find_spec("bothsides") is None
"""


def quotes(project: TinyProject, text: str) -> list[str]:
    return [str(row["quote"]) for row in Predictor.load(project.bundle).predict(text, "a").rows()]


@pytest.fixture(scope="module")
def expected(tiny_project: TinyProject) -> list[str]:
    found = quotes(tiny_project, TEXT)
    assert found
    return found


@pytest.fixture(scope="module")
def elsewhere(tiny_project: TinyProject, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder, and an environment in which Python does not find the project's code, though it is installed."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "sitecustomize.py").write_text(_NO_CHECKOUT)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    store = f"sqlite:///{tiny_project.root / 'mlflow.db'}"
    return folder, os.environ | {"PYTHONPATH": str(folder), "MLFLOW_TRACKING_URI": store, "PATH": path}


def test_it_answers_as_the_library_does(tiny_project: TinyProject, expected: list[str]) -> None:
    import mlflow
    import pandas as pd

    with locked_store(tiny_project.root, "bothsides"):
        model = mlflow.pyfunc.load_model(URI)
    assert model.metadata.signature.inputs.input_names() == ["id", "text"]
    assert model.input_example is not None
    units = model.predict(pd.DataFrame({"id": ["a", "b"], "text": [TEXT, OTHER]}))
    assert list(units.columns) == list(UNIT_COLUMNS)
    assert list(units["quote"][units["article_id"] == "a"]) == expected


def test_mlflow_models_predict_needs_no_checkout(elsewhere: tuple[Path, dict[str, str]], expected: list[str]) -> None:
    folder, environment = elsewhere
    (folder / "in.json").write_text(json.dumps({"dataframe_records": [{"id": "a", "text": TEXT}]}))
    command = ["mlflow", "models", "predict", "-m", URI, "-i", "in.json", "-o", "out.json", "--env-manager", "local"]
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads((folder / "out.json").read_text())["predictions"]
    assert [row["quote"] for row in answer] == expected


@pytest.fixture
def served(elsewhere: tuple[Path, dict[str, str]]) -> Iterator[str]:
    folder, environment = elsewhere
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = ["mlflow", "models", "serve", "-m", URI, "-h", "127.0.0.1", "-p", port, "--env-manager", "local"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        for _ in range(3000):
            assert process.poll() is None, (folder / "log").read_text()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/invocations"
    finally:
        os.killpg(process.pid, 15)
        process.wait(timeout=60)


def test_mlflow_models_serve_answers_over_loopback(tiny_project: TinyProject, served: str, expected: list[str]) -> None:
    def ask(content: Any) -> Any:
        request = urllib.request.Request(
            served, json.dumps(content).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.load(answer)

    answer = ask({"dataframe_records": [{"id": "a", "text": TEXT}, {"id": "b", "text": OTHER}]})["predictions"]
    assert [row["quote"] for row in answer] == [*expected, *quotes(tiny_project, OTHER)]
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask({"dataframe_records": [{"id": "a"}]})
    assert caught.value.code == 400 and "text" in caught.value.read().decode()
