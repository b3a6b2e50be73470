"""The records of coded files as they stand there: rows of tables, JSON lines, tasks of Label Studio's export.

What a record must have, and what is made of it, is for those who read it to say.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHOICE = "stance"
"""The name of the control in Label Studio whose choice is the label."""

EXPORT = "export from Label Studio as JSON (not JSON-MIN)"

# A cell holds a quote with its context, and an article at most.
_LONGEST_CELL = 4_000_000


@dataclass(frozen=True)
class Annotation:
    """What one coder did with a task of Label Studio: the labels that were chosen, and all items of the result."""

    coder: str
    choices: tuple[str, ...]
    result: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class CodedRecord:
    """A record's fields, and its `number` for messages: the row as spreadsheets count them, the line, or the task.

    A task of Label Studio gives a record for each annotation, and one with an empty annotation where there is none.
    """

    number: int
    fields: Mapping[str, Any]
    annotation: Annotation | None = None


@dataclass(frozen=True)
class Fault:
    """What keeps a record, or the file as a whole (no `number`), from being what its suffix says, and what to do."""

    number: int | None
    reason: str
    advice: str


def table_records(path: Path, encoding: str) -> tuple[list[str], list[CodedRecord | Fault]]:
    """Read a table with commas, semicolons or tabs: its columns in small letters, and its rows.

    Rows without any text are left out (spreadsheets save some at the end), and counted nevertheless.

    Raises `UnicodeDecodeError` where the file is not in this encoding.
    """
    csv.field_size_limit(_LONGEST_CELL)
    columns: list[str] = []
    records: list[CodedRecord | Fault] = []
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        try:
            first = file.readline()
            delimiter = max(",;\t", key=lambda d: len(next(csv.reader([first], delimiter=d), [])))
            file.seek(0)
            for number, row in enumerate(csv.reader(file, delimiter=delimiter), start=1):
                if number == 1:
                    columns = [name.strip().lower() for name in row]
                elif any(cell.strip() for cell in row):
                    cells = row + [""] * (len(columns) - len(row))
                    records.append(CodedRecord(number, dict(zip(columns, cells, strict=False))))
        except csv.Error as error:
            records.append(Fault(number + 1, f"not CSV ({error})", "save it as CSV again"))
    return columns, records


def line_records(path: Path) -> Iterator[CodedRecord | Fault]:
    """Read JSON lines as doccano exports them.

    Some of its versions put what was imported beside the text into a field of its own, as an object or as its text, and
    some call the field of the labels `labels`. Nothing is read after the first line that is none.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                record = _line_record(number, line)
                yield record
                if isinstance(record, Fault):
                    return
    except UnicodeDecodeError as error:
        yield Fault(None, f"not JSON lines ({error})", "save it as UTF-8")


def task_records(path: Path) -> Iterator[CodedRecord | Fault]:
    """Read an export of Label Studio; annotations that were cancelled are none."""
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        yield Fault(None, f"no export of Label Studio (not JSON: {error})", EXPORT)
        return
    if not isinstance(tasks, list) or not all(isinstance(task, dict) and _is_annotated(task) for task in tasks):
        yield Fault(None, "no export of Label Studio (not a list of tasks with their annotations)", EXPORT)
        return
    for number, task in enumerate(tasks, start=1):
        done = [a for a in task["annotations"] if not (isinstance(a, dict) and a.get("was_cancelled"))]
        if not done:
            yield CodedRecord(number, task["data"], Annotation("", (), ()))
        for raw in done:
            annotation = _annotation(raw)
            yield CodedRecord(number, task["data"], annotation) if annotation else unfit(number)


def unfit(number: int) -> Fault:
    """Say that an annotation of a task is not what the interface of the sample makes."""
    return Fault(number, "not an annotation of the sample's labelling interface", EXPORT)


def _line_record(number: int, line: str) -> CodedRecord | Fault:
    try:
        record = json.loads(line)
        meta = (record.get("meta") or record.get("metadata") or {}) if isinstance(record, dict) else {}
        meta = json.loads(meta) if isinstance(meta, str) else meta
    except (ValueError, RecursionError) as error:
        return Fault(number, f"not JSON lines ({error})", "export as JSONL again")
    if not isinstance(record, dict) or not isinstance(meta, dict):
        what = "metadata that are" if isinstance(record, dict) else "a line that is"
        return Fault(number, f"not JSON lines of doccano ({what} no object)", "export as JSONL again")
    label = {"label": record["labels"]} if "labels" in record else {}
    return CodedRecord(number, {**meta, **label, **record})


def _is_annotated(task: Mapping[str, Any]) -> bool:
    return isinstance(task.get("data"), dict) and isinstance(task.get("annotations"), list)


def _annotation(raw: object) -> Annotation | None:
    """Read an annotation; None where it is not of the form that Label Studio gives it."""
    if not isinstance(raw, dict):
        return None
    result = raw.get("result") or []
    if not isinstance(result, list) or not all(isinstance(item, dict) for item in result):
        return None
    if not all(isinstance(item.get("value") or {}, dict) for item in result):
        return None
    # An interface may have been given another name for the choice; only where there are several does the name decide.
    named = [item for item in result if item.get("from_name") == CHOICE] or result
    chosen = [(item.get("value") or {}).get("choices") or [] for item in named]
    if not all(isinstance(choices, list) and all(isinstance(c, str) for c in choices) for choices in chosen):
        return None
    return Annotation(_coder(raw), tuple(choice for choices in chosen for choice in choices), tuple(result))


def _coder(annotation: Mapping[str, Any]) -> str:
    """Name the coder of an annotation; a number is that of a user."""
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("username") or by.get("id")
    return f"coder {by}" if isinstance(by, int) else str(by or "coder")
