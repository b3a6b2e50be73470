"""The sample for Label Studio (tasks with pre-annotations, and the labelling interface), and its export read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..article import Span
from ..coded import CODE_LABELS, coder_of
from ..predict.safe import whole_characters
from ..predict.source import Failure
from .codes import RawCode
from .tasks import Sample, Task, link_columns

_MARK, _STANCE, _TEXT = "unit", "stance", "text"
_NEEDED = ("unit_id", "results", "seed", "by", "stratum", "text", "spans", "context_start")
_EXPORT = "export from Label Studio as JSON (not JSON-MIN)"

INTERFACE = f"""\
<View>
  <Header value="$who"/>
  <Labels name="{_MARK}" toName="{_TEXT}">
    <Label value="quote" background="#E69F00"/>
  </Labels>
  <Text name="{_TEXT}" value="$text" granularity="word"/>
  <Header size="5" value="Taken with who says it and what it answers, whom does the marked quote serve?"/>
  <Choices name="{_STANCE}" toName="{_TEXT}" choice="single-radio" showInline="true" required="true">
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
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        yield Failure(str(path), None, f"not JSON ({error})", _EXPORT)
        return
    if not isinstance(tasks, list) or not all(isinstance(t, dict) and _is_annotated(t) for t in tasks):
        yield Failure(str(path), None, "not a list of tasks with their annotations", _EXPORT)
        return
    for number, task in enumerate(tasks, start=1):
        data = task["data"]
        if missing := [name for name in _NEEDED if name not in data]:
            yield Failure(
                str(path), None, f"no field {', '.join(missing)}", "import the tasks of the sample as they are"
            )
            return
        done = [a for a in task["annotations"] if not a.get("was_cancelled")]
        if not done:
            yield _code(number, data, "", "", None)
        for annotation in done:
            try:
                yield _annotation(path, number, data, annotation)
            except (KeyError, TypeError, ValueError, AttributeError):
                yield Failure(str(path), number, "not an annotation of the sample's labelling interface", _EXPORT)


def _annotation(path: Path, number: int, data: Mapping[str, Any], annotation: Mapping[str, Any]) -> RawCode | Failure:
    items = [item for item in annotation.get("result") or [] if isinstance(item, dict)]
    chosen = [c for item in items if item.get("from_name") == _STANCE for c in item["value"].get("choices", [])]
    if len(chosen) > 1:
        return Failure(str(path), number, f"{len(chosen)} labels for one unit", "give each unit one label")
    marks = [item["value"] for item in items if item.get("from_name") == _MARK]
    spans = [_span(data["text"], mark) for mark in marks]
    if None in spans:
        reason = f"a marked span does not stand in the text of unit {data['unit_id']}"
        return Failure(str(path), number, reason, "import the tasks of the sample as they are")
    return _code(number, data, coder_of(annotation), chosen[0] if chosen else "", [s for s in spans if s])


def _code(number: int, data: Mapping[str, Any], coder: str, label: str, spans: Sequence[Span] | None) -> RawCode:
    marked = found = None
    if spans and data["context_start"] is not None:
        marked = _letters(data["text"], spans)
        start = int(data["context_start"])
        found = _letters(data["text"], [(int(s) - start, int(e) - start) for s, e in data["spans"]])
    draw = str(data["results"]), str(data["seed"]), str(data["by"])
    return RawCode(number, str(data["unit_id"]), coder, label, draw, str(data["stratum"]), marked, found)


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


def _is_annotated(task: Mapping[str, Any]) -> bool:
    annotations = task.get("annotations")
    return isinstance(task.get("data"), dict) and isinstance(annotations, list)


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
        result.append({"id": "s", "from_name": _STANCE, "to_name": _TEXT, "type": "choices", "value": choice})
    return result
