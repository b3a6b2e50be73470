"""Files that hold many articles, one a record: JSON lines, CSV, TSV and Parquet; read in a stream."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from .encoding import Encoding, UndecodableError, file_encoding
from .formats import UNDECODABLE
from .packed import PackedError, format_of, open_text, stem_of
from .parquet import parquet_records
from .safe import whole_characters
from .source import (
    ID,
    LONGEST_ARTICLE,
    LONGEST_RECORD,
    TEXT,
    Failure,
    ReadOptions,
    Record,
    SourceArticle,
    column_names,
    missing_column,
    usable,
)

_DELIMITERS = {".csv": ",;\t", ".tsv": "\t"}
_TOO_LONG = f"more than {LONGEST_RECORD:,} characters in one record"


class _TooLongError(csv.Error):
    """A record of CSV that is longer than `LONGEST_RECORD`."""


def read_table(path: Path, options: ReadOptions) -> Iterator[SourceArticle | Failure]:
    """Yield the articles of a file with one article a record.

    Without an id column the ids are the file's name without suffix and the number of the record, from 1. Values that
    are not strings are carried through as JSON; missing ones are empty.
    """
    encoding = Encoding("utf-8")
    number, stem, format = 0, whole_characters(stem_of(path)), format_of(path)
    try:
        if format != ".parquet":
            encoding = file_encoding(path)
        for record in TABLES[format](path, encoding, options):
            number += 1
            if isinstance(record, Failure):
                yield record
            else:
                yield _article(record[1], path, record[0], f"{stem}-{number}", encoding, options)
    except UndecodableError as error:
        yield Failure(str(path), error.line, error.reason, UNDECODABLE)
        return
    except PackedError as error:
        yield Failure(str(path), None, error.reason, error.advice)
        return
    except UnicodeDecodeError:
        yield Failure(str(path), None, f"not valid {encoding.name} after record {number}", UNDECODABLE)
        return
    if not number:
        reason = "no records" if path.stat().st_size else "empty file"
        yield Failure(str(path), None, reason, "give it articles or leave it out")


def count_records(path: Path) -> int:
    """Count a file's records without parsing their fields, for the progress bar; 1 where there are none to be read."""
    try:
        if format_of(path) == ".parquet":
            from pyarrow.parquet import ParquetFile

            with ParquetFile(path) as file:
                return max(1, int(file.metadata.num_rows))
        encoding = file_encoding(path).name
        if format_of(path) == ".jsonl":
            with open_text(path, encoding) as file:
                return max(1, sum(not line.isspace() for line in _short_lines(file)))
        with open_text(path, encoding, newline="") as file:
            lines = _Lines(file)
            first, _ = _first_line(lines)
            rows = csv.reader(chain([first], lines), delimiter=_delimiter(first, path, ""))
            return max(1, sum(bool(row) for row in rows) - 1)
    except Exception:  # whatever is wrong with the file is reported when it is read
        return 1


def _article(
    fields: Mapping[str, Any], path: Path, line: int, fallback: str, encoding: Encoding, options: ReadOptions
) -> SourceArticle | Failure:
    text_column, id_column = options.text_column or TEXT, options.id_column or ID
    if missing := missing_column(path, line, list(fields), options):
        return missing
    text = fields[text_column]
    if text is not None and not isinstance(text, str):
        return Failure(str(path), line, f"column {text_column!r} holds no text", "name the text with --text-column")
    columns = {str(k): _string(v) for k, v in fields.items() if k not in (text_column, id_column)}
    id = _string(fields.get(id_column)).strip() or fallback
    return usable(SourceArticle(id, text or "", columns, path=str(path), line=line, encoding=encoding.guess))


def _string(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str).strip('"')


def _jsonl(path: Path, encoding: Encoding, options: ReadOptions) -> Iterator[Record]:
    with open_text(path, encoding.name) as file:
        for line, source in enumerate(_short_lines(file), start=1):
            if source.isspace():
                continue
            if len(source) > LONGEST_RECORD:
                yield Failure(str(path), line, _TOO_LONG, "split it into articles")
                continue
            try:
                record = json.loads(source)
            except (ValueError, RecursionError) as error:
                what = error.msg if isinstance(error, json.JSONDecodeError) else "number or nesting out of range"
                yield Failure(str(path), line, f"not JSON ({what})", "write one JSON object a line")
                continue
            if isinstance(record, dict):
                yield line, record
            else:
                yield Failure(str(path), line, "not a JSON object", "write one JSON object a line")


def _csv(path: Path, encoding: Encoding, options: ReadOptions) -> Iterator[Record]:
    csv.field_size_limit(4 * LONGEST_ARTICLE)
    with open_text(path, encoding.name, newline="") as file:
        lines = _Lines(file)
        try:
            first, skipped = _first_line(lines)
        except _TooLongError:
            yield Failure(str(path), 1, _TOO_LONG, "give it a line with the names of its columns")
            return
        try:
            delimiter = _delimiter(first, path, options.text_column or TEXT)
            reader = csv.reader(chain([first], lines), delimiter=delimiter)
            header = column_names(next(reader, []))
        except csv.Error as error:
            yield Failure(str(path), skipped + 1, f"not CSV ({error})", "give it a line with the names of its columns")
            return
        if header and (missing := missing_column(path, None, header, options)):
            yield missing
            return
        line = skipped + reader.line_num + 1
        while True:
            lines.taken = 0
            try:
                row = next(reader)
            except StopIteration:
                return
            except _TooLongError:
                yield Failure(str(path), line, f"{_TOO_LONG}, and the rest is not read", "repair its quotation marks")
                return
            except csv.Error as error:
                yield Failure(str(path), line, f"not CSV ({error})", "repair the quotation marks around it")
                line = skipped + reader.line_num + 1
                continue
            if len(row) > len(header):
                reason = f"{len(row)} fields where the header has {len(header)}"
                yield Failure(str(path), line, reason, "put fields that hold the delimiter in quotation marks")
            elif row:
                yield line, dict(zip(header, row + [""] * (len(header) - len(row)), strict=True))
            line = skipped + reader.line_num + 1


def _first_line(lines: Iterable[str]) -> tuple[str, int]:
    """Take the first line that is not blank, and how many stood before it."""
    return next(((line, before) for before, line in enumerate(lines) if line.strip()), ("", 0))


def _delimiter(header: str, path: Path, column: str) -> str:
    """Choose the delimiter under which the header has the text column, else the one that parts it most."""
    allowed = _DELIMITERS[format_of(path)]
    fields = {d: next(csv.reader([header], delimiter=d), []) for d in allowed}
    return max(allowed, key=lambda d: (column in fields[d], len(fields[d])))


class _Lines:
    """The lines of a file, bounded: more than `LONGEST_RECORD` characters since `taken` was set to 0 are refused."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.taken = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_RECORD + 1)
        self.taken += len(line)
        if self.taken > LONGEST_RECORD:
            raise _TooLongError(_TOO_LONG)
        if not line:
            raise StopIteration
        return line


def _short_lines(file: TextIO) -> Iterator[str]:
    """Yield the lines of a file; of a line longer than `LONGEST_RECORD` only its beginning, one character too long."""
    while line := file.readline(LONGEST_RECORD + 1):
        rest = line
        while len(rest) > LONGEST_RECORD and not rest.endswith("\n"):
            rest = file.readline(LONGEST_RECORD + 1)
        yield line


TABLES: dict[str, Callable[[Path, Encoding, ReadOptions], Iterator[Record]]] = {
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".tsv": _csv,
    ".parquet": parquet_records,
}
"""The reader of each suffix."""
