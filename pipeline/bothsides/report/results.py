"""The folder that `bothsides predict` wrote, read back: its articles with their own columns, and their quote units."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from ..article import Span
from ..errors import InputError
from ..predict.safe import csv_cell
from ..predict.source import LONGEST_ARTICLE
from ..predict.write import QUOTE_COLUMNS
from ..tables import read_jsonl
from ..unit import STANCES, StanceLabel

ARTICLES, MANIFEST = "articles.csv", "manifest.json"
_QUOTES = ("quotes.jsonl", "quotes.parquet", "quotes.csv")
# From the most faithful on: CSV alters what a spreadsheet would run.
_SHARES = tuple(f"{m}_{s}" for m in ("quotes", "words", "prominence") for s in ("union", "district", "neutral"))
_OURS = {"article_id", "path", "line", "encoding_guessed", "text_file", "words", "units", *_SHARES}
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

    def with_text(self, text: str | None) -> ResultArticle:
        """The same article with its text."""
        return replace(self, text=text)


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
    quotes = next((folder / name for name in _QUOTES if (folder / name).is_file()), None)
    if not table.is_file() or quotes is None:
        missing = table.name if not table.is_file() else "quotes.jsonl, quotes.parquet or quotes.csv"
        raise InputError(f"no results: {folder} (no {missing}); {_REMEDY}")
    rows = list(_csv_rows(table))
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
    return Results(folder, articles, _failures(folder / "errors.csv"), _manifest(folder / MANIFEST))


def _csv_rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(4 * LONGEST_ARTICLE)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, restval="")
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"not CSV in UTF-8 ({error}): {path}; run `bothsides predict` again") from error


def _article_rows(table: Path, rows: list[dict[str, str]]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in enumerate(rows, start=1):
        if "article_id" not in row or None in row:
            raise InputError(f"not a row of articles: {table}, record {number}; {_REMEDY}")
        yield number, row


def _quote_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of `quotes` with the number of their record, from 1, each with every column of ours."""
    if path.suffix == ".jsonl":
        rows: Iterator[dict[str, Any]] = read_jsonl(path)
    elif path.suffix == ".csv":
        rows = _csv_rows(path)
    else:
        rows = _parquet_rows(path)
    for number, row in enumerate(rows, start=1):
        if missing := [c for c in QUOTE_COLUMNS if c not in row]:
            raise InputError(f"no column {missing[0]!r}: {path}:{number}; run `bothsides predict` again")
        yield number, row


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            for batch in file.iter_batches():
                yield from batch.to_pylist()
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"not a Parquet file, or a damaged one: {path}; run `bothsides predict` again") from error


def _unit(row: Mapping[str, Any], path: Path, number: int) -> Unit:
    try:
        union, district, neutral = (float(row[f"p_{side}"]) for side in ("union", "district", "neutral"))
        if row["stance"] not in get_args(StanceLabel):
            raise ValueError(f"stance {row['stance']!r} is none of {', '.join(STANCES)}")
        return Unit(
            number=int(row["unit"]),
            spans=tuple((int(s), int(e)) for s, e in _list(row["spans"])),
            **{name: str(row[name] or "") for name in ("quote", "type", "cue", "speaker", "speaker_name")},
            **{name: str(row[name] or "") for name in ("speaker_role", "affiliation", "abstain")},
            stance=row["stance"],
            probabilities=(union, district, neutral),
            confidence=float(row["confidence"]),
            paragraph=int(row["paragraph"]),
            position=float(row["position"]),
            words=int(row["words"]),
            cue_span=_span(row["cue_span"]),
            speaker_span=_span(row["speaker_span"]),
        )
    except (TypeError, ValueError) as error:
        raise InputError(f"not a row of quotes ({error}): {path}:{number}; run `bothsides predict` again") from error


def _article(row: Mapping[str, str], path: Path, number: int, units: list[Unit], id: str) -> ResultArticle:
    try:
        line, words = int(row["line"]) if row.get("line") else None, int(row["words"])
    except (KeyError, ValueError) as error:
        raise InputError(f"not a row of articles: {path}, record {number}; {_REMEDY}") from error
    columns = {name: value for name, value in row.items() if name not in _OURS}
    ordered = tuple(sorted(units, key=lambda u: u.number))
    return ResultArticle(id, row["path"], line, row["text_file"], words, columns, ordered)


def _list(value: Any) -> list[Any]:
    """A list as JSON and Parquet hold it; CSV holds it as JSON."""
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, list):
        raise ValueError(f"{value!r} is no list")
    return found


def _span(value: Any) -> Span | None:
    if value is None or value == "":
        return None
    start, end = _list(value)
    return int(start), int(end)


def _failures(path: Path) -> int:
    return sum(1 for _ in _csv_rows(path)) if path.is_file() else 0


def _manifest(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"not JSON: {path}; run `bothsides predict` again") from error
    return found if isinstance(found, dict) else {}
