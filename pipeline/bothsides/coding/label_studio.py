"""The sample for Label Studio (tasks with pre-annotations, and the labelling interface), and its export read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..article import Span
from ..coded import CODE_LABELS
from ..coded_records import CHOICE, Annotation, CodedRecord, Fault, task_records, unfit
from ..predict.safe import whole_characters
from ..predict.source import Failure
from .codes import LINKS, RawCode, failure, missing_fields, raw_code
from .tasks import Sample, Task, link_columns

_MARK, _TEXT = "unit", "text"
_NEEDED = (*LINKS, "text", "spans", "context_start")
_UNALTERED = "import the tasks of the sample as they are"

INTERFACE = f"""\
<View>
  <Header value="$who"/>
  <Labels name="{_MARK}" toName="{_TEXT}">
    <Label value="quote" background="#E69F00"/>
  </Labels>
  <Text name="{_TEXT}" value="$text" granularity="word"/>
  <Header size="5" value="Taken with who says it and what it answers, whom does the marked quote serve?"/>
  <Choices name="{CHOICE}" toName="{_TEXT}" choice="single-radio" showInline="true" required="true">
{chr(10).join(f'    <Choice value="{label}"/>' for label in CODE_LABELS)}
  </Choices>
</View>
"""
"""The labelling interface that the tasks belong to."""


def write_label_studio(path: Path, sample: Sample, suggest: bool) -> None:
    """Write the tasks as JSON, each with its quote marked as a pre-annotation.

    The model's label is filled in only where `suggest` is true: coders tend to follow what they are shown.
    """
    tasks = [
        {
            "data": _data(task, sample),
            "predictions": [{"model_version": "bothsides", "result": _predicted(task, suggest)}],
        }
        for task in sample.tasks
    ]
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def read_label_studio(path: Path) -> Iterator[RawCode | Failure]:
    """Read an export (JSON): one code for each annotation that was not cancelled, by the one who completed it."""
    for record in task_records(path):
        if isinstance(record, Fault):
            yield failure(path, record)
            continue
        if missing := missing_fields(path, "field", record.fields, _NEEDED, _UNALTERED):
            yield missing
            return
        try:
            yield _code(path, record, record.annotation or Annotation("", (), ()))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            yield failure(path, unfit(record.number))


def _code(path: Path, record: CodedRecord, annotation: Annotation) -> RawCode | Failure:
    data, chosen = record.fields, annotation.choices
    if len(chosen) > 1:
        reason = f"{len(chosen)} labels for one unit ({data['unit_id']})"
        return Failure(str(path), record.number, reason, "give each unit one label")
    spans = [_span(data["text"], item["value"]) for item in annotation.result if item.get("from_name") == _MARK]
    if None in spans:
        reason = f"a marked span does not stand in the text of unit {data['unit_id']}"
        return Failure(str(path), record.number, reason, _UNALTERED)
    marked = found = None
    if spans and data["context_start"] is not None:
        marked = _letters(data["text"], [span for span in spans if span])
        start = int(data["context_start"])
        found = _letters(data["text"], [(int(s) - start, int(e) - start) for s, e in data["spans"]])
    return raw_code(record, annotation.coder, chosen[0] if chosen else "", marked, found)


def _letters(text: str, spans: Sequence[Span]) -> frozenset[int]:
    return frozenset(i for s, e in spans for i in range(max(0, s), min(e, len(text))) if text[i].isalnum())


def _span(text: str, mark: Mapping[str, Any]) -> Span | None:
    """Read a mark's place; older versions count as JavaScript does, in units of UTF-16, newer ones in characters."""
    start, end = mark.get("start"), mark.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        return None
    says = mark.get("text")
    units = text.encode("utf-16-le", "surrogatepass")
    as_script = (
        len(units[: 2 * start].decode("utf-16-le", "replace")),
        len(units[: 2 * end].decode("utf-16-le", "replace")),
    )
    for begin, stop in ((start, end), as_script):
        if stop <= len(text) and says in (None, text[begin:stop]):
            return begin, stop
    return None


def _data(task: Task, sample: Sample) -> dict[str, object]:
    shown: dict[str, object] = {"text": whole_characters(task.text), "who": whole_characters(task.who)}
    return shown | link_columns(task, sample.draw)


def _predicted(task: Task, suggest: bool) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = [
        {
            "id": f"q{number}",
            "from_name": _MARK,
            "to_name": _TEXT,
            "type": "labels",
            "value": {"start": start, "end": end, "text": task.text[start:end], "labels": ["quote"]},
        }
        for number, (start, end) in enumerate(task.spans, start=1)
    ]
    if suggest:
        choice = {"choices": [task.unit.stance]}
        result.append({"id": "s", "from_name": CHOICE, "to_name": _TEXT, "type": "choices", "value": choice})
    return result
