"""What the commands show: the progress of a run, the summary of its results, the figures of an evaluation."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from .balance import MEASURES, Measure, votes, weight
from .predict.safe import terminal_text
from .results_folder import probabilities_of
from .unit import STANCES, StanceLabel

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_SHOWN_ARTICLES = 20
_WIDTH_WITHOUT_TERMINAL = 120
_LINE_EVERY = 30.0

_HEADLINES = (
    ("units found, overlap (relaxed F1)", "units", "relaxed_f1"),
    ("units found, overlap and speaker (joint F1)", "units", "joint_f1"),
    ("units found, exact (F1)", "units", "exact_f1"),
    ("speaker's name, of found units", "units", "name_accuracy"),
    ("speaker's affiliation, of found units", "units", "affiliation_accuracy"),
    ("stance of the given units (macro-F1)", "stance", "macro_f1"),
    ("stance of the given units (accuracy)", "stance", "accuracy"),
    ("end to end: unit and stance right (F1)", "end_to_end", "labelled_f1"),
    ("calibration error of the stance (ECE)", "calibration", "ece"),
    ("share of voice by quotes (mean error, points)", "balance", "quotes_mae"),
    ("share of voice by words (mean error, points)", "balance", "words_mae"),
    ("share of voice by prominence (mean error, points)", "balance", "prominence_mae"),
)


class Progress(Protocol):
    """Shows how far a run is, on standard error, with articles per second and the time left."""

    def begin(self, total: int, done: int) -> None:
        """Take note of how many articles there are, and how many of them an earlier run did."""
        ...

    def step(self) -> None:
        """Count one article more."""
        ...


@contextmanager
def progress() -> Iterator[Progress]:
    """Show progress: a bar on a terminal, elsewhere a plain line every 30 seconds."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task
    from rich.progress import Progress as Bars
    from rich.text import Text

    class Pace(ProgressColumn):
        """Articles per second since the start, because results come in bursts, a chunk at a time; the time left."""

        def render(self, task: Task) -> Text:
            done, total, elapsed = task.completed - task.fields["before"], task.total or 0, task.elapsed or 0.0
            return Text(_pace(done, total - task.completed, elapsed) if done else "reading and classifying")

    columns = ("Articles", BarColumn(), MofNCompleteColumn(), Pace())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None, before=0)

        class Bar:
            def begin(self, total: int, done: int) -> None:
                bars.reset(task, total=total, completed=done, before=done)

            def step(self) -> None:
                bars.advance(task)

        yield Bar()


class _Lines:
    """Progress where there is no terminal."""

    def __init__(self) -> None:
        self._total = self._done = self._before = 0
        self._start = self._shown = time.monotonic()

    def begin(self, total: int, done: int) -> None:
        self._total, self._done, self._before = total, done, done

    def step(self) -> None:
        self._done += 1
        now = time.monotonic()
        if now - self._shown >= _LINE_EVERY:
            self._shown = now
            pace = _pace(self._done - self._before, self._total - self._done, now - self._start)
            line = f"bothsides: {self._done} of {self._total} articles, {pace}"
            print(line, file=sys.stderr, flush=True)  # noqa: T201 (a progress line)


def _pace(done: float, left: float, seconds: float) -> str:
    speed = done / max(seconds, 1e-3)
    wait = round(max(0.0, left) / speed)
    return f"{speed:.1f} articles/s, {wait // 3600}:{wait // 60 % 60:02}:{wait % 60:02} left"


class Summary:
    """The figures of a run, added up article by article, in memory that does not grow."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, ...]] = []
        self._weights = {measure: dict.fromkeys(STANCES, 0.0) for measure in MEASURES}
        self._review = 0
        self.articles = 0
        self.guessed = 0
        self.renamed = 0

    def add(self, record: Mapping[str, Any]) -> None:
        """Count an article and its units, from the record of a run (see `predict.work.Record`); failures are not."""
        if "failure" in record:
            return
        article, review = record["article"], 0
        own = {measure: dict.fromkeys(STANCES, 0.0) for measure in self._weights}
        for row in record["quotes"]:
            if row["stance"]:
                cast = votes(probabilities_of(row))
                review += bool(row["abstain"])
                for measure in MEASURES:
                    counted = weight(measure, row["words"], row["position"])
                    for label, vote in zip(STANCES, cast, strict=True):
                        own[measure][label] += counted * vote
        for measure, shares in own.items():
            for label, counted in shares.items():
                self._weights[measure][label] += counted
        self.articles += 1
        self._review += review
        self.guessed += bool(article["encoding_guessed"])
        self.renamed += record["id"] != article["article_id"]
        if len(self._rows) <= _SHOWN_ARTICLES:
            self._rows.append(_summary_row(article["article_id"], own, review))

    def table(self) -> Table:
        """Lay out a row for each article where they are few, and one for all together."""
        from rich.table import Table
        from rich.text import Text

        table = Table(caption="union / district / neutral in %, by quotes, words, prominence")
        for name in ("article", "units", "quotes", "words", "prominence", "to review"):
            table.add_column(name, justify="left" if name == "article" else "right", overflow="fold")
        if len(self._rows) <= _SHOWN_ARTICLES:
            for row in self._rows:
                table.add_row(*map(Text, row))
            table.add_section()
        table.add_row(*map(Text, _summary_row(f"all {self.articles}", self._weights, self._review)))
        return table

    def notes(self) -> list[str]:
        """Say in a line each what a reader of the results should know about the inputs."""
        notes = []
        if self.guessed:
            notes.append(f"{self.guessed} read in a guessed encoding: see column encoding_guessed of articles.csv")
        if self.renamed:
            notes.append(f"{self.renamed} had the id of an article before and got a number after it (id-2)")
        return notes


def console() -> Console:
    """Standard output as tables need it: wide enough where it is no terminal."""
    from rich.console import Console

    return Console(
        highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
    )


def scorecard_table(figures: Mapping[str, Any]) -> Table:
    """Lay out the headline figures of a `Scorecard.as_dict`, with their intervals over articles."""
    from rich.table import Table

    units, stance = figures["units"], figures["stance"]
    table = Table(caption=f"{figures['articles']} articles, {units['gold']} units; 95% intervals over articles")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_column("interval", justify="right")
    rows = [(name, figures[group], key) for name, group, key in _HEADLINES]
    rows += [(f"  {kind} units (joint F1)", of, "joint_f1") for kind, of in units["by_type"].items()]
    rows += [(f"  stance of {kind} units (macro-F1)", of, "macro_f1") for kind, of in stance["by_type"].items()]
    for name, group, key in rows:
        if key in group:
            table.add_row(name, f"{group[key]:.3f}", f"{group[f'{key}_low']:.3f} to {group[f'{key}_high']:.3f}")
    return table


def _summary_row(name: str, weights: Mapping[Measure, Mapping[StanceLabel, float]], review: int) -> tuple[str, ...]:
    units = round(sum(weights["quotes"].values()))
    shares = []
    for of in weights.values():
        total = sum(of.values())
        shares.append(" / ".join(f"{100 * of[s] / total:.0f}" for s in STANCES) if total else "-")
    return terminal_text(name), str(units), *shares, str(review)
