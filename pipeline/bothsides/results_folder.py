"""The folder that `bothsides predict` wrote, as rows: which file holds the quotes, its rows, and their cells as values.

What a row must have, and what is made of it, is for those who read it to say.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .article import Span
from .errors import InputError
from .predict.source import LONGEST_ARTICLE
from .predict.write import MANIFEST
from .tables import read_jsonl
from .unit import STANCES, StanceLabel

PROBABILITIES = ("p_union", "p_district", "p_neutral")
"""The columns of a unit's probabilities, in the order of `STANCES`."""

_SHARES = (*PROBABILITIES, "confidence", "position")
# From the most faithful on: CSV alters what a spreadsheet would run.
_QUOTES = ("quotes.jsonl", "quotes.parquet", "quotes.csv")
_REMEDY = "run `bothsides predict` again"


def quotes_file(folder: Path) -> Path | None:
    """Find the table of quote units in a folder, the most faithful one where there are several.

    Raises `InputError` where the folder may not be looked into.
    """
    with _reading(folder):
        return next((folder / name for name in _QUOTES if (folder / name).is_file()), None)


def quote_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the rows of `quotes`, each with the number of its record, from 1; a cell that is not there is None.

    Raises `InputError` where the file cannot be read, is not of the format that its name says, or holds places, shares
    or counts that `bothsides predict` does not write.
    """
    if path.suffix == ".jsonl":
        rows: Iterator[dict[str, Any]] = _jsonl(path)
    elif path.suffix == ".csv":
        rows = _csv(path, absent=None)
    else:
        rows = _parquet(path)
    for number, row in enumerate(rows, start=1):
        try:
            _check(row)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise InputError(f"not a row of quotes ({error}): {path}:{number}; {_REMEDY}") from error
        yield number, row


def csv_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV table; a cell that is not there is empty.

    Raises `InputError` where the file cannot be read or is not CSV in UTF-8.
    """
    return _csv(path, absent="")


def manifest_of(folder: Path) -> Mapping[str, Any]:
    """Read what is recorded of the run; empty where nothing is.

    Raises `InputError` where the file cannot be read or is not JSON.
    """
    path = folder / MANIFEST
    with _reading(path):
        if not path.is_file():
            return {}
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InputError(f"not JSON: {path}; {_REMEDY}") from error
    return found if isinstance(found, dict) else {}


def list_of(value: object) -> list[Any]:
    """Read a list as JSON lines and Parquet hold it, or from the JSON text that CSV holds.

    Raises `ValueError` where it is none.
    """
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, list):
        raise ValueError(f"{value!r} is no list")
    return found


def spans_of(value: object) -> tuple[Span, ...]:
    """Read the spans of a unit.

    Raises `ValueError`, `TypeError` or `OverflowError` where they are not pairs of integers, each a place in a text and
    one that does not lie before it, or where there is none.
    """
    spans = tuple((int(start), int(end)) for start, end in list_of(value))
    if not spans or not all(0 <= start <= end for start, end in spans):
        raise ValueError(f"spans {value!r} are no places in a text")
    return spans


def probabilities_of(row: Mapping[str, Any]) -> tuple[float, float, float]:
    """Read the probabilities of a row, in the order of `STANCES`.

    Raises `ValueError` or `TypeError` where one is no number from 0 to 1.
    """
    union, district, neutral = (_share(row, name) for name in PROBABILITIES)
    return union, district, neutral


def stance_of(value: object) -> StanceLabel:
    """Read the label of a unit's stance.

    Raises `ValueError` naming the labels that there are.
    """
    for stance in STANCES:
        if stance == value:
            return stance
    raise ValueError(f"stance {value!r} is none of {', '.join(STANCES)}")


def _check(row: Mapping[str, Any]) -> None:
    """Check the cells that are there and that figures are made of, for a chart or a sum cannot tell what is wrong."""
    given = {name: value for name, value in row.items() if value not in (None, "")}
    if "spans" in given:
        spans_of(row["spans"])
    for name in _SHARES:
        if name in given:
            _share(row, name)
    if "words" in given and not 0 <= float(row["words"]) < math.inf:
        raise ValueError(f"words {row['words']!r} is no count")


def _share(row: Mapping[str, Any], name: str) -> float:
    share = float(row[name])
    if not 0 <= share <= 1:
        raise ValueError(f"{name} {row[name]!r} is not from 0 to 1")
    return share


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error}): {path}; check its permissions") from error


def _jsonl(path: Path) -> Iterator[dict[str, Any]]:
    with _reading(path):
        try:
            yield from read_jsonl(path)
        except UnicodeDecodeError as error:
            raise InputError(f"not in UTF-8 ({error}): {path}; {_REMEDY}") from error


def _csv(path: Path, absent: str | None) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(4 * LONGEST_ARTICLE)
    with _reading(path), path.open(encoding="utf-8", newline="") as file:
        try:
            yield from csv.DictReader(file, restval=absent)
        except (UnicodeDecodeError, csv.Error) as error:
            raise InputError(f"not CSV in UTF-8 ({error}): {path}; {_REMEDY}") from error


def _parquet(path: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    with _reading(path), path.open("rb") as file:
        try:
            with ParquetFile(file) as table:
                for batch in table.iter_batches():
                    yield from batch.to_pylist()
        except (ArrowException, OSError) as error:
            raise InputError(f"not a Parquet file, or a damaged one: {path}; {_REMEDY}") from error
