"""The pipeline's tables: JSON lines with the same bytes for the same rows, and the records of articles and units."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .article import Article, Span
from .errors import InputError
from .unit import QuoteUnit, Stance

Record = dict[str, Any]


def write_jsonl(path: Path, records: Iterable[Mapping[str, Any]]) -> int:
    """Write records as JSON lines (UTF-8, keys as given) and return how many there were."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    return count


def read_jsonl(path: Path) -> Iterator[Record]:
    """Yield the records of a JSON-lines file.

    Raises `InputError` naming file and line where a line is not a JSON object.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(f"{path}:{number}: is not JSON ({error.msg})") from error
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path}:{number}: is JSON that cannot be read ({error})") from error
            if not isinstance(record, dict):
                raise InputError(f"{path}:{number}: is not a JSON object")
            yield record


def write_json(path: Path, value: object) -> None:
    """Write a value as indented JSON with sorted keys, so that equal values give equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def article_record(article: Article) -> Record:
    """Lay out an article as a record: id, text, columns."""
    return {"id": article.id, "text": article.text, "columns": dict(article.columns)}


def article_of(record: Mapping[str, Any]) -> Article:
    """Read an article back from its record."""
    return Article(record["id"], record["text"], record["columns"])


def unit_record(article_id: str, number: int, unit: QuoteUnit) -> Record:
    """Lay out a unit as a record that `unit_of` reads back without loss (but for stance probabilities of gold)."""
    return {
        "article_id": article_id,
        "unit": number,
        "spans": [list(s) for s in unit.spans],
        "type": unit.type,
        "cue": list(unit.cue) if unit.cue else None,
        "speaker": list(unit.speaker) if unit.speaker else None,
        "speaker_name": unit.speaker_name,
        "speaker_role": unit.speaker_role,
        "affiliation": unit.affiliation,
        "stance": unit.stance.label if unit.stance else None,
        "provenance": unit.stance.provenance if unit.stance else None,
        "reason": unit.reason,
    }


def unit_of(record: Mapping[str, Any]) -> QuoteUnit:
    """Read a unit back from its record."""
    stance = Stance.certain(record["stance"], record["provenance"]) if record["stance"] else None
    return QuoteUnit(
        spans=tuple(_span(s) for s in record["spans"]),
        type=record["type"],
        cue=_span(record["cue"]) if record["cue"] else None,
        speaker=_span(record["speaker"]) if record["speaker"] else None,
        speaker_name=record["speaker_name"],
        speaker_role=record["speaker_role"],
        affiliation=record["affiliation"],
        stance=stance,
        reason=record["reason"],
    )


def units_by_article(path: Path) -> dict[str, list[QuoteUnit]]:
    """Read a table of unit records and group the units by article, in file order."""
    return {article: list(units.values()) for article, units in numbered_units(path).items()}


def annotated_articles(root: Path, split: str) -> list[tuple[Article, list[QuoteUnit]]]:
    """Read the annotated articles of one split of the project in `root` with their gold units, in file order."""
    gold = units_by_article(root / "data/gold.jsonl")
    return [
        (article_of(record), gold.get(record["id"], []))
        for record in read_jsonl(root / "data/articles.jsonl")
        if record["split"] == split and record["annotated"]
    ]


def numbered_units(path: Path) -> dict[str, dict[int, QuoteUnit]]:
    """Read a table of unit records: by article, the units by their number there, in file order."""
    grouped: dict[str, dict[int, QuoteUnit]] = {}
    for record in read_jsonl(path):
        grouped.setdefault(record["article_id"], {})[record["unit"]] = unit_of(record)
    return grouped


def _span(pair: list[int]) -> Span:
    return pair[0], pair[1]
