"""Files that hold many articles, one a record: JSON lines, CSV, TSV and Parquet; read in a stream."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from .encoding import Encoding, UndecodableError, file_encoding
from .formats import UNDECODABLE
from .safe import whole_characters
from .source import LONGEST_ARTICLE, Failure, ReadOptions, SourceArticle, usable

_TEXT, _ID = "text", "id"
_DELIMITERS = {".csv": ",;\t", ".tsv": "\t"}
_BATCH = 256
_SHOWN_COLUMNS = 12

# A record's line or row, and its fields; or what is wrong with it.
Record = tuple[int, Mapping[str, Any]] | Failure


def read_table(path: Path, options: ReadOptions) -> Iterator[SourceArticle | Failure]:
    """Yield the articles of a file with one article a record.

    Without an id column the ids are the file's name without suffix and the number of the record, from 1. Values that
    are not strings are carried through as JSON; missing ones are empty.
    """
    encoding = Encoding("utf-8")
    number, stem = 0, whole_characters(path.stem)
    try:
        if path.suffix.lower() != ".parquet":
            encoding = file_encoding(path)
        for record in TABLES[path.suffix.lower()](path, encoding, options):
            number += 1
            if isinstance(record, Failure):
                yield record
            else:
                yield _article(record[1], path, record[0], f"{stem}-{number}", encoding, options)
    except UndecodableError as error:
        yield Failure(str(path), error.line, error.reason, UNDECODABLE)
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
        if path.suffix.lower() == ".parquet":
            from pyarrow.parquet import ParquetFile

            with ParquetFile(path) as file:
                return max(1, int(file.metadata.num_rows))
        encoding = file_encoding(path).name
        if path.suffix.lower() == ".jsonl":
            with path.open(encoding=encoding) as lines:
                return max(1, sum(not line.isspace() for line in lines))
        with path.open(encoding=encoding, newline="") as lines:
            first, _ = _first_line(lines)
            rows = csv.reader(chain([first], lines), delimiter=_delimiter(first, path, ""))
            return max(1, sum(bool(row) for row in rows) - 1)
    except Exception:  # whatever is wrong with the file is reported when it is read
        return 1


def _article(
    fields: Mapping[str, Any], path: Path, line: int, fallback: str, encoding: Encoding, options: ReadOptions
) -> SourceArticle | Failure:
    text_column, id_column = options.text_column or _TEXT, options.id_column or _ID
    if missing := _missing(path, line, list(fields), options):
        return missing
    text = fields[text_column]
    if text is not None and not isinstance(text, str):
        return Failure(str(path), line, f"column {text_column!r} holds no text", "name the text with --text-column")
    columns = {str(k): _string(v) for k, v in fields.items() if k not in (text_column, id_column)}
    id = _string(fields.get(id_column)).strip() or fallback
    return usable(SourceArticle(id, text or "", columns, path=str(path), line=line, encoding=encoding.guess))


def _missing(path: Path, line: int | None, present: Sequence[str], options: ReadOptions) -> Failure | None:
    """Say which of the columns that hold text and id is not there."""
    for column, option in ((options.text_column or _TEXT, "--text-column"), (options.id_column, "--id-column")):
        if column and column not in present:
            reason = f"no column {column!r} (there are: {', '.join(present[:_SHOWN_COLUMNS])})"
            return Failure(str(path), line, reason, f"name the right one with {option}")
    return None


def _string(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str).strip('"')


def _jsonl(path: Path, encoding: Encoding, options: ReadOptions) -> Iterator[Record]:
    with path.open(encoding=encoding.name) as file:
        for line, source in enumerate(file, start=1):
            if source.isspace():
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
    with path.open(encoding=encoding.name, newline="") as file:
        first, skipped = _first_line(file)
        try:
            delimiter = _delimiter(first, path, options.text_column or _TEXT)
            reader = csv.reader(chain([first], file), delimiter=delimiter)
            header = next(reader, [])
        except csv.Error as error:
            yield Failure(str(path), skipped + 1, f"not CSV ({error})", "give it a line with the names of its columns")
            return
        if header and (missing := _missing(path, None, header, options)):
            yield missing
            return
        line = skipped + reader.line_num + 1
        while True:
            try:
                row = next(reader)
            except StopIteration:
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
    allowed = _DELIMITERS[path.suffix.lower()]
    fields = {d: next(csv.reader([header], delimiter=d), []) for d in allowed}
    return max(allowed, key=lambda d: (column in fields[d], len(fields[d])))


def _parquet(path: Path, encoding: Encoding, options: ReadOptions) -> Iterator[Record]:
    import pyarrow
    from pyarrow.parquet import ParquetFile

    if not path.stat().st_size:
        return
    row = 0
    try:
        with ParquetFile(path) as file:
            if missing := _missing(path, None, file.schema_arrow.names, options):
                yield missing
                return
            for batch in file.iter_batches(batch_size=_BATCH):
                for record in batch.to_pylist():
                    row += 1
                    yield row, record
    except (pyarrow.ArrowException, OSError):
        yield Failure(str(path), row + 1 if row else None, "not a Parquet file, or a damaged one", "write it again")


TABLES: dict[str, Callable[[Path, Encoding, ReadOptions], Iterator[Record]]] = {
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".tsv": _csv,
    ".parquet": _parquet,
}
"""The reader of each suffix."""
