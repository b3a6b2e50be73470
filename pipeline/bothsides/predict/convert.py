"""Spooled rows (JSON lines) to the tables people open: CSV that is safe in a spreadsheet, and typed Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..balance import SHARE_COLUMNS
from ..tables import read_jsonl
from .disk import force
from .safe import csv_cell

_INTEGERS = {"quotes": ("unit", "paragraph", "words"), "articles": ("line", "words", "units")}
_FLOATS = {"quotes": ("p_union", "p_district", "p_neutral", "confidence", "position"), "articles": SHARE_COLUMNS}
_SPANS: dict[str, tuple[str, ...]] = {"quotes": ("cue_span", "speaker_span"), "articles": ()}
_BATCH = 4096


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as CSV (see `safe.csv_cell`) and force it to the disk; a row without a column has an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([csv_cell(c) for c in columns])
        for row in rows:
            writer.writerow([csv_cell(row.get(c)) for c in columns])
        force(file)


def write_parquet(path: Path, columns: Sequence[str], spool: Path) -> None:
    """Write spooled rows of `quotes` or `articles` as Parquet and force it to the disk; own columns are strings."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    table, span = path.stem, pyarrow.list_(pyarrow.int32())
    types = dict.fromkeys(_INTEGERS[table], pyarrow.int32()) | dict.fromkeys(_FLOATS[table], pyarrow.float64())
    types |= dict.fromkeys(_SPANS[table], span) | ({"spans": pyarrow.list_(span)} if table == "quotes" else {})
    schema = pyarrow.schema([(c, types.get(c, pyarrow.string())) for c in columns])
    with ParquetWriter(path, schema) as writer:
        for batch in _batches(read_jsonl(spool)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))
    with path.open("rb+") as file:
        force(file)


def _batches(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
