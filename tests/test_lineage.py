from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from bothsides.lineage import (
    environment,
    flat_metrics,
    flat_params,
    locked,
    provenance,
    read_reports,
    report_metrics,
    results_digest,
)
from bothsides.params import load_params
from bothsides.tables import write_json


def test_params_are_flattened_to_the_keys_that_experiments_set() -> None:
    flat = flat_params(load_params(ROOT / "params.yaml"))
    assert {"seed", "train.epochs", "train.baseline.features", "publish.parity"} <= set(flat)
    assert all(isinstance(value, str) for value in flat.values())


def test_metrics_keep_numbers_alone() -> None:
    nested = {"a": 1, "b": {"c": 0.5, "c_low": 0.25, "d": "text", "e": True, "f": [1, 2]}, "g": None}
    assert flat_metrics(nested) == {"a": 1.0, "b/c": 0.5, "b/c_low": 0.25}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "code.py").write_text("1\n")
    (tmp_path / "dvc.lock").write_text(
        "schema: '2.0'\nstages:\n"
        "  ingest:\n    cmd: x\n    deps:\n    - {path: seeds/news, md5: def}\n    - {path: code.py, md5: old}\n"
        "    outs:\n    - {path: data/articles.jsonl, md5: abc}\n    - {path: reports/a.json}\n"
        "  publish:\n    cmd: x\n    outs:\n    - {path: dist, md5: old}\n"
    )
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "first"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def test_a_run_is_tagged_with_its_commit_and_the_md5s_of_its_inputs(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_EXP_NAME", "brave-fish")
    tags = provenance(repository)
    assert len(tags["git.commit"]) == 40
    assert (tags["git.dirty"], tags["dvc.experiment"]) == ("false", "brave-fish")
    assert {k: v for k, v in tags.items() if k.startswith("dvc.md5/")} == {
        "dvc.md5/data/articles.jsonl": "abc",
        "dvc.md5/seeds/news": "def",
    }


def test_changed_code_is_dirty_and_the_pipelines_own_outputs_are_not(repository: Path) -> None:
    (repository / "reports").mkdir()
    (repository / "reports/metrics.json").write_text("{}")
    (repository / "dvc.lock").write_text("stages: {}\n")
    assert provenance(repository)["git.dirty"] == "false"
    (repository / "code.py").write_text("2\n")
    assert provenance(repository)["git.dirty"] == "true"


def test_outside_git_and_dvc_there_is_nothing_to_tag(tmp_path: Path) -> None:
    assert "git.commit" not in provenance(tmp_path)
    assert locked(tmp_path) == {}


def test_an_experiment_tells_the_commit_it_started_from_and_its_parameters_are_no_dirt(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "params.yaml").write_text("seed: 2\n")
    assert provenance(repository)["git.dirty"] == "true"
    monkeypatch.setenv("DVC_EXP_NAME", "brave-fish")
    monkeypatch.setenv("DVC_EXP_BASELINE_REV", "b" * 40)
    tags = provenance(repository)
    assert (tags["git.commit"], tags["git.dirty"], tags["dvc.experiment"]) == ("b" * 40, "false", "brave-fish")


def test_reports_are_read_by_name_and_every_figure_has_a_group(tmp_path: Path) -> None:
    contents = {
        "metrics": {"articles": 3, "units": {"f1": 0.5}},
        "train/encoder": {"best": 1, "curve": [1]},
        "publish": {"bytes": 9},
        "list": [1],
    }
    for name, content in contents.items():
        write_json(tmp_path / f"reports/{name}.json", content)
    reports = read_reports(tmp_path)
    assert set(reports) == {"metrics", "train/encoder", "publish"}
    assert report_metrics(reports) == {"counts/articles": 3, "units/f1": 0.5, "stages/train/encoder/best": 1}


def test_a_result_is_its_parameters_reports_and_model_and_not_how_it_was_exported() -> None:
    params = load_params(ROOT / "params.yaml")
    first = results_digest(params, {"metrics": {"a": 1}, "publish": {"b": 1}}, "m")
    assert first == results_digest(params, {"publish": {"b": 2}, "metrics": {"a": 1}}, "m")
    others = [
        results_digest(params, {"metrics": {"a": 2}}, "m"),
        results_digest(params, {"metrics": {"a": 1}}, "n"),
        results_digest(replace(params, seed=params.seed + 1), {"metrics": {"a": 1}}, "m"),
    ]
    assert len({first, *others}) == 4


def test_the_environment_names_the_machine_and_the_packages() -> None:
    tags = environment()
    assert int(tags["machine.cores"]) > 0 and float(tags["machine.memory_gib"]) > 0 and tags["machine.processor"]
    assert {"version.python", "version.numpy", "version.mlflow", "version.dvc"} <= set(tags)
