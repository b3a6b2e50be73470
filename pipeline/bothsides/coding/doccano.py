"""The sample for doccano (a project of the kind "text classification"), and its export read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..coded_records import Fault, line_records
from ..predict.safe import json_line
from ..predict.source import Failure
from .codes import LINKS, RawCode, failure, missing_fields, raw_code
from .tasks import Sample, Task, link_columns

_OPEN, _CLOSE = "⟦", "⟧"


def write_doccano(path: Path, sample: Sample) -> None:
    """Write one JSON line a unit: who speaks, the context with the quote in ⟦ ⟧, no label, and the link as metadata."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for task in sample.tasks:
            text = f"{task.who}\n\n{_bracketed(task)}"
            file.write(json_line({"text": text, "label": [], **link_columns(task, sample.draw)}) + "\n")


def read_doccano(path: Path) -> Iterator[RawCode | Failure]:
    """Read an export (JSONL). It has one file a coder, named for the coder, unless the project shares annotations."""
    for record in line_records(path):
        if isinstance(record, Fault):
            yield failure(path, record)
            continue
        if missing := missing_fields(path, "field", record.fields, LINKS, "export with the metadata of the sample"):
            yield missing
            return
        labels, unit = record.fields.get("label"), record.fields["unit_id"]
        if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
            reason = f"no list of labels for unit {unit}"
            yield Failure(str(path), record.number, reason, "code in a project of the kind text classification")
        elif len(labels) > 1:
            reason = f"{len(labels)} labels for one unit ({unit})"
            yield Failure(str(path), record.number, reason, "give each unit one label")
        else:
            yield raw_code(record, path.stem, labels[0] if labels else "")


def _bracketed(task: Task) -> str:
    text = task.text
    for start, end in reversed(task.spans):
        text = f"{text[:start]}{_OPEN}{text[start:end]}{_CLOSE}{text[end:]}"
    return text
