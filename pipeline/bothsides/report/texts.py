"""The texts of the articles of a results folder: extracted ones lie in it, the others where they were read from.

A text is taken only where it is the one that was classified: every unit's spans give its quote.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..predict.encoding import Encoding, UndecodableError, file_encoding
from ..predict.formats import DOCUMENTS, read_document
from ..predict.rows import TABLES
from ..predict.safe import csv_cell
from ..predict.source import Failure, ReadOptions, SourceArticle
from .results import ResultArticle, Results, Unit


def with_texts(results: Results) -> Iterator[ResultArticle]:
    """Yield the articles with their texts, in order; None where the text is gone or has changed."""
    tables: dict[str, Mapping[int, str]] = {}
    for article in results.articles:
        if article.text_file:
            text = _saved(results.folder, article.text_file)
        elif Path(article.path).suffix.lower() in TABLES:
            if article.path not in tables:
                same = [a for a in results.articles if a.path == article.path]
                tables[article.path] = _table_texts(_source(results.folder, article.path), same)
            text = tables[article.path].get(article.line or 0)
        else:
            text = _document(_source(results.folder, article.path))
        yield article.with_text(text if text is not None and fits(text, article.units) else None)


def fits(text: str, units: Iterable[Unit]) -> bool:
    """Tell whether the spans of the units give their quotes in this text, as JSON lines or as CSV holds them."""
    for unit in units:
        quote = " ... ".join(text[start:end] for start, end in unit.spans)
        if unit.quote not in (quote, csv_cell(quote)):
            return False
    return True


def _source(folder: Path, path: str) -> Path | None:
    """Find an input again: its path was given from the working folder of that run, often the one above the results."""
    candidates = (Path(path), folder.parent / path, folder / path)
    return next((c for c in candidates if path and os.path.lexists(c) and c.is_file()), None)


def _saved(folder: Path, name: str) -> str | None:
    path = folder / name
    # The name comes from a table that could have been edited: nothing outside of the results is read by it.
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        return file.read()


def _document(path: Path | None) -> str | None:
    if path is None or path.suffix.lower() not in DOCUMENTS:
        return None
    try:
        found = read_document(path)
    except OSError:
        return None
    return found.text if isinstance(found, SourceArticle) else None


def _table_texts(path: Path | None, articles: list[ResultArticle]) -> Mapping[int, str]:
    """Map the lines of a table to the texts of its articles.

    Which column held the text is not known any more: it is the first one that fits most articles with units.
    """
    if path is None:
        return {}
    wanted = {a.line: a for a in articles}
    columns: dict[str, dict[int, str]] = {}
    for line, fields in _records(path):
        if line in wanted:
            for name, value in fields.items():
                if isinstance(value, str):
                    columns.setdefault(name, {})[line] = value
    with_units = [a for a in articles if a.units]

    def fitting(name: str) -> int:
        return sum(fits(columns[name].get(a.line or 0, ""), a.units) for a in with_units)

    best = max(columns, key=fitting, default="")
    return columns[best] if best and fitting(best) else {}


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    suffix = path.suffix.lower()
    try:
        encoding = Encoding("utf-8") if suffix == ".parquet" else file_encoding(path)
        # The readers of tables ask for a text column that is there; any will do.
        options = ReadOptions(text_column=_some_column(path, suffix, encoding))
        for record in TABLES[suffix](path, encoding, options):
            if not isinstance(record, Failure):
                yield record
    except (OSError, ValueError, UndecodableError, StopIteration):
        return


def _some_column(path: Path, suffix: str, encoding: Encoding) -> str:
    if suffix == ".parquet":
        from pyarrow.parquet import read_schema

        return str(read_schema(path).names[0])
    with path.open(encoding=encoding.name, newline="") as lines:
        first = next((line for line in lines if line.strip()), "")
    return max((next(csv.reader([first], delimiter=d), [""]) for d in ",;\t"), key=len)[0]
