"""The pipeline as DVC sees it: its stages list what they import, and the committed results belong to the tree."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, STAGES

PACKAGE = ROOT / "pipeline/bothsides"
LOCK = ROOT / "dvc.lock"
UNLISTED = {"pipeline/bothsides/params.py", "pipeline/bothsides/errors.py"}
"""Left out of every stage's dependencies on purpose; dvc.yaml says why."""
CODE_STAGES = ("ingest", "train_splitter", "split", "label", "dataset", "train", "evaluate")
TRAINING_STAGES = ("train_splitter", "train")


def stages() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def imported(path: Path) -> Iterator[Path]:
    """Give the modules of the package that a module imports when it runs, also inside functions."""
    folder = path.relative_to(PACKAGE.parent).parts[:-1]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types:
            base = folder[: len(folder) - node.level + 1] if node.level else ()
            base = (*base, *(node.module or "").split(".")) if node.module else base
            for parts in (base, *((*base, alias.name) for alias in node.names)):
                file = PACKAGE.parent.joinpath(*parts).with_suffix(".py")
                if file.is_file() and file.is_relative_to(PACKAGE):
                    yield file


def closure(stage: str) -> set[str]:
    """Give every module that a stage can reach, itself included, as paths from the root."""
    todo, seen = [PACKAGE / f"stages/{stage}.py"], set()
    while todo:
        path = todo.pop()
        if path not in seen and path.name != "__init__.py":
            seen.add(path)
            todo += imported(path)
    return {path.relative_to(ROOT).as_posix() for path in seen} - UNLISTED


@pytest.mark.parametrize("stage", CODE_STAGES)
def test_a_stage_depends_on_every_module_that_it_imports(stage: str) -> None:
    listed = [dep for dep in stages()[stage]["deps"] if dep.startswith("pipeline/")]
    missing = {m for m in closure(stage) if not any(m == dep or m.startswith(dep + "/") for dep in listed)}
    assert not missing, f"dvc.yaml, stage {stage}: add {sorted(missing)} to deps"


@pytest.mark.parametrize("stage", CODE_STAGES)
def test_a_stage_depends_on_no_module_that_it_does_not_import(stage: str) -> None:
    reached = closure(stage)
    listed = [dep for dep in stages()[stage]["deps"] if dep.startswith("pipeline/")]
    idle = [dep for dep in listed if not any(m == dep or m.startswith(dep + "/") for m in reached)]
    assert not idle, f"dvc.yaml, stage {stage}: take {idle} out of deps"


@pytest.mark.parametrize("stage", TRAINING_STAGES)
def test_editing_the_command_line_or_a_report_retrains_nothing(stage: str) -> None:
    assert not [m for m in closure(stage) if "cli" in m or "/report/" in m or "/predict/" in m or "/evaluation/" in m]


def test_the_stages_are_those_that_the_tests_run() -> None:
    assert list(stages()) == list(dict.fromkeys(stage.split()[0] for stage in STAGES))
    assert all(len(stage["desc"]) > 20 for stage in stages().values())


def test_reports_are_in_git_and_the_rest_is_not() -> None:
    for name, stage in stages().items():
        for kind in ("outs", "metrics", "plots"):
            for out in stage.get(kind, []):
                path, options = next(iter(out.items())) if isinstance(out, dict) else (out, {})
                assert path.startswith("reports/") == (options.get("cache") is False), f"{name}: {path}"


def ignored(path: str) -> bool:
    return subprocess.run(["git", "check-ignore", "-q", "--no-index", path], cwd=ROOT).returncode == 0


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_git_keeps_the_results_and_leaves_out_what_is_made_again() -> None:
    kept = ("dvc.lock", "dvc.yaml", "reports/metrics.json", "reports/train/encoder/steps.csv", "floors.json")
    assert not [path for path in kept if ignored(path)]
    made = ("models/x", "data/x", "dist/x", "mlflow.db", "mlartifacts/x", "results/x", ".venv/x", "a/__pycache__/b.pyc")
    assert all(ignored(path) for path in made)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "pipeline/run.py", *arguments], cwd=ROOT, capture_output=True, text=True, env={**os.environ}
    )


@pytest.mark.parametrize("arguments", [(), ("nonsense",)])
def test_an_unknown_stage_is_answered_with_the_known_ones(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "train_splitter" in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_stage_that_fails_on_purpose_says_so_in_one_line() -> None:
    done = run("train", "nonsense")
    assert done.returncode == 1
    assert done.stderr.startswith("train: ") and len(done.stderr.splitlines()) == 1


def locked() -> dict[str, Any]:
    return yaml.safe_load(LOCK.read_text(encoding="utf-8"))["stages"] if LOCK.is_file() else {}


needs_lock = pytest.mark.skipif(not LOCK.is_file(), reason="the pipeline has not run yet: no dvc.lock")


@pytest.fixture(scope="module")
def digest() -> Any:
    """Give a function from a path in the tree to the md5 that DVC gives it, .dvcignore heeded."""
    from dvc.repo import Repo
    from dvc_data.hashfile.build import build

    with Repo(str(ROOT)) as repo:

        def md5(path: str) -> str:
            _, _, built = build(
                repo.cache.local, str(ROOT / path), repo.dvcfs.repo.fs, "md5", ignore=repo.dvcignore, dry_run=True
            )
            return str(built.hash_info.value)

        yield md5


@needs_lock
def test_dvc_lock_knows_every_stage() -> None:
    expected = {f"train@{m}" if s == "train" else s for s in stages() for m in ("baseline", "encoder")}
    assert set(locked()) == expected


@needs_lock
@pytest.mark.parametrize("stage", sorted(locked()))
def test_the_tree_is_what_the_committed_results_were_made_from(stage: str, digest: Any) -> None:
    """Compare all that is in git: code, seeds and reports."""
    entry = locked()[stage]
    files = [f for kind in ("deps", "outs") for f in entry.get(kind, []) if not ignored(f["path"])]
    assert files
    changed = [f["path"] for f in files if not (ROOT / f["path"]).exists() or digest(f["path"]) != f["md5"]]
    assert not changed, f"stage {stage}: {changed} changed since its results were made; run `dvc repro` and commit"


@needs_lock
@pytest.mark.parametrize("stage", sorted(locked()))
def test_the_parameters_are_those_of_the_committed_results(stage: str) -> None:
    raw = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    for key, value in locked()[stage].get("params", {}).get("params.yaml", {}).items():
        now = raw
        for part in key.split("."):
            now = now.get(part) if isinstance(now, dict) else None
        assert now == value, f"stage {stage}: {key} changed since its results were made; run `dvc repro` and commit"


@needs_lock
def test_what_one_stage_made_is_what_the_next_one_read() -> None:
    made = {out["path"]: out["md5"] for entry in locked().values() for out in entry.get("outs", [])}
    for stage, entry in locked().items():
        for dep in entry["deps"]:
            if dep["path"] in made:
                assert dep["md5"] == made[dep["path"]], f"{stage} read another {dep['path']}"


@needs_lock
def test_the_recipe_is_the_one_that_ran() -> None:
    """Compare the dependencies, parameters and outputs that dvc.yaml names with those that dvc.lock recorded."""
    for name, entry in locked().items():
        stage, _, model = name.partition("@")
        recipe = yaml.safe_load(yaml.safe_dump(stages()[stage]).replace("${item.model}", model))
        assert entry["cmd"] == recipe["cmd"]
        assert {d["path"] for d in entry["deps"]} == set(recipe["deps"])
        outs = [o for kind in ("outs", "metrics", "plots") for o in recipe.get(kind, [])]
        assert {o["path"] for o in entry["outs"]} == {next(iter(o)) if isinstance(o, dict) else o for o in outs}
