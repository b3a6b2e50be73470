"""The CSV tables of the stages: the one place where text is written, so that no cell is a spreadsheet's formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from .predict.safe import csv_cell


def write_csv(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows under the columns of the first, each cell made safe by `csv_cell`; no rows give an empty file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in enumerate(rows):
            if not number:
                columns = list(row)
                writer.writerow(map(csv_cell, columns))
            writer.writerow([csv_cell(row[column]) for column in columns])
