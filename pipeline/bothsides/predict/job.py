"""One run of `bothsides predict` from end to end: plan, work, results; printing is left to the caller."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from .. import __version__
from .disk import cannot_write
from .engine import run
from .journal import Journal, remove_leftovers
from .manifest import RunFigures, check_finished, finished_counts, write_manifest, write_run
from .pool import Pool
from .predictor import Predictor
from .read import Source, count_articles, find_files
from .source import ReadOptions
from .stamps import listing
from .work import Engine, Record, in_process
from .write import Counts, Format, check_free, make, place, result_paths

_ARTICLES_A_PROCESS = 16
"""Articles from which another process pays: it takes as long to start as to classify these."""


@dataclass(frozen=True)
class Job:
    """What a run is to do, with the model of `bundle` (see `Predictor.load`).

    `engine` takes the place of local processes where given; see `work.Engine`.
    """

    inputs: Sequence[str]
    out: Path
    formats: tuple[Format, ...] = ("jsonl", "csv")
    read: ReadOptions = field(default_factory=ReadOptions)
    jobs: int = 1
    resume: bool = False
    overwrite: bool = False
    bundle: Path | None = None
    engine: Engine | None = None

    def sources(self) -> Iterator[Source]:
        """Find the inputs, without results that are among them."""
        return find_files(self.inputs, result_paths(self.out))


@dataclass(frozen=True)
class Watcher:
    """Who watches a run: `begin` is told how many items there are (about) and how many of them are done before.

    `step` gets each new record in order, `warn` a line on what went wrong, `keep` every record of the results.
    """

    begin: Callable[[int, int], None] = lambda total, done: None
    step: Callable[[Record], None] = lambda record: None
    warn: Callable[[str], None] = lambda line: None
    keep: Callable[[Record], None] = lambda record: None


@dataclass(frozen=True)
class Outcome:
    """What a run came to. `resumed` of its inputs were done before it; `fresh` is false where all was done before."""

    counts: Counts
    resumed: int = 0
    fresh: bool = True


def run_job(job: Job, watcher: Watcher) -> Outcome:
    """Classify all inputs and write the results; what an unfinished run has done is done no more.

    Raises `BothsidesError`; whatever ends a run, what is done is kept, and a note on the exception says so.
    """
    began, started = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    model = Predictor.identity(job.bundle)
    plan = {
        "bothsides": __version__,
        "model": model,
        "formats": list(job.formats),
        **asdict(job.read),
        "listing": listing(job.sources()),
    }
    if job.resume and (counts := finished_counts(job.out, plan)):
        check_finished(job.out, counts, job.sources())
        remove_leftovers(job.out)
        return Outcome(counts, counts.articles + counts.failed, fresh=False)
    with Journal(job.out, plan, job.resume, job.overwrite) as journal:
        if not journal.placing:
            check_free(job.out, journal.overwrite)
        total, resumed = count_articles(job.sources()), journal.items
        watcher.begin(total, resumed)
        processes = min(job.jobs, math.ceil((total - resumed) / _ARTICLES_A_PROCESS)) if not job.engine else job.jobs
        _work(job, journal, watcher, total, processes, partial(Predictor.load, job.bundle, model))
        figures = RunFigures(started, round(time.monotonic() - began, 3), max(1, processes), resumed)
        try:
            counts = _put(job, journal, watcher, plan, figures)
        except OSError as error:
            raise cannot_write(job.out, error) from error
        journal.finish()
    return Outcome(counts, resumed)


def _work(
    job: Job, journal: Journal, watcher: Watcher, total: int, processes: int, load: Callable[[], Predictor]
) -> None:
    def through(engine: Engine) -> None:
        run(job.sources(), job.read, journal, engine, total, max(1, processes), watcher.step)

    if job.engine or processes <= 1:
        through(job.engine or in_process(load))
        return
    with Pool(load, processes, watcher.warn) as pool:
        through(pool.run)


def _put(job: Job, journal: Journal, watcher: Watcher, plan: dict[str, object], figures: RunFigures) -> Counts:
    """Make the results and put them into place; whether the place is still free is looked at once more."""

    def records() -> Iterator[Record]:
        for record in journal.records():
            watcher.keep(record)
            yield record

    stage = journal.emptied_tables()
    counts = make(stage, records(), job.formats)
    if counts.articles:
        stamps = (stamp for stamp, _ in journal.stamps())
        counts.files += [write_run(stage, figures, counts, stamps), write_manifest(stage, plan, counts)]
    if not journal.placing:
        check_free(job.out, journal.overwrite)
    journal.place()
    place(stage, job.out, counts.files)
    return counts
