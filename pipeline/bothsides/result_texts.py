"""The texts of the articles of a results folder: extracted ones lie in it, the others where they were read from.

A text is taken only where it is the one that was classified: it has as many words, and the spans of every unit give
its quote.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .article import Article, Span
from .predict.read import Failure, ReadOptions, read_file
from .predict.safe import csv_cell

# Where the results do not record the column: what `predict` reads by default, then usual names.
_TEXT_COLUMNS = ("text", "body", "content", "article", "full_text", "fulltext")


@dataclass(frozen=True)
class Place:
    """Where an article was read, as its row of `articles.csv` has it, and the spans and quote of each of its units.

    `words` is how many the text had; None where that is not known.
    """

    path: str
    line: int | None
    text_file: str
    quotes: Sequence[tuple[tuple[Span, ...], str]]
    words: int | None = None


def find_texts(folder: Path, places: Sequence[Place], manifest: Mapping[str, object]) -> Iterator[str | None]:
    """Yield the text of each article, in order; None where it is gone or has changed.

    The manifest of the run, where there is one, records which column of a table held the texts.
    """
    plan = manifest.get("plan")
    recorded = plan.get("text_column") if isinstance(plan, Mapping) else None
    columns = (str(recorded),) if recorded else _TEXT_COLUMNS
    same_file: dict[str, list[Place]] = {}
    for place in places:
        same_file.setdefault(place.path, []).append(place)
    read: dict[str, Mapping[int | None, str]] = {}
    for place in places:
        if place.text_file:
            text = _saved(folder, place.text_file)
        else:
            if place.path not in read:
                read[place.path] = _texts_of(_source(folder, place.path), same_file[place.path], columns)
            text = read[place.path].get(place.line)
        yield text if text is not None and _fits(text, place) else None


def _fits(text: str, place: Place) -> bool:
    """Tell whether a text has as many words, and its spans give the quotes as JSON lines or as CSV holds them."""
    if place.words not in (None, Article("", text).words):
        return False
    for spans, quote in place.quotes:
        there = " ... ".join(text[start:end] for start, end in spans)
        if quote not in (there, csv_cell(there)):
            return False
    return True


def _source(folder: Path, path: str) -> Path | None:
    """Find an input again: its path was given from the working folder of that run, often the one above the results."""
    candidates = (Path(path), folder.resolve().parent / path, folder / path)
    return next((c for c in candidates if path and os.path.isfile(c)), None)  # noqa: PTH113 (Path.is_file may raise)


def _saved(folder: Path, name: str) -> str | None:
    path = folder / name
    # The name comes from a table that could have been edited: nothing outside of the results is read by it.
    if not path.resolve().is_relative_to(folder.resolve()):
        return None
    try:
        with path.open(encoding="utf-8", newline="", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def _texts_of(path: Path | None, places: Sequence[Place], columns: Sequence[str]) -> Mapping[int | None, str]:
    """Map the lines of a file (None where it holds one article) to the texts of its articles.

    Of the columns that can hold the text, the one that fits the most articles does.
    """
    if path is None:
        return {}
    best: Mapping[int | None, str] = {}
    most = -1
    for column in columns if places[0].line is not None else columns[:1]:
        found = read_file(path, ReadOptions(text_column=column))
        texts = {a.line: a.text for a in found if not isinstance(a, Failure)}
        fitting = sum(p.line in texts and _fits(texts[p.line], p) for p in places)
        if fitting > most:
            best, most = texts, fitting
        if fitting == len(places):
            break
    return best
