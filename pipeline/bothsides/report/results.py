"""The folder that `bothsides predict` wrote, read back: its articles with their own columns, and their quote units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..article import Span
from ..balance import SHARE_COLUMNS
from ..errors import InputError
from ..predict.safe import csv_cell, csv_text
from ..predict.write import QUOTE_COLUMNS
from ..result_texts import Place, find_texts
from ..results_folder import (
    csv_rows,
    list_of,
    manifest_of,
    probabilities_of,
    quote_rows,
    quotes_file,
    spans_of,
    stance_of,
)
from ..unit import StanceLabel

ARTICLES = "articles.csv"
_OURS = {"article_id", "path", "line", "encoding_guessed", "text_file", "words", "units", *SHARE_COLUMNS}
_REMEDY = "give the folder that `bothsides predict -o` wrote"


@dataclass(frozen=True)
class Unit:
    """One row of `quotes`; `position` and `words` as in `unit.unit_row`, spans into the text of the article."""

    number: int
    spans: tuple[Span, ...]
    quote: str
    type: str
    cue: str
    speaker: str
    speaker_name: str
    speaker_role: str
    affiliation: str
    stance: StanceLabel
    probabilities: tuple[float, float, float]
    confidence: float
    abstain: str
    paragraph: int
    position: float
    words: int
    cue_span: Span | None
    speaker_span: Span | None

    @property
    def who(self) -> str:
        """The source as a reader knows it: its name, else its mention."""
        return self.speaker_name or self.speaker


@dataclass(frozen=True)
class ResultArticle:
    """One row of `articles.csv` with its units; `text` is None where it could not be found any more.

    `columns` are the user's own. `path` and `line` say where the article was read, `text_file` where its extracted
    text lies in the results, empty where it was not extracted.
    """

    id: str
    path: str
    line: int | None
    text_file: str
    words: int
    columns: Mapping[str, str]
    units: tuple[Unit, ...]
    text: str | None = None


@dataclass(frozen=True)
class Results:
    """A results folder: articles in the order of `articles.csv`, how many inputs failed, the run's manifest if any."""

    folder: Path
    articles: tuple[ResultArticle, ...]
    failed: int = 0
    manifest: Mapping[str, Any] = field(default_factory=dict)


def read_results(folder: Path) -> Results:
    """Read a results folder; texts are not looked up yet.

    Raises `InputError` where a table is missing, damaged, or does not belong to the others.
    """
    table = folder / ARTICLES
    quotes = quotes_file(folder)
    if not table.is_file() or quotes is None:
        missing = table.name if not table.is_file() else "quotes.jsonl, quotes.parquet or quotes.csv"
        raise InputError(f"no results: {folder} (no {missing}); {_REMEDY}")
    rows = list(csv_rows(table))
    units: dict[str, list[Unit]] = {}
    ids: dict[str, str] = {}
    for number, row in _article_rows(table, rows):
        if row["article_id"] in units:
            raise InputError(f"the article {row['article_id']!r} is there twice: {table}:{number}; {_REMEDY}")
        units[row["article_id"]] = []
    for number, raw in _quote_rows(quotes):
        unit = _unit(raw, quotes, number)
        # The ids of the articles are made safe for spreadsheets, those of the quotes may not be.
        id = csv_cell(raw["article_id"])
        if id not in units:
            raise InputError(f"{raw['article_id']!r} is not in {ARTICLES}: {quotes}:{number}; {_REMEDY}")
        units[id].append(unit)
        ids[id] = str(raw["article_id"])
    articles = tuple(
        _article(row, table, number, units[row["article_id"]], ids.get(row["article_id"], row["article_id"]))
        for number, row in _article_rows(table, rows)
    )
    if not articles:
        raise InputError(f"no articles: {table}; {_REMEDY}")
    return Results(folder, articles, _failures(folder / "errors.csv"), manifest_of(folder))


def with_texts(results: Results) -> Iterator[ResultArticle]:
    """Yield the articles with their texts, in order; see `result_texts.find_texts`."""
    places = [
        Place(a.path, a.line, a.text_file, [(u.spans, u.quote) for u in a.units], a.words) for a in results.articles
    ]
    found = find_texts(results.folder, places, results.manifest)
    for article, text in zip(results.articles, found, strict=True):
        yield replace(article, text=text)


def _article_rows(table: Path, rows: list[dict[str, str]]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in enumerate(rows, start=1):
        if "article_id" not in row or None in row:
            raise InputError(f"not a row of articles: {table}, record {number}; {_REMEDY}")
        yield number, row


def _quote_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the rows of `quotes` with the number of their record, each with every column of ours."""
    for number, row in quote_rows(path):
        if missing := [c for c in QUOTE_COLUMNS if c not in row]:
            raise InputError(f"no column {missing[0]!r}: {path}:{number}; run `bothsides predict` again")
        yield number, row


def _unit(row: Mapping[str, Any], path: Path, number: int) -> Unit:
    try:
        return Unit(
            number=int(row["unit"]),
            spans=spans_of(row["spans"]),
            **{name: str(row[name] or "") for name in ("quote", "type", "cue", "speaker", "speaker_name")},
            **{name: str(row[name] or "") for name in ("speaker_role", "affiliation", "abstain")},
            stance=stance_of(row["stance"]),
            probabilities=probabilities_of(row),
            confidence=float(row["confidence"]),
            paragraph=int(row["paragraph"]),
            position=float(row["position"]),
            words=int(row["words"]),
            cue_span=_span(row["cue_span"]),
            speaker_span=_span(row["speaker_span"]),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"not a row of quotes ({error}): {path}:{number}; run `bothsides predict` again") from error


def _article(row: Mapping[str, str], path: Path, number: int, units: list[Unit], id: str) -> ResultArticle:
    try:
        line, words = int(row["line"]) if row.get("line") else None, int(row["words"])
        path_read, text_file = row["path"], row["text_file"]
    except (KeyError, ValueError) as error:
        raise InputError(f"not a row of articles: {path}, record {number}; {_REMEDY}") from error
    columns = {csv_text(name): csv_text(value) for name, value in row.items() if name not in _OURS}
    ordered = tuple(sorted(units, key=lambda u: u.number))
    return ResultArticle(id, path_read, line, text_file, words, columns, ordered)


def _span(value: Any) -> Span | None:
    if value is None or value == "":
        return None
    start, end = list_of(value)
    return int(start), int(end)


def _failures(path: Path) -> int:
    return sum(1 for _ in csv_rows(path)) if path.is_file() else 0
