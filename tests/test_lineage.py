from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

from bothsides.lineage import flat_metrics, flat_params, locked_outputs, provenance
from bothsides.params import load_params


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
        "  ingest:\n    cmd: x\n    outs:\n    - {path: data/articles.jsonl, md5: abc}\n    - {path: reports/a.json}\n"
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
    assert {k: v for k, v in tags.items() if k.startswith("dvc.md5/")} == {"dvc.md5/data/articles.jsonl": "abc"}


def test_changed_code_is_dirty_and_the_pipelines_own_outputs_are_not(repository: Path) -> None:
    (repository / "reports").mkdir()
    (repository / "reports/metrics.json").write_text("{}")
    (repository / "dvc.lock").write_text("stages: {}\n")
    assert provenance(repository)["git.dirty"] == "false"
    (repository / "code.py").write_text("2\n")
    assert provenance(repository)["git.dirty"] == "true"


def test_outside_git_and_dvc_there_is_nothing_to_tag(tmp_path: Path) -> None:
    assert "git.commit" not in provenance(tmp_path)
    assert locked_outputs(tmp_path) == {}
