"""The wheel that carries the model: built offline, the same bytes for the same sources and bundle."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .errors import ModelError

_SOURCES = ("pyproject.toml", "LICENSE")
_EPOCH = "1735689600"  # 2025-01-01: the time of every file in the archive


def build_wheel(root: Path, bundle: Path, target: Path) -> Path:
    """Build `bothsides-<version>-py3-none-any.whl` into `target` with the bundle inside the package; give its path.

    The model card serves as the wheel's description. Sources are copied first, so that nothing is left behind in the
    project. Raises `ModelError` with the last line of the build's output where it fails.
    """
    with tempfile.TemporaryDirectory() as name:
        source = Path(name)
        for file in _SOURCES:
            shutil.copyfile(root / file, source / file)
        shutil.copyfile(bundle / "card.md", source / "README.md")
        package = source / "pipeline/bothsides"
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "bundle")
        shutil.copytree(root / "pipeline/bothsides", package, ignore=ignored)
        shutil.copytree(bundle, package / "bundle")
        _same_modes(source)
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(source)]
        environment = os.environ | {"SOURCE_DATE_EPOCH": _EPOCH, "PYTHONHASHSEED": "0"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, umask=0o022)
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise ModelError(f"the wheel cannot be built: {' '.join(last)}")
    return next(target.glob("*.whl"))


def _same_modes(folder: Path) -> None:
    """Give all files the same permissions, for a wheel records them and a clone's depend on the user's umask."""
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
