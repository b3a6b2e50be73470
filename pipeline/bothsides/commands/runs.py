"""`bothsides runs`: the project's runs, best first, and what changed against the champion."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .console import NOTHING_DONE, OK, Commands, new_command, plain, positive

if TYPE_CHECKING:
    from rich.table import Table

    from ..tracking.compare import TrackedRun

_GROUPS = ("units", "stance", "end_to_end", "calibration", "fairness", "balance")
_SHOWN = ("units/joint_f1", "stance/macro_f1", "end_to_end/labelled_f1", "time/total/cpu_s")

_DESCRIPTION = """\
Show the runs of the project in the current folder, best first, with the parameters that each has otherwise than the
champion. With the name of a run, show that run beside the champion, or beside a second run that you name."""

_EXAMPLES = """\
examples:
  bothsides runs                        all runs
  bothsides runs --by stance/macro_f1   ordered by another figure
  bothsides runs lr-high                one run beside the champion: parameters, figures, data
  bothsides runs lr-high lr-low         one run beside another

The same runs with curves, plots and tables: make ui"""


def add(commands: Commands) -> None:
    """Declare the command."""
    runs = new_command(commands, "runs", "compare the runs of a project", _DESCRIPTION, run, _EXAMPLES)
    runs.add_argument("shown", nargs="?", metavar="RUN", help="name or id of a run, hash of its model, or champion")
    runs.add_argument("other", nargs="?", metavar="OTHER", help="the run to compare it with (the champion)")
    runs.add_argument("--by", metavar="FIGURE", help="order by this figure (publish.headline of params.yaml)")
    runs.add_argument("-n", type=positive, default=20, metavar="N", help="show the best N runs (20)")
    runs.add_argument("--all", action="store_true", help="of two runs, show all figures, not the main ones alone")


def run(options: argparse.Namespace) -> int:
    """Show the runs, or two of them side by side."""
    from importlib.util import find_spec

    from ..params import load_params
    from ..terminal import console
    from ..tracking.compare import finished_runs, pick

    here = Path()
    if not (here / "params.yaml").is_file():
        raise InputError("params.yaml is not here: change to the folder of a project, where dvc.yaml and mlflow.db lie")
    if find_spec("mlflow") is None:
        raise InputError(
            "this needs MLflow, which is not installed here: use the project's .venv, which `make` sets up"
        )
    params = load_params(here / "params.yaml")
    by = options.by or params.publish.headline
    runs = finished_runs(here, params, by)
    if not runs:
        print("no finished runs yet; `make` or `dvc repro` makes one")
        return NOTHING_DONE
    if not any(by in run.metrics for run in runs):
        known = sorted({name for run in runs for name in run.metrics if _main(name)})
        raise InputError(f"{by}: no run has this figure; try {', '.join(known[:8])}, ...")
    champion = next((run for run in runs if run.champion), None)
    out = console()
    if options.shown:
        new = pick(runs, options.shown)
        old = pick(runs, options.other) if options.other else champion
        if old is None:
            raise InputError("there is no champion to compare with; name a second run")
        for table in side_by_side(new, old, options.all):
            out.print(table)
    else:
        out.print(run_table(runs[: options.n], by, champion))
        if len(runs) > options.n:
            out.print(f"{len(runs) - options.n} more: -n {len(runs)}")
    return OK


def run_table(runs: Sequence[TrackedRun], by: str, champion: TrackedRun | None) -> Table:
    """Lay out a row for each run."""
    from rich.table import Table
    from rich.text import Text

    from ..tracking.compare import changed

    shown = [name for name in _SHOWN if name != by and any(name in run.metrics for run in runs)]
    table = Table(caption=f"best {by} first; changed: parameters that the champion has otherwise")
    table.add_column("run", overflow="fold")
    for name in (by, *shown):
        table.add_column(name.removeprefix("time/").replace("/", "\n"), justify="right", overflow="fold")
    table.add_column("from")
    table.add_column("changed", overflow="fold")
    for run in runs:
        differs = changed(run.params, champion.params) if champion else {}
        told = "champion" if run.champion else ", ".join(f"{k} {_was(*v)}" for k, v in differs.items())
        commit = run.tags.get("git.commit", "")[:7] + ("*" if run.tags.get("git.dirty") == "true" else "")
        figures = [_figure(run, by, interval=True), *(_figure(run, name) for name in shown)]
        table.add_row(*map(Text, [plain(run.name), *figures, commit, plain(told or "nothing")]))
    if any(run.tags.get("git.dirty") == "true" for run in runs):
        table.caption = f"{table.caption}; *: with changes that were not committed"
    return table


def side_by_side(new: TrackedRun, old: TrackedRun, every: bool) -> list[Table]:
    """Lay out what two runs have otherwise: parameters, figures, and the files of the pipeline."""
    from ..tracking.compare import changed

    names = [name for name in sorted(new.metrics.keys() | old.metrics.keys()) if every or _main(name)]
    figures = [
        (name, _number(old.metrics.get(name)), _number(new.metrics.get(name)), _difference(new, old, name))
        for name in names
        if old.metrics.get(name) != new.metrics.get(name)
    ]
    params = [(k, *map(_text, v), "") for k, v in changed(new.params, old.params).items()]
    files = [(k, *((md5 or "none")[:8] for md5 in v), "") for k, v in changed(new.files, old.files).items()]
    code = [
        (label, *map(_text, (old.tags.get(tag), new.tags.get(tag))), "")
        for label, tag in (
            ("git commit", "git.commit"),
            ("uncommitted changes", "git.dirty"),
            ("model", "bothsides.model"),
        )
        if old.tags.get(tag) != new.tags.get(tag)
    ]
    parts = (("parameters", params), ("figures", figures), ("code and model", code), ("seeds and outputs (md5)", files))
    return [_pair_table(title, new, old, rows) for title, rows in parts if rows]


def _main(name: str) -> bool:
    group, _, rest = name.partition("/")
    return group in _GROUPS and "/" not in rest and not name.endswith(("_low", "_high"))


def _pair_table(title: str, new: TrackedRun, old: TrackedRun, rows: Sequence[Sequence[str]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{title} that differ", title_justify="left")
    table.add_column("", overflow="fold")
    for run in (old, new):
        name = plain(run.name) + (" (champion)" if run.champion else "")
        table.add_column(Text(name), justify="right", overflow="fold")
    table.add_column("difference", justify="right")
    for row in rows:
        table.add_row(*map(Text, map(plain, row)))
    return table


def _figure(run: TrackedRun, name: str, interval: bool = False) -> str:
    value = run.metrics.get(name)
    if value is None:
        return "-"
    if name.startswith("time/"):
        return f"{value:.0f}"
    low, high = (run.metrics.get(f"{name}_{end}") for end in ("low", "high"))
    return f"{value:.3f}" + (f" ({low:.2f} to {high:.2f})" if interval and low is not None and high is not None else "")


def _difference(new: TrackedRun, old: TrackedRun, name: str) -> str:
    values = new.metrics.get(name), old.metrics.get(name)
    return f"{values[0] - values[1]:+.4f}" if values[0] is not None and values[1] is not None else ""


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4f}"


def _was(old: Any, new: Any) -> str:
    return f"{_text(old)} > {_text(new)}"


def _text(value: Any) -> str:
    return "none" if value is None else str(value)
