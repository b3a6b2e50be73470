"""`bothsides predict`: classify articles in bulk."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from .console import NOTHING_DONE, OK, SOME_FAILED, Commands, complain, new_command, plain, positive
from .model import add_model_options, chosen_bundle

if TYPE_CHECKING:
    from ..predict.work import Record
    from ..predict.write import Format

_SHOWN_FAILURES = 20

_DESCRIPTION = """\
Find the quote units of news articles and classify each one's stance.

Reads .txt .md .html .xml (annotated articles), and tables with one article a row: .jsonl .csv .tsv .parquet.
All but .parquet may be packed (.txt.gz). Writes into the folder OUT:
  quotes.jsonl, quotes.csv   one row a quote unit (--format chooses another)
  articles.csv, .jsonl       one row an article, with the balance of voices
  errors.csv                 what could not be read, and why (only where something failed)
  texts/                     the text of HTML, XML and standard input, which the positions of the quotes refer to
  manifest.json, run.json    what made the results: versions, model, counts; how long it took, and the inputs' sha256

A run that was stopped, by Ctrl-C or by a power cut, goes on with --resume and ends with the same bytes.
An article has at most 1,000,000 characters, a file that holds one at most 16,000,000 bytes, a record of a table at most
8,000,000 characters; a packed file unpacks to at most 100 times its size (or 4 MiB), 8 GiB at most. What is larger goes
to errors.csv."""

_EXAMPLES = """\
examples:
  bothsides predict news/ -o results
  bothsides predict archive.csv.gz --text-column body --id-column url -o results
  bothsides predict news/ more/*.html -o results --format parquet --overwrite
  bothsides predict news/ -o results --resume
  bothsides predict news/ -o results --tier accurate
  RAY_ADDRESS=ray-head:6379 bothsides predict archive/*.parquet -o results --engine ray
  pbpaste | bothsides predict - -o results

exit codes: 0 all well, 1 nothing done, 2 wrong usage, 3 some inputs failed, 130 interrupted"""


def add(commands: Commands) -> None:
    """Declare the command."""
    predict = new_command(commands, "predict", "classify articles", _DESCRIPTION, run, _EXAMPLES)
    predict.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder, pattern, or - for standard input")
    predict.add_argument(
        "-o", "--out", required=True, type=Path, metavar="OUT", help="folder of the results, or OUT/quotes.FORMAT"
    )
    predict.add_argument(
        "--format",
        choices=("csv", "parquet", "jsonl"),
        help="write quotes and articles in this format (and articles.csv)",
    )
    predict.add_argument("--text-column", default="", metavar="NAME", help="column of a table with the text (text)")
    predict.add_argument(
        "--id-column", default="", metavar="NAME", help="column with the id (id, else the row's number)"
    )
    predict.add_argument(
        "-j",
        "--jobs",
        type=positive,
        metavar="N",
        help="processes, of about 0.3 GB each (all cores, or CPUs of a cluster)",
    )
    predict.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="where to work: processes of this machine, or Ray ($RAY_ADDRESS, else a cluster for this run)",
    )
    again = predict.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on with the run in OUT that was stopped")
    again.add_argument("--overwrite", action="store_true", help="replace results, or a stopped run, that are in OUT")
    add_model_options(predict)


def run(options: argparse.Namespace) -> int:
    """Read, classify and write; the exit code says whether inputs failed."""
    import time

    from ..predict.job import Job, Watcher, run_job
    from ..predict.predictor import Predictor
    from ..predict.ray_engine import RayEngine
    from ..predict.source import ReadOptions
    from ..terminal import Summary, console, progress

    out, formats = _destination(options.out, options.format)
    read = ReadOptions(options.text_column, options.id_column)
    bundle = chosen_bundle(options)
    start, summary = time.monotonic(), Summary()
    with ExitStack() as stack:
        ray = None
        if options.engine == "ray":
            load = partial(Predictor.load, bundle, Predictor.identity(bundle))
            ray = stack.enter_context(RayEngine(load, options.jobs))
        jobs, engine = (ray.jobs, ray.run) if ray else (options.jobs or _cores(), None)
        job = Job(options.inputs, out, formats, read, jobs, options.resume, options.overwrite, bundle, engine)
        bar = stack.enter_context(progress())
        told = _Failures(bar.step)
        outcome = run_job(job, Watcher(bar.begin, told.step, complain, summary.add))
    counts = outcome.counts
    if told.hidden:
        complain(f"{told.hidden} more inputs failed: see {out / 'errors.csv'}")
    if not counts.articles:
        return NOTHING_DONE
    show = console()
    if outcome.fresh:
        show.print(summary.table())
        for note in summary.notes():
            show.print(note)
        before = f" ({outcome.resumed} inputs were done before)" if outcome.resumed else ""
        seconds = time.monotonic() - start
        total = f"{counts.articles} articles, {counts.quotes} quote units, {counts.failed} failed"
        show.print(f"{total}, in {seconds:.1f} s{before}")
        show.print(f"wrote {', '.join(counts.files)} in {plain(str(out))}", soft_wrap=True)
    else:
        show.print(f"nothing to resume: the results in {plain(str(out))} are complete", soft_wrap=True)
    return SOME_FAILED if counts.failed else OK


class _Failures:
    """Complains of the first inputs that fail, counts the others, and passes every step on."""

    def __init__(self, step: Callable[[], None]) -> None:
        self._step, self._told = step, 0
        self.hidden = 0

    def step(self, record: Record) -> None:
        from ..predict.work import failure_of

        if failure := failure_of(record):
            if self._told < _SHOWN_FAILURES:
                self._told += 1
                complain(str(failure))
            else:
                self.hidden += 1
        self._step()


def _destination(out: Path, format: Format | None) -> tuple[Path, tuple[Format, ...]]:
    """Take OUT/quotes.FORMAT apart; any other name of a table is a mistake, for OUT is a folder."""
    from ..predict.write import FORMATS

    named = next((f for f in FORMATS if out.suffix.lower() == f".{f}" and not out.is_dir()), None)
    if named is None:
        return out, (format,) if format else ("jsonl", "csv")
    if out.stem != "quotes" or (format and format != named):
        raise UsageError(f"OUT is a folder: {out}; give a folder with --format {named}, or OUT/quotes.{named}")
    return out.parent, (named,)


def _cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
