"""Spooled rows (JSON lines) to the tables people open: CSV that is safe in a spreadsheet, and typed Parquet."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from ..tables import read_jsonl
from .safe import csv_cell

_INTEGERS = ("unit", "paragraph", "words")
_FLOATS = ("p_union", "p_district", "p_neutral", "confidence", "position")
_BATCH = 4096


def columns_of(spool: Path, first: Sequence[str]) -> list[str]:
    """List the columns of all rows: the given first, then the others in the order in which they appear."""
    columns = dict.fromkeys(first)
    for row in read_jsonl(spool):
        columns |= dict.fromkeys(row)
    return list(columns)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as CSV (see `safe.csv_cell`) and force it to the disk; a row without a column has an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([csv_cell(c) for c in columns])
        for row in rows:
            writer.writerow([csv_cell(row.get(c)) for c in columns])
        force(file)


def write_parquet(path: Path, columns: Sequence[str], spool: Path) -> None:
    """Write spooled rows of `quotes` as Parquet and force it to the disk; own columns are strings."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    span = pyarrow.list_(pyarrow.int32())
    types = {"spans": pyarrow.list_(span), "cue_span": span, "speaker_span": span}
    types |= dict.fromkeys(_INTEGERS, pyarrow.int32()) | dict.fromkeys(_FLOATS, pyarrow.float64())
    schema = pyarrow.schema([(c, types.get(c, pyarrow.string())) for c in columns])
    with ParquetWriter(path, schema) as writer:
        for batch in _batches(read_jsonl(spool)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _batches(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def force(file: IO[str]) -> None:
    """Make sure that what was written to a file is on the disk."""
    file.flush()
    os.fsync(file.fileno())
