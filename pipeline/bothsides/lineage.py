"""Lineage: what a published model came from and what it reached, as flat names and values that a tracker can hold."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .params import Params


def flat_params(params: Params) -> dict[str, str]:
    """Flatten the parameters to dotted keys, as `dvc exp run -S` writes them."""

    def walk(value: Any, prefix: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(inner, f"{prefix}.{key}" if prefix else key)
        else:
            yield prefix, str(value)

    return dict(walk(dataclasses.asdict(params), ""))


def flat_metrics(metrics: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Flatten nested metrics to keys parted by slashes; texts, truth values and lists are no metrics and left out."""
    out: dict[str, float] = {}
    for key, value in metrics.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            out |= flat_metrics(value, f"{path}/")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            out[path] = float(value)
    return out


def provenance(root: Path) -> dict[str, str]:
    """Tag a run with what it came from: git commit, whether sources differ from it, experiment, md5s of dvc.lock.

    What the pipeline itself rewrites (reports, dvc.lock) does not make the sources dirty.
    """
    tags = {"mlflow.note.content": "Published by `dvc repro`; the md5 tags are those of dvc.lock."}
    if commit := _git(root, "rev-parse", "HEAD"):
        dirty = bool(_git(root, "status", "--porcelain", "--", ".", ":!reports", ":!dvc.lock"))
        tags |= {"git.commit": commit, "mlflow.source.git.commit": commit, "git.dirty": str(dirty).lower()}
    if name := os.environ.get("DVC_EXP_NAME"):
        tags["dvc.experiment"] = name
    return tags | {f"dvc.md5/{path}": md5 for path, md5 in locked_outputs(root).items()}


def locked_outputs(root: Path) -> dict[str, str]:
    """Read the md5 of every output from dvc.lock, but for those of `publish`, which is only just being made."""
    import yaml

    path = root / "dvc.lock"
    if not path.is_file():
        return {}
    stages = yaml.safe_load(path.read_text(encoding="utf-8")).get("stages") or {}
    outs = [out for name, stage in sorted(stages.items()) if name != "publish" for out in stage.get("outs", [])]
    return {out["path"]: out["md5"] for out in outs if "md5" in out}


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
