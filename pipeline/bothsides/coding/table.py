"""The sample as a plain table for coders who work in a spreadsheet, and its codes read back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ..predict.encoding import UndecodableError, file_encoding
from ..predict.formats import UNDECODABLE
from ..predict.safe import csv_cell
from ..predict.source import LONGEST_ARTICLE, Failure
from .codes import RawCode
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
    csv.field_size_limit(4 * LONGEST_ARTICLE)
    try:
        encoding = file_encoding(path).name
        with path.open(encoding=encoding, newline="") as file:
            header = file.readline()
            delimiter = max(",;\t", key=lambda d: len(next(csv.reader([header], delimiter=d), [])))
            file.seek(0)
            rows = csv.DictReader(file, delimiter=delimiter)
            columns = [name.strip().lower() for name in rows.fieldnames or []]
            if missing := [name for name in _NEEDED if name not in columns]:
                yield Failure(str(path), None, f"no column {', '.join(missing)}", "keep the columns of the sample")
                return
            rows.fieldnames = columns
            for row in rows:
                yield RawCode(
                    line=rows.line_num,
                    unit=row["unit_id"] or "",
                    coder=(row.get("coder") or "").strip() or path.stem,
                    label=row["label"] or "",
                    draw=((row["results"] or "").strip(), (row["seed"] or "").strip(), row["by"] or ""),
                    stratum=row["stratum"] or "",
                )
    except UndecodableError as error:
        yield Failure(str(path), error.line, error.reason, UNDECODABLE)
    except (csv.Error, UnicodeDecodeError) as error:
        yield Failure(str(path), None, f"not CSV ({error})", "save it as CSV again")
