"""Quotes that people have coded, in `seeds/coded/`: read, checked, and matched with the units of articles.

A code names an article, a quote (its character ranges, its text, or both), a label, and who gave it. Tables (.csv,
.tsv) have the columns article_id, label, coder, spans and quote, JSON lines (.jsonl) the same keys, and the export of
Label Studio (.json) has them in the data of its tasks. The samples of `bothsides sample` carry them all.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .article import Article, Span
from .coded_records import CodedRecord, Fault, line_records, table_records, task_records
from .errors import InputError
from .marks import quotations, unit_type
from .predict.safe import csv_cell
from .unit import STANCES, QuoteUnit, StanceLabel

CodeLabel = Literal["union-aligned", "district-aligned", "neutral", "not-a-quote"]
NO_QUOTE: CodeLabel = "not-a-quote"
CODE_LABELS: tuple[CodeLabel, ...] = (*STANCES, NO_QUOTE)
"""What a coder may say of a unit, in the order of every table of codes; the last one: it is none, but narration."""

OVERLAP = 0.5
"""The share of characters (intersection over union) from which a coded quote is a found unit."""

_SUFFIXES = (".csv", ".tsv", ".jsonl", ".json")


@dataclass(frozen=True)
class Code:
    """One code as a file has it; `where` is its file and record, `spans` is None where it gives the text alone."""

    where: str
    article_id: str
    coder: str
    label: CodeLabel
    spans: tuple[Span, ...] | None
    quote: str


@dataclass(frozen=True)
class CodedUnit:
    """A unit with what each coder said of it; `number` is that of the found unit, None where the splitter missed it."""

    article_id: str
    number: int | None
    unit: QuoteUnit
    labels: Mapping[str, CodeLabel]

    @property
    def label(self) -> CodeLabel | None:
        """The label that most coders gave; None where two labels are equally frequent."""
        counts = Counter(self.labels.values()).most_common(2)
        return None if len(counts) > 1 and counts[0][1] == counts[1][1] else counts[0][0]

    @property
    def provenance(self) -> str:
        """Who decided: `coder:` and the names of those who gave the label."""
        return "coder:" + "+".join(sorted(coder for coder, label in self.labels.items() if label == self.label))


def read_codes(folder: Path) -> list[Code]:
    """Read every coded file of a folder; units that were passed over are left out, and so are the folder's notes (.md).

    Raises `InputError`, one line that names file and record.
    """
    paths = (
        sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")) if folder.is_dir() else []
    )
    codes: list[Code] = []
    for path in paths:
        if path.suffix.lower() == ".md":
            continue
        if path.suffix.lower() not in _SUFFIXES:
            raise InputError(f"{path}: is no coded file; give {', '.join(_SUFFIXES)}")
        for record in _records(path):
            where = _where(path, record)
            if isinstance(record, Fault):
                raise InputError(f"{where}: is {record.reason}; {record.advice}")
            fields = _fields(record)
            raw = fields.get("label") or fields.get("stance") or ""
            # Doccano lists labels; several are no label, and refused as one.
            label = (" and ".join(map(str, raw)) if isinstance(raw, list) else str(raw)).strip().casefold()
            if label:
                codes.append(_code(where, fields, label, path.stem))
    return codes


def match(
    codes: Sequence[Code], articles: Mapping[str, Article], found: Mapping[str, Sequence[QuoteUnit]]
) -> list[CodedUnit]:
    """Bring the codes of each unit together: with the found unit that overlaps most, else as a unit of their own.

    `articles` are those that may be coded. Raises `InputError` where an article is none of them, a quote does not stand
    in its article, or a coder says two things of one unit.
    """
    units: dict[tuple[str, int | None, tuple[Span, ...]], tuple[QuoteUnit, dict[str, tuple[CodeLabel, str]]]] = {}
    for code in codes:
        article = articles.get(code.article_id)
        if article is None:
            advice = (
                "codes are for articles of seeds/news that are not annotated; correct article_id or add the article"
            )
            raise InputError(f"{code.where}: there is no such article {code.article_id!r}; {advice}")
        spans = _place(code, article)
        number, unit = _matching(spans, article, found.get(article.id, ()))
        _, labels = units.setdefault((article.id, number, unit.spans), (unit, {}))
        label, where = labels.setdefault(code.coder, (code.label, code.where))
        if label != code.label:
            raise InputError(f"{code.where}: {code.coder} says {code.label}, and {label} in {where}; keep one of them")
    return [
        CodedUnit(article_id, number, unit, {coder: label for coder, (label, _) in labels.items()})
        for (article_id, number, _), (unit, labels) in units.items()
    ]


def _records(path: Path) -> Iterable[CodedRecord | Fault]:
    if path.suffix.lower() == ".jsonl":
        return line_records(path)
    if path.suffix.lower() == ".json":
        return task_records(path)
    try:
        return table_records(path, "utf-8-sig")[1]
    except UnicodeDecodeError as error:
        # What trains a model is not read in an encoding that is guessed.
        raise InputError(f"{path}: cannot be read ({error}); save it as UTF-8") from error


def _where(path: Path, record: CodedRecord | Fault) -> str:
    if record.number is None:
        return str(path)
    place = f"{path}: task {record.number}" if path.suffix.lower() == ".json" else f"{path}:{record.number}"
    unit = "" if isinstance(record, Fault) else " ".join(str(record.fields.get("unit_id") or "").split())
    return f"{place} ({unit})" if unit else place


def _fields(record: CodedRecord) -> Mapping[str, Any]:
    done = record.annotation
    return {**record.fields, "label": list(done.choices), "coder": done.coder} if done else record.fields


def _code(where: str, record: Mapping[str, Any], label: str, file: str) -> Code:
    known = next((known for known in CODE_LABELS if known == label), None)
    if known is None:
        raise InputError(f"{where}: unknown label {label!r}; use {', '.join(CODE_LABELS)}")
    article_id, quote = (str(record.get(key) or "").strip() for key in ("article_id", "quote"))
    if not article_id:
        raise InputError(f"{where}: has no article_id; give the name of the article's file without its suffix")
    spans = _spans(where, record.get("spans"))
    if not quote and not spans:
        raise InputError(f"{where}: has neither spans nor quote; give one of them")
    return Code(where, article_id, str(record.get("coder") or "").strip() or file, known, spans, quote)


def _spans(where: str, raw: Any) -> tuple[Span, ...] | None:
    try:
        pairs = json.loads(raw) if isinstance(raw, str) and raw.strip() else raw
        spans = tuple((int(start), int(end)) for start, end in pairs or ())
        if any(start >= end for start, end in spans):
            raise ValueError("a range is empty")
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        shown = f" {raw!r:.60}" if isinstance(raw, str) else ""
        raise InputError(f"{where}: spans{shown} are no character ranges; write them as [[10, 42]]") from error
    return spans or None


def _place(code: Code, article: Article) -> tuple[Span, ...]:
    text, quote = article.text, code.quote
    if code.spans is not None:
        ordered = [place for span in code.spans for place in span]
        inside = ordered == sorted(ordered) and ordered[0] >= 0 and ordered[-1] <= len(text)
        stands = " ... ".join(text[start:end] for start, end in code.spans)
        # A table's copy of a quote is safe for spreadsheets: without control characters, and no formula.
        copies = [" ".join(copy.split()) for copy in (stands, csv_cell(stands))]
        if not inside or (quote and " ".join(quote.split()) not in copies):
            advice = "the article's text is another one than was coded; restore it or leave out the spans"
            raise InputError(f"{code.where}: at {list(map(list, code.spans))} stands no such quote; {advice}")
        return code.spans
    spans: list[Span] = []
    for part in quote.split(" ... "):
        start = text.find(part, spans[-1][1] if spans else 0)
        if start < 0:
            raise InputError(f"{code.where}: {part[:40]!r} does not stand in article {article.id}; copy it exactly")
        spans.append((start, start + len(part)))
    return tuple(spans)


def _matching(spans: tuple[Span, ...], article: Article, found: Sequence[QuoteUnit]) -> tuple[int | None, QuoteUnit]:
    overlaps = [_overlap(spans, unit.spans) for unit in found]
    best = max(range(len(found)), key=overlaps.__getitem__, default=None)
    if best is not None and overlaps[best] >= OVERLAP:
        return best + 1, found[best]
    return None, QuoteUnit(spans, unit_type(article.text, spans, quotations(article)))


def _overlap(one: Sequence[Span], other: Sequence[Span]) -> float:
    a, b = ({i for start, end in spans for i in range(start, end)} for spans in (one, other))
    return len(a & b) / len(a | b)


def stance_of(label: CodeLabel) -> StanceLabel | None:
    """Give the stance that a code's label says; None for what is no quote."""
    return next((stance for stance in STANCES if stance == label), None)
