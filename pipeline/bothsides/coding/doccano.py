"""The sample for doccano (a project of the kind "text classification"), and its export read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..errors import InputError
from ..predict.safe import json_line
from ..predict.source import Failure
from ..tables import read_jsonl
from .codes import RawCode
from .tasks import Sample, Task, link_columns

_OPEN, _CLOSE = "⟦", "⟧"
_NEEDED = ("unit_id", "results", "seed", "by", "stratum")


def write_doccano(path: Path, sample: Sample) -> None:
    """Write one JSON line a unit: who speaks, the context with the quote in ⟦ ⟧, no label, and the link as metadata."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for task in sample.tasks:
            text = f"{task.who}\n\n{_bracketed(task)}"
            file.write(json_line({"text": text, "label": [], **link_columns(task, sample.draw)}) + "\n")


def read_doccano(path: Path) -> Iterator[RawCode | Failure]:
    """Read an export (JSONL). It has one file a coder, named for the coder, unless the project shares annotations."""
    try:
        for line, record in enumerate(read_jsonl(path), start=1):
            # Some versions put what was imported beside the text into a field of its own.
            meta = record.get("meta") or record.get("metadata") or {}
            fields = {**(meta if isinstance(meta, dict) else json.loads(meta)), **record}
            if missing := [name for name in _NEEDED if name not in fields]:
                yield Failure(
                    str(path), None, f"no field {', '.join(missing)}", "export with the metadata of the sample"
                )
                return
            labels = record.get("label", record.get("labels"))
            if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
                reason = "no list of labels"
                yield Failure(str(path), line, reason, "code in a project of the kind text classification")
            elif len(labels) > 1:
                yield Failure(str(path), line, f"{len(labels)} labels for one unit", "give each unit one label")
            else:
                draw = str(fields["results"]), str(fields["seed"]), str(fields["by"])
                label, stratum = labels[0] if labels else "", str(fields["stratum"])
                yield RawCode(line, str(fields["unit_id"]), path.stem, label, draw, stratum)
    except (InputError, UnicodeDecodeError, json.JSONDecodeError) as error:
        yield Failure(str(path), None, f"not JSON lines ({error})", "export as JSONL again")


def _bracketed(task: Task) -> str:
    text = task.text
    for start, end in reversed(task.spans):
        text = f"{text[:start]}{_OPEN}{text[start:end]}{_CLOSE}{text[end:]}"
    return text
