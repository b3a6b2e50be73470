"""The folder that `bothsides predict` wrote, read back: its units, its articles' columns and texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..article import Article, Span
from ..errors import InputError
from ..predict.safe import csv_cell
from ..result_texts import Place, find_texts
from ..results_folder import (
    PROBABILITIES,
    csv_rows,
    manifest_of,
    probabilities_of,
    quote_rows,
    quotes_file,
    spans_of,
    stance_of,
)
from ..unit import StanceLabel

_NEEDED = ("article_id", "unit", "spans", "quote", "stance", *PROBABILITIES, "position", "words")
_SHOWN_COLUMNS = 30


@dataclass(frozen=True)
class FoundUnit:
    """A row of `quotes`; `columns` holds all of the row's values as text."""

    article_id: str
    number: int
    spans: tuple[Span, ...]
    stance: StanceLabel
    probabilities: tuple[float, float, float]
    position: float
    words: int
    columns: Mapping[str, str]

    @property
    def id(self) -> str:
        """The unit's name in coded files; the sign keeps spreadsheets from reading a time or a number."""
        return f"{self.article_id}#{self.number}"


@dataclass(frozen=True)
class Results:
    """The units in the order of the file, and the columns of `articles.csv` by article id."""

    folder: Path
    units: tuple[FoundUnit, ...]
    articles: Mapping[str, Mapping[str, str]]

    @cached_property
    def digest(self) -> str:
        """What binds codes to these results: a digest of the units, their places and the model's answers."""
        seen = hashlib.sha256()
        for unit in self.units:
            key = [unit.article_id, unit.number, unit.spans, unit.stance, unit.probabilities]
            seen.update(json.dumps(key).encode() + b"\n")
        return f"r-{seen.hexdigest()[:16]}"

    def values(self, column: str) -> dict[str, str]:
        """Give the value of a column of `quotes` or `articles.csv` for every unit, by its id.

        Raises `InputError` naming the columns that there are.
        """
        in_quotes = {name for unit in self.units for name in unit.columns}
        in_articles = {name for row in self.articles.values() for name in row}
        if column not in in_quotes | in_articles:
            there = ", ".join(sorted(in_quotes | in_articles)[:_SHOWN_COLUMNS])
            raise InputError(f"no column {column!r} in {self.folder} (there are: {there})")
        return {
            unit.id: str((unit.columns if column in in_quotes else self._row(unit.article_id)).get(column) or "")
            for unit in self.units
        }

    def texts(self, wanted: Iterable[str]) -> dict[str, Article]:
        """Read the texts of the wanted articles back, from `texts/` or from the inputs where they still are.

        A text in which the quotes do not stand where they should is left out, and so is one that is not found.
        """
        quotes: dict[str, list[tuple[tuple[Span, ...], str]]] = {id: [] for id in sorted(set(wanted))}
        for unit in self.units:
            if unit.article_id in quotes:
                quotes[unit.article_id].append((unit.spans, unit.columns["quote"]))
        places = [self._place(id, those) for id, those in quotes.items()]
        found = zip(quotes, find_texts(self.folder, places, manifest_of(self.folder)), strict=True)
        return {id: Article(id, text) for id, text in found if text is not None}

    def _place(self, id: str, quotes: Sequence[tuple[tuple[Span, ...], str]]) -> Place:
        row = self._row(id)
        line, words = (
            int(value) if value.isdecimal() else None for value in (row.get("line", ""), row.get("words", ""))
        )
        return Place(row.get("path", ""), line, row.get("text_file", ""), quotes, words)

    def _row(self, id: str) -> Mapping[str, str]:
        """Give the article's row of `articles.csv`, whose ids are made safe for spreadsheets."""
        return self.articles.get(csv_cell(id), {})


def read_results(folder: Path) -> Results:
    """Read a results folder.

    Raises `InputError` where there are no `quotes`, or where they are not what `bothsides predict` writes.
    """
    path = quotes_file(folder)
    if path is None:
        raise InputError(f"no quotes.jsonl, .parquet or .csv: {folder}; give the folder that bothsides predict wrote")
    units = tuple(_unit(row, f"{path}:{number}") for number, row in quote_rows(path))
    if not units:
        raise InputError(f"no quote units: {path}; there is nothing to code")
    if len({unit.id for unit in units}) < len(units):
        raise InputError(f"a unit stands there twice: {path}; run bothsides predict again")
    articles = folder / "articles.csv"
    rows = {row["article_id"]: row for row in csv_rows(articles) if "article_id" in row} if articles.is_file() else {}
    return Results(folder, units, rows)


def _unit(row: Mapping[str, Any], where: str) -> FoundUnit:
    missing = [name for name in _NEEDED if row.get(name) is None or (row[name] == "" and name != "quote")]
    if missing:
        raise InputError(f"no {', '.join(missing)}: {where}; give the folder that bothsides predict wrote")
    try:
        return FoundUnit(
            article_id=str(row["article_id"]),
            number=int(row["unit"]),
            spans=spans_of(row["spans"]),
            stance=stance_of(row["stance"]),
            probabilities=probabilities_of(row),
            position=float(row["position"]),
            words=int(row["words"]),
            columns={str(name): _text(value) for name, value in row.items() if name},
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(f"not a row of quotes: {where}; give the folder that bothsides predict wrote") from error


def _text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
