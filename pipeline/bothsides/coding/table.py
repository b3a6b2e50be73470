"""The sample as a plain table for coders who work in a spreadsheet, and its codes read back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ..coded_records import Fault, table_records
from ..predict.encoding import UndecodableError, file_encoding
from ..predict.formats import UNDECODABLE
from ..predict.safe import csv_cell
from ..predict.source import Failure
from .codes import RawCode, failure, missing_fields, raw_code
from .tasks import Sample, link_columns

_NEEDED = ("unit_id", "label", "results", "seed", "by", "stratum")


def write_table(path: Path, sample: Sample) -> None:
    """Write one row a unit, with empty columns `label` and `coder` to fill in; no cell is a spreadsheet's formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        for number, task in enumerate(sample.tasks):
            quote = " ... ".join(task.text[start:end] for start, end in task.spans)
            row = {
                "label": "",
                "coder": "",
                "speaker": task.who,
                "quote": quote,
                "context": task.text,
                **link_columns(task, sample.draw),
            }
            if not number:
                writer.writerow(row)
            writer.writerow(map(csv_cell, row.values()))


def read_table(path: Path) -> Iterator[RawCode | Failure]:
    """Read a coded table; a row without a coder has the name of the file as its coder.

    Any delimiter and encoding that a spreadsheet saves is read: comma, semicolon or tab.
    """
    try:
        columns, records = table_records(path, file_encoding(path).name)
    except UndecodableError as error:
        yield Failure(str(path), error.line, error.reason, UNDECODABLE)
        return
    except UnicodeDecodeError as error:
        yield Failure(str(path), None, f"not CSV ({error})", "save it as CSV again")
        return
    if missing := missing_fields(path, "column", columns, _NEEDED, "keep the columns of the sample"):
        yield missing
        return
    for record in records:
        if isinstance(record, Fault):
            yield failure(path, record)
        else:
            coder = (record.fields.get("coder") or "").strip() or path.stem
            yield raw_code(record, coder, record.fields["label"])
