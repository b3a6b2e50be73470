"""`make sweep`: the experiments of docs/experiments.md, one after the other, and their table; no DVC stage.

Each is one `dvc exp run` in a temporary copy, so the workspace stays as it is, and gives one MLflow run.
"""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import InputError
from ..lineage import flat_params, locked
from ..params import Params
from ..spreadsheet import write_csv
from ..tracking.compare import TrackedRun, changed, finished_runs

_QUARTER = "ingest.train_share=0.25"
_WIDE = ("train_splitter.window=510", "train_splitter.stride=448", "tiers.fast.batch_size=1")
EXPERIMENTS: Mapping[str, tuple[str, ...]] = {
    "quarter": (_QUARTER,),
    "quarter-wide-windows": (_QUARTER, *_WIDE),
    "quarter-names-never-replaced": (_QUARTER, "train_splitter.rename=0.0"),
    "quarter-higher-rate": (_QUARTER, "tiers.fast.learning_rate=5.0e-4"),
    "half": ("ingest.train_share=0.5",),
    "accurate": ("tier=accurate",),
}
"""What is changed in params.yaml, by the name of the experiment.

`quarter` trains on a quarter of the articles, and those named after it differ from it in one thing each; `quarter`,
`half` and the run of params.yaml as it is make the learning curve.
"""

_CURVE = ("quarter", "half")
_CURVE_FIGURES = {"units_joint_f1": "validation/units/joint_f1", "stance_macro_f1": "validation/stance/macro_f1"}
CURVE = "reports/learning_curve.csv"
"""The learning curve, which `dvc plots` shows."""
_FIGURES = (
    "units/joint_f1",
    "stance/macro_f1",
    "end_to_end/labelled_f1",
    "validation/units/joint_f1",
    "validation/stance/macro_f1",
)
_TABLE = re.compile(r"(<!-- sweep -->\n).*?(\n?<!-- /sweep -->)", re.DOTALL)
_DOCUMENT = "docs/experiments.md"

log = logging.getLogger(__name__)


def main(root: Path, params: Params, *names: str) -> None:
    """Run the experiments named (all of them where none is), see `run_experiments`; write table and learning curve.

    `table` alone writes the table. Raises `InputError` as `run_experiments` does, and for a document without the
    markers of the table.
    """
    run_experiments(root, params, () if names == ("table",) else names or tuple(EXPERIMENTS))
    path = root / _DOCUMENT
    text = path.read_text(encoding="utf-8")
    if not _TABLE.search(text):
        raise InputError(f"{path}: the markers <!-- sweep --> and <!-- /sweep --> are missing; put them back")
    current, files = flat_params(params), locked(root)
    runs = finished_runs(root, params, params.publish.headline)
    experiments = of_now(runs, current, files)
    whole = as_it_is(runs, current, files)
    table = sweep_table(runs, experiments, whole)
    path.write_text(_TABLE.sub(lambda m: m.group(1) + table + m.group(2), text), encoding="utf-8")
    if curve := learning_curve(experiments, whole):
        write_csv(root / CURVE, curve)


def run_experiments(root: Path, params: Params, names: Sequence[str]) -> list[TrackedRun]:
    """Run the experiments named that have no run of now, and give the runs of now of all experiments.

    A run is of now where all its other parameters are those of params.yaml and its seeds those of dvc.lock. Raises
    `InputError` for a name that is none, a parameter that params.yaml lacks, or an experiment that fails.
    """
    check(names, params)
    current, files = flat_params(params), locked(root)
    standing = of_now(finished_runs(root, params, params.publish.headline), current, files)
    for name in dict.fromkeys(names):
        if any(run.name == name for run in standing):
            log.info("sweep: %s has a run already", name)
            continue
        settings = [word for setting in EXPERIMENTS[name] for word in ("-S", setting)]
        log.info("sweep: %s (%s)", name, ", ".join(EXPERIMENTS[name]))
        dvc = [sys.executable, "-m", "dvc", "exp"]
        # What was begun under this name and came to no run is in the way.
        subprocess.run([*dvc, "remove", "--quiet", name], cwd=root, capture_output=True)
        if subprocess.run([*dvc, "run", "--temp", "-n", name, *settings], cwd=root).returncode:
            raise InputError(f"experiment {name} failed, see above; correct it and run it again")
    return of_now(finished_runs(root, params, params.publish.headline), current, files)


def check(names: Sequence[str], params: Params) -> None:
    """Raise `InputError` where a name is no experiment, or an experiment changes a parameter that there is not."""
    known = flat_params(params)
    for name in names:
        if name not in EXPERIMENTS:
            raise InputError(f"{name}: is no experiment of the sweep; there are {', '.join(EXPERIMENTS)}")
        for setting in EXPERIMENTS[name]:
            key = setting.partition("=")[0]
            if key not in known:
                raise InputError(f"experiment {name} changes {key}, which params.yaml lacks; correct stages/sweep.py")


def of_now(runs: Sequence[TrackedRun], current: Mapping[str, str], files: Mapping[str, str]) -> list[TrackedRun]:
    """Choose the runs of the sweep that differ from the project as it is in what their experiment changes alone.

    `current` are the parameters, flattened, `files` the md5s of `lineage.locked`, of which the seeds count where a run
    tells its own.
    """
    return [
        run
        for run in runs
        if run.name in EXPERIMENTS
        and changed(run.params, current).keys() <= {setting.partition("=")[0] for setting in EXPERIMENTS[run.name]}
        and _same_seeds(run, files)
    ]


def as_it_is(runs: Sequence[TrackedRun], current: Mapping[str, str], files: Mapping[str, str]) -> TrackedRun | None:
    """Choose the newest run that differs from the project as it is in nothing; see `of_now`."""
    same = [run for run in runs if not changed(run.params, current) and _same_seeds(run, files)]
    return max(same, key=lambda run: run.finished, default=None)


def _same_seeds(run: TrackedRun, files: Mapping[str, str]) -> bool:
    return all(run.files.get(path, md5) == md5 for path, md5 in files.items() if path.startswith("seeds/"))


def sweep_table(runs: Sequence[TrackedRun], experiments: Sequence[TrackedRun], whole: TrackedRun | None) -> str:
    """Lay out the runs of the sweep, the champion, and what the parameters of now gave; best first as given."""
    named = {run.id: "the champion" for run in runs if run.champion}
    if whole is not None:
        named[whole.id] = "as in params.yaml"
    shown = [run for run in runs if run.id in named or run in experiments]
    lines = [
        f"| run | changed | {' | '.join(f'`{name}`' for name in _FIGURES)} | CPU minutes |",
        "| --- | --- |" + " --- |" * (len(_FIGURES) + 1),
    ]
    for run in shown:
        settings = ", ".join(f"`{setting}`" for setting in EXPERIMENTS.get(run.name, ()))
        cells = [run.name, named.get(run.id) or settings, *(_cell(run, name) for name in _FIGURES), _minutes(run)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def learning_curve(experiments: Sequence[TrackedRun], whole: TrackedRun | None) -> list[dict[str, object]]:
    """Lay out what the recipe reached on validation with fewer of the articles, fewest first, with intervals.

    `whole` is the run of all articles. Without it, or without one on fewer articles, there is no curve.
    """
    fewer = [run for run in experiments if run.name in _CURVE]
    if whole is None or not fewer:
        return []
    of_curve = {run.params["ingest.train_share"]: run for run in (*fewer, whole)}
    rows: list[dict[str, object]] = []
    for share, run in sorted(of_curve.items(), key=lambda item: float(item[0])):
        row: dict[str, object] = {"share": share, "articles": int(run.metrics["stages/train_splitter/articles"])}
        for column, figure in _CURVE_FIGURES.items():
            row |= {column + end: round(run.metrics[figure + end], 4) for end in ("", "_low", "_high")}
        rows.append(row)
    return rows


def _cell(run: TrackedRun, name: str) -> str:
    value, low, high = (run.metrics.get(name + end) for end in ("", "_low", "_high"))
    if value is None:
        return ""
    return f"{value:.3f}" + (f" ({low:.2f} to {high:.2f})" if low is not None and high is not None else "")


def _minutes(run: TrackedRun) -> str:
    seconds = run.metrics.get("time/total/cpu_s")
    return "" if seconds is None else f"{seconds / 60:.0f}"
