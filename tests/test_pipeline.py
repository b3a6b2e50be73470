"""The pipeline as DVC sees it: its stages list what they import, and the committed results belong to the tree."""

from __future__ import annotations

import ast
import os
import shutil
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
UNLISTED = {f"pipeline/bothsides/{name}.py" for name in ("params", "strict", "errors")}
"""Left out of every stage's dependencies on purpose; dvc.yaml says why."""
BESIDE = {"publish": ["pipeline/bothsides/pyfunc.py"]}
"""Modules that a stage runs without importing them: MLflow does."""
UNTRACKED = (
    "pipeline/bothsides/cli.py",
    "pipeline/bothsides/commands",
    "pipeline/bothsides/terminal.py",
    "pipeline/bothsides/predict/write.py",
)
"""What a user of the published model meets, and no result was made with."""
TRAINING_STAGES = ("train_splitter", "train")


def stages() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


CODE_STAGES = tuple(stages())


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
            if base == (PACKAGE.name,) and any(alias.name == "__version__" for alias in node.names):
                yield PACKAGE / "__init__.py"


def closure(stage: str) -> set[str]:
    """Give every module that a stage can reach, itself included, as paths from the root."""
    todo, seen = [PACKAGE / f"stages/{stage}.py", *(ROOT / path for path in BESIDE.get(stage, []))], set()
    while todo:
        path = todo.pop()
        if path not in seen:
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


@pytest.mark.parametrize("path", [*UNTRACKED, "README.md", "docs", "LICENSE"])
def test_editing_what_no_result_is_made_with_makes_no_stage_stale(path: str) -> None:
    assert (ROOT / path).exists()
    stale = [
        f"{name}: {dep}"
        for name, stage in stages().items()
        for dep in stage["deps"]
        if (path + "/").startswith(dep + "/") or dep.startswith(path + "/")
    ]
    assert not stale
    assert not [stage for stage in CODE_STAGES if path in closure(stage)]


def test_the_wheel_is_no_result() -> None:
    """It carries the command line, so as an output it would tie every result to it."""
    outs = [out for stage in stages().values() for out in stage.get("outs", [])]
    assert "models/bundle" in outs and not [out for out in outs if "dist" in out]


def test_publish_depends_on_every_report_that_it_logs() -> None:
    made = set()
    for name, stage in stages().items():
        for model in ("baseline", "encoder") if name == "train" else ("",):
            for kind in ("outs", "metrics", "plots"):
                paths = [next(iter(out)) if isinstance(out, dict) else out for out in stage.get(kind, [])]
                made |= {path.replace("${item.model}", model) for path in paths if path.startswith("reports/")}
    listed = {dep for dep in stages()["publish"]["deps"] if dep.startswith("reports/")}
    assert listed == made - {"reports/publish.json"}


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


def run(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "pipeline/run.py", *arguments], cwd=root, capture_output=True, text=True, env={**os.environ}
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


@pytest.mark.parametrize("arguments", [("train",), ("train", "encoder", "more"), ("ingest", "more")])
def test_too_few_or_too_many_arguments_are_answered_with_the_usage(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    expected = " MODEL" if arguments[0] == "train" else ""
    assert done.stderr == f"usage: python pipeline/run.py {arguments[0]}{expected}\n"


def test_a_missing_input_is_one_line_that_names_it(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "pipeline/bothsides", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pipeline/run.py", tmp_path / "pipeline")
    shutil.copy(ROOT / "params.yaml", tmp_path)
    done = run("label", root=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("label: data/articles.jsonl: ") and "`dvc repro`" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def locked() -> dict[str, Any]:
    return yaml.safe_load(LOCK.read_text(encoding="utf-8"))["stages"]


LOCKED = tuple(dict.fromkeys(f"train@{s.split()[1]}" if " " in s else s for s in STAGES))


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


def test_dvc_lock_knows_every_stage() -> None:
    assert set(locked()) == set(LOCKED)


@pytest.mark.parametrize("stage", LOCKED)
def test_the_tree_is_what_the_committed_results_were_made_from(stage: str, digest: Any) -> None:
    """Compare all that is in git: code, seeds and reports."""
    entry = locked()[stage]
    files = [f for kind in ("deps", "outs") for f in entry.get(kind, []) if not ignored(f["path"])]
    assert files
    changed = [f["path"] for f in files if not (ROOT / f["path"]).exists() or digest(f["path"]) != f["md5"]]
    assert not changed, f"stage {stage}: {changed} changed since its results were made; run `dvc repro` and commit"


@pytest.mark.parametrize("stage", LOCKED)
def test_the_parameters_are_those_of_the_committed_results(stage: str) -> None:
    raw = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    for key, value in locked()[stage].get("params", {}).get("params.yaml", {}).items():
        now = raw
        for part in key.split("."):
            now = now.get(part) if isinstance(now, dict) else None
        assert now == value, f"stage {stage}: {key} changed since its results were made; run `dvc repro` and commit"


def test_what_one_stage_made_is_what_the_next_one_read() -> None:
    made = {out["path"]: out["md5"] for entry in locked().values() for out in entry.get("outs", [])}
    for stage, entry in locked().items():
        for dep in entry["deps"]:
            if dep["path"] in made:
                assert dep["md5"] == made[dep["path"]], f"{stage} read another {dep['path']}"


def test_the_recipe_is_the_one_that_ran() -> None:
    """Compare the dependencies, parameters and outputs that dvc.yaml names with those that dvc.lock recorded."""
    for name, entry in locked().items():
        stage, _, model = name.partition("@")
        recipe = yaml.safe_load(yaml.safe_dump(stages()[stage]).replace("${item.model}", model))
        assert entry["cmd"] == recipe["cmd"]
        assert {d["path"] for d in entry["deps"]} == set(recipe["deps"])
        outs = [o for kind in ("outs", "metrics", "plots") for o in recipe.get(kind, [])]
        assert {o["path"] for o in entry["outs"]} == {next(iter(o)) if isinstance(o, dict) else o for o in outs}
