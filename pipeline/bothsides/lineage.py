"""Lineage: what a published model came from and what it reached, as flat names and values that a tracker can hold."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from operator import itemgetter
from pathlib import Path
from typing import Any

from .params import Params

PACKAGES = (
    "torch",
    "transformers",
    "tokenizers",
    "datasets",
    "scikit-learn",
    "numpy",
    "onnxruntime",
    "onnx",
    "dvc",
    "mlflow",
)
"""The packages whose versions can change a result or how it is stored."""

OWN_REPORT = "publish"
"""The report on the export, which tells of the published files and nothing of how good they are."""


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


def read_reports(root: Path) -> dict[str, dict[str, Any]]:
    """Read every JSON report by its path under reports/ without suffix: `metrics`, `ingest`, `train/encoder`."""
    folder = root / "reports"
    found = ((p.relative_to(folder).with_suffix("").as_posix(), p) for p in sorted(folder.rglob("*.json")))
    read = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in found}
    return {name: report for name, report in read.items() if isinstance(report, dict)}


_UNLOGGED = ("ingest", "dataset", "fairness")


def report_metrics(reports: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Gather the figures of all reports, each with a group: those of `metrics` have theirs, or are `counts/`.

    The figures of another report stand under `stages/<report>/`. Those that describe the corpus, and the checks of the
    gate, which repeat figures, are left out: MLflow's page of two runs shows none where there are more than a thousand.
    """
    own = flat_metrics(reports.get("metrics", {}))
    flat = {name if "/" in name else f"counts/{name}": value for name, value in own.items()}
    for name, report in reports.items():
        if name not in ("metrics", OWN_REPORT, *_UNLOGGED):
            flat |= flat_metrics(report, f"stages/{name}/")
    return flat


def results_digest(params: Params, reports: Mapping[str, Mapping[str, Any]], model: str) -> str:
    """Give one digest for one result: parameters, reports and the model's hash; not when, where or how often."""
    kept = {name: report for name, report in reports.items() if name != OWN_REPORT}
    text = json.dumps([flat_params(params), kept, model], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def provenance(root: Path) -> dict[str, str]:
    """Tag a run with what it came from: git commit, whether sources differ from it, experiment, md5s of dvc.lock.

    What the pipeline itself rewrites (reports, dvc.lock) does not make the sources dirty, nor do, in an experiment of
    DVC, the parameters, which it sets and the run records. The commit of an experiment is the one that it started from.
    """
    tags: dict[str, str] = {}
    experiment = os.environ.get("DVC_EXP_NAME")
    if commit := _git(root, "rev-parse", "HEAD"):
        commit = os.environ.get("DVC_EXP_BASELINE_REV") or commit
        rewritten = [":!reports", ":!dvc.lock", *([":!params.yaml"] if experiment else [])]
        dirty = bool(_git(root, "status", "--porcelain", "--", ".", *rewritten))
        tags |= {"git.commit": commit, "mlflow.source.git.commit": commit, "git.dirty": str(dirty).lower()}
        branch = _git(root, "rev-parse", "--abbrev-ref", "HEAD")
        tags |= {"git.branch": branch} if branch not in ("", "HEAD") else {}
    if experiment:
        tags["dvc.experiment"] = experiment
    return tags | {f"dvc.md5/{path}": md5 for path, md5 in locked(root).items()}


def environment() -> dict[str, str]:
    """Tag a run with the machine and the versions of Python and of the main packages that are installed."""
    tags = {
        "machine.name": platform.node(),
        "machine.system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "machine.processor": _processor(),
        "machine.cores": str(os.cpu_count() or 0),
        "machine.memory_gib": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f}",
        "version.python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            tags[f"version.{package}"] = version(package)
        except PackageNotFoundError:
            continue
    return tags


def locked(root: Path) -> dict[str, str]:
    """Read from dvc.lock the md5 of the seeds and of every output but those of `publish`, which is only just made."""
    import yaml

    path = root / "dvc.lock"
    if not path.is_file():
        return {}
    stages = yaml.safe_load(path.read_text(encoding="utf-8")).get("stages") or {}
    files = [dep for stage in stages.values() for dep in stage.get("deps", []) if dep["path"].startswith("seeds/")]
    files += [out for name, stage in stages.items() if name != "publish" for out in stage.get("outs", [])]
    return {file["path"]: file["md5"] for file in sorted(files, key=itemgetter("path")) if "md5" in file}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
