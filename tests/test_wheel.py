from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from conftest import ROOT, TinyProject
from packaging.requirements import Requirement

from bothsides.bundle import FILES
from bothsides.encoder import sha256_of
from bothsides.errors import ModelError
from bothsides.stages import wheel as stage
from bothsides.wheel import build_wheel

HEAVY = ("torch", "transformers", "dvc", "mlflow", "sklearn", "pandas", "datasets", "matplotlib", "onnx")


def test_the_wheel_carries_the_bundle(tiny_project: TinyProject) -> None:
    with zipfile.ZipFile(tiny_project.wheel) as archive:
        names = set(archive.namelist())
        assert {f"bothsides/bundle/{path}" for path in (*FILES, "manifest.json")} <= names
        assert {"bothsides/cli.py", "bothsides/py.typed"} <= names
        assert not [n for n in names if "__pycache__" in n]
        assert archive.read("bothsides/bundle/manifest.json") == (tiny_project.bundle / "manifest.json").read_bytes()
    assert re.fullmatch(r"bothsides-\d+\.\d+\.\d+(\.dev\d+)?-py3-none-any\.whl", tiny_project.wheel.name)


def test_the_wheel_is_the_same_whenever_and_wherever_it_is_built(tiny_project: TinyProject, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere"
    (again / "pipeline").mkdir(parents=True)
    shutil.copytree(ROOT / "pipeline/bothsides", again / "pipeline/bothsides")
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copyfile(ROOT / name, again / name)
    for path in again.rglob("*.py"):
        path.chmod(0o600)
    wheel = build_wheel(again, tiny_project.bundle, tmp_path / "dist")
    assert sha256_of(wheel) == sha256_of(tiny_project.wheel)


def test_the_command_builds_the_wheel_anew_from_the_bundle(tiny_project: TinyProject, tmp_path: Path) -> None:
    for name in ("pyproject.toml", "LICENSE", "pipeline"):
        (tmp_path / name).symlink_to(ROOT / name)
    with pytest.raises(ModelError, match="holds no model"):
        stage.main(tmp_path, tiny_project.params)
    (tmp_path / "models").mkdir()
    (tmp_path / "models/bundle").symlink_to(tiny_project.bundle)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/bothsides-0.0.0-py3-none-any.whl").write_bytes(b"of another version")
    stage.main(tmp_path, tiny_project.params)
    (wheel,) = (tmp_path / "dist").iterdir()
    assert sha256_of(wheel) == sha256_of(tiny_project.wheel)


def test_a_build_that_fails_is_one_clear_line(tiny_project: TinyProject, tmp_path: Path) -> None:
    (tmp_path / "pipeline/bothsides").mkdir(parents=True)
    (tmp_path / "LICENSE").write_text("MIT")
    (tmp_path / "pyproject.toml").write_text("[project\n")
    with pytest.raises(ModelError, match="the wheel cannot be built") as error:
        build_wheel(tmp_path, tiny_project.bundle, tmp_path / "dist")
    assert "\n" not in str(error.value)


@pytest.fixture(scope="module")
def bare_python(tiny_project: TinyProject, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel and what it says it needs, and nothing else; made without a network."""
    home = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin/python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*command, str(tiny_project.wheel)], check=True)
    site = next((home / "lib").glob("python*/site-packages"))
    for needed in closure(Distribution.at(next(site.glob("bothsides-*.dist-info")))):
        link(needed, site)
    return python


def closure(root: Distribution) -> list[Distribution]:
    """Follow the requirements of a distribution, without extras, to those installed here."""
    found: dict[str, Distribution] = {}
    todo = [(root, "")]
    while todo:
        here, extra = todo.pop()
        for text in here.requires or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                known = distribution(requirement.name)
                name = f"{requirement.name.lower()}[{','.join(sorted(requirement.extras))}]"
                if name not in found:
                    found[name] = known
                    todo += [(known, e) for e in ("", *requirement.extras)]
    return list(found.values())


def link(installed: Distribution, site: Path) -> None:
    """Put a distribution into another environment by links to its top-level files and folders."""
    base = Path(str(installed.locate_file("")))
    tops = {Path(str(f)).parts[0] for f in installed.files or []} - {"..", "__pycache__"}
    for top in tops:
        if not (site / top).exists():
            (site / top).symlink_to(base / top)


def test_nothing_heavy_is_installed(bare_python: Path) -> None:
    code = f"import importlib.util as u; print([n for n in {HEAVY!r} if u.find_spec(n)])"
    done = subprocess.run([bare_python, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_wheel_alone_classifies_the_three_articles(
    bare_python: Path, tiny_project: TinyProject, tmp_path: Path
) -> None:
    command = [bare_python.parent / "bothsides", "predict", ROOT / "seeds/news", "-o", tmp_path / "out"]
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    done = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "out/quotes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["article_id"] for row in rows} <= {p.stem for p in (ROOT / "seeds/news").iterdir()}
    assert rows and all(row["stance"] in ("union-aligned", "district-aligned", "neutral") for row in rows)
    assert len((tmp_path / "out/articles.csv").read_text(encoding="utf-8").splitlines()) == 4


def test_an_altered_model_in_the_wheel_is_refused_in_one_line(bare_python: Path, tmp_path: Path) -> None:
    site = next((bare_python.parents[1] / "lib").glob("python*/site-packages"))
    bundle = tmp_path / "bundle"
    shutil.copytree(site / "bothsides/bundle", bundle)
    (bundle / "stance/stance.json").write_text("{}")
    command = [bare_python.parent / "bothsides", "predict", ROOT / "seeds/news", "-o", tmp_path / "out"]
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", "BOTHSIDES_BUNDLE": str(bundle)}
    done = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True)
    assert done.returncode == 1
    assert "stance.json" in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
