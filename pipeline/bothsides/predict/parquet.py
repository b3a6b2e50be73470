"""Parquet files with one article a row, read row by row, so that neither long files nor small bombs fill the memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .encoding import Encoding
from .packed import HIGHEST_RATIO
from .source import LONGEST_RECORD, Failure, ReadOptions, Record, column_names, missing_column

_ROWS_AT_ONCE = 8
_BUFFER = 64 << 10
_FREE_COLUMN = 16 << 20
_BOMB = "unpack it yourself if you trust it"


def parquet_records(path: Path, encoding: Encoding, options: ReadOptions) -> Iterator[Record]:
    """Yield the rows of a Parquet file; `encoding` is that of text formats and plays no part."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    if not path.stat().st_size:
        return
    row = 0
    try:
        with ParquetFile(path) as file:
            names, metadata = column_names(file.schema_arrow.names), file.metadata
        if missing := missing_column(path, None, names, options):
            yield missing
            return
        if bomb := _bomb(metadata, path.stat().st_size):
            yield Failure(str(path), None, bomb, _BOMB)
            return
        # Few rows at once and no more of the file than that: a value that is held once may stand in a million rows.
        with ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER) as file:
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
                for i in range(batch.num_rows):
                    row += 1
                    yield row, {name: column[i].as_py() for name, column in zip(names, batch, strict=True)}
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError, NotImplementedError):
        yield Failure(str(path), row + 1 if row else None, "not a Parquet file, or a damaged one", "write it again")


def _bomb(metadata: Any, size: int) -> str:
    """Say how a file would unpack to far more than it holds, judged by its own metadata; else nothing."""
    if metadata.num_rows > size:
        return "more rows than bytes"
    for group in (metadata.row_group(i) for i in range(metadata.num_row_groups)):
        for column in (group.column(i) for i in range(group.num_columns)):
            unpacked = column.total_uncompressed_size
            if unpacked > max(_FREE_COLUMN, HIGHEST_RATIO * column.total_compressed_size):
                return f"unpacks to more than {HIGHEST_RATIO} times its size"
            if unpacked > max(_FREE_COLUMN, LONGEST_RECORD * group.num_rows):
                return f"more than {LONGEST_RECORD:,} characters in one record"
    return ""
