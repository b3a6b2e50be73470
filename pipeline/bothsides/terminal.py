"""What the commands show: the progress of a run, the summary of its results, the figures of an evaluation."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .balance import prominence
from .predict.safe import terminal_text
from .predict.source import SourceArticle
from .unit import STANCES, StanceLabel

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from .predict.predictor import Prediction

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


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """Show how far a run is, on standard error, with articles per second and the time left; call it once an article.

    On a terminal it is a bar; elsewhere a plain line every 30 seconds.
    """
    if not sys.stderr.isatty():
        yield _Lines(total).step
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task
    from rich.text import Text

    class Pace(ProgressColumn):
        """Articles per second since the start, because results come in bursts, a chunk at a time; the time left."""

        def render(self, task: Task) -> Text:
            return Text(
                _pace(task.completed, total, task.elapsed or 0.0) if task.completed else "reading and classifying"
            )

    columns = ("Articles", BarColumn(), MofNCompleteColumn(), Pace())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


class _Lines:
    """Progress where there is no terminal."""

    def __init__(self, total: int) -> None:
        self._total, self._done = total, 0
        self._start = self._shown = time.monotonic()

    def step(self) -> None:
        self._done += 1
        now = time.monotonic()
        if now - self._shown >= _LINE_EVERY:
            self._shown = now
            pace = _pace(self._done, self._total, now - self._start)
            line = f"bothsides: {self._done} of {self._total} articles, {pace}"
            print(line, file=sys.stderr, flush=True)  # noqa: T201 (a progress line)


def _pace(done: float, total: int, seconds: float) -> str:
    speed = done / max(seconds, 1e-3)
    left = round(max(0.0, total - done) / speed)
    return f"{speed:.1f} articles/s, {left // 3600}:{left // 60 % 60:02}:{left % 60:02} left"


class Summary:
    """The figures of a run, added up article by article, in memory that does not grow."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, ...]] = []
        self._weights = {measure: dict.fromkeys(STANCES, 0.0) for measure in ("quotes", "words", "prominence")}
        self._review = 0
        self.articles = 0
        self.guessed = 0
        self.renamed = 0

    def add(self, prediction: Prediction) -> None:
        """Count an article and its units."""
        article, review = prediction.article, 0
        own = {measure: dict.fromkeys(STANCES, 0.0) for measure in self._weights}
        for unit in prediction.units:
            if unit.stance:
                words = unit.words(article.text)
                review += bool(unit.stance.abstain)
                for measure, weight in (
                    ("quotes", 1),
                    ("words", words),
                    ("prominence", words * prominence(article, unit)),
                ):
                    own[measure][unit.stance.label] += weight
        for measure, shares in own.items():
            for label, weight in shares.items():
                self._weights[measure][label] += weight
        self.articles += 1
        self._review += review
        if isinstance(article, SourceArticle):
            self.guessed += bool(article.encoding)
            self.renamed += bool(article.duplicate_of)
        if len(self._rows) <= _SHOWN_ARTICLES:
            self._rows.append(_summary_row(article.id, own, review))

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


def _summary_row(name: str, weights: Mapping[str, Mapping[StanceLabel, float]], review: int) -> tuple[str, ...]:
    units = round(sum(weights["quotes"].values()))
    shares = []
    for of in weights.values():
        total = sum(of.values())
        shares.append(" / ".join(f"{100 * of[s] / total:.0f}" for s in STANCES) if total else "-")
    return terminal_text(name), str(units), *shares, str(review)
