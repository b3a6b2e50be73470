"""Results: the tables of a run's records, and the texts that stand nowhere else, each file whole or absent.

`make` lays everything out in a hidden folder beside the results, in memory that stays bounded; `place` renames it into
place. Rows come in the order of the input, so the same inputs give the same bytes.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import IO, Literal, get_args

from ..article import Article
from ..errors import InputError
from ..tables import read_jsonl
from ..unit import QuoteUnit, unit_row
from .convert import write_csv, write_parquet
from .disk import cannot_write, force, force_folder
from .journal import WORK
from .safe import json_line
from .source import LONGEST_ARTICLE, Failure
from .work import TEXTS, Record, failure_of

Format = Literal["csv", "parquet", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)

QUOTE_COLUMNS = tuple(unit_row(Article("", ""), 1, QuoteUnit(((0, 0),), "direct")))
"""The columns of `quotes` before an article's own."""
ERROR_COLUMNS = tuple(field.name for field in fields(Failure))
ARTICLES, ERRORS, MANIFEST, RUN = "articles.csv", "errors.csv", "manifest.json", "run.json"

SAMPLE = "sample"
"""The folder of the results into which `bothsides sample` writes."""

_TABLES = (ARTICLES, *(f"{table}.{f}" for table in ("quotes", "articles") for f in FORMATS))


def result_paths(out: Path) -> frozenset[Path]:
    """List, resolved, all that a run, its report and a sample of it write under `out`: reading passes over these."""
    reports = (path.name for path in out.glob("report*.html"))
    names = (*_TABLES, ERRORS, MANIFEST, RUN, TEXTS, WORK, SAMPLE, *reports)
    return frozenset(Path(os.path.realpath(out / name)) for name in names)


def check_free(out: Path, overwrite: bool) -> None:
    """Make sure that results can be put into `out`.

    Raises `InputError` where results are there and `overwrite` is false, or something else has the name of one.
    """
    try:
        for name in (*_TABLES, MANIFEST, RUN, ERRORS):
            path = out / name
            if path.is_dir():
                raise InputError(f"cannot write: {path} is a folder; move it away, or choose another folder with -o")
            if path.exists() and not overwrite and not (name == ERRORS and _is_ours(path)):
                raise InputError(f"results exist: {path}; choose another folder with -o, or give --overwrite")
        texts = out / TEXTS
        if texts.exists() and not texts.is_dir():
            raise InputError(f"cannot write: {texts} is no folder; move it away, or choose another folder with -o")
        if not overwrite and texts.is_dir() and any(texts.iterdir()):
            raise InputError(f"results exist: {texts}; choose another folder with -o, or give --overwrite")
    except OSError as error:
        raise cannot_write(out, error) from error


@dataclass
class Counts:
    """How much a run has written, and the names of its files."""

    articles: int = 0
    quotes: int = 0
    failed: int = 0
    files: list[str] = field(default_factory=list)


def make(stage: Path, records: Iterable[Record], formats: Sequence[Format]) -> Counts:
    """Write the tables of records into a folder; without any article that is `errors.csv` alone.

    `formats` are those of `quotes` and, beside CSV, of `articles`. Raises `OSError` where the disk refuses.
    """
    counts, quotes, articles, errors = (
        Counts(),
        stage / "quotes.jsonl",
        stage / "articles.jsonl",
        stage / "errors.jsonl",
    )
    quote_columns, article_columns = dict.fromkeys(QUOTE_COLUMNS), dict[str, None]()
    with ExitStack() as files:
        to_quotes, to_articles, to_errors = (
            files.enter_context(path.open("w", encoding="utf-8", newline="\n")) for path in (quotes, articles, errors)
        )
        for record in records:
            if failure := failure_of(record):
                counts.failed += 1
                _spool(to_errors, vars(failure))
                continue
            counts.articles += 1
            article_columns |= dict.fromkeys(record["article"])
            _spool(to_articles, record["article"])
            for row in record["quotes"]:
                counts.quotes += 1
                quote_columns |= dict.fromkeys(row)
                _spool(to_quotes, row)
            if "text" in record:
                _save_text(stage / record["article"]["text_file"], record["text"])
        for spool in (to_quotes, to_articles):
            force(spool)
    if counts.articles:
        counts.files += _tables(quotes, list(quote_columns), formats)
        counts.files += _tables(articles, list(article_columns), (*formats, "csv"))
    if counts.failed:
        write_csv(stage / ERRORS, ERROR_COLUMNS, read_jsonl(errors))
        counts.files.append(ERRORS)
    return counts


def place(stage: Path, out: Path, names: Sequence[str]) -> None:
    """Rename made results into place in the given order; where the manifest is among them, an earlier run's go.

    Raises `OSError` where the disk refuses.
    """
    texts = sorted((stage / TEXTS).iterdir()) if (stage / TEXTS).is_dir() else []
    if texts:
        (out / TEXTS).mkdir(exist_ok=True)
    for text in texts:
        text.replace(out / TEXTS / text.name)
    if MANIFEST in names and (left := _texts_of_articles(out) - {text.name for text in texts}):
        # Before the table that names them is replaced, so that they are found again should the run end here.
        _remove_texts(out / TEXTS, left)
    if (out / TEXTS).is_dir():
        force_folder(out / TEXTS)
    for name in names:
        (stage / name).replace(out / name)
    replaced = {*_TABLES, ERRORS, MANIFEST, RUN} - set(names) if MANIFEST in names else ()
    for stale in sorted(replaced):
        if (out / stale).is_file() and (stale != ERRORS or _is_ours(out / stale)):
            (out / stale).unlink()
    force_folder(out)


def _texts_of_articles(out: Path) -> set[str]:
    """Name the files in `texts/` that the table of an earlier run says are its own, and nothing outside of it."""
    table = out / ARTICLES
    if not table.is_file():
        return set()
    csv.field_size_limit(4 * LONGEST_ARTICLE)
    named = set()
    with table.open(encoding="utf-8", errors="replace", newline="") as file, suppress(csv.Error):
        for row in csv.DictReader(file):
            folder, _, name = (row.get("text_file") or "").rpartition("/")
            if folder == TEXTS and Path(name).name == name:
                named.add(name)
    return named


def _remove_texts(folder: Path, names: Iterable[str]) -> None:
    for name in sorted(names):
        if (folder / name).is_file():
            (folder / name).unlink()
    with suppress(OSError):  # a text of this run, or a file of the user's, is in it
        folder.rmdir()


def _tables(spool: Path, columns: Sequence[str], formats: Sequence[Format]) -> Iterator[str]:
    """Write a table in each format and name the files; JSON lines are the spool itself."""
    for format in FORMATS:
        if format in formats:
            path = spool.with_suffix(f".{format}")
            if format == "csv":
                write_csv(path, columns, read_jsonl(spool))
            elif format == "parquet":
                write_parquet(path, columns, spool)
            yield path.name


def _spool(file: IO[str], row: Mapping[str, object]) -> None:
    file.write(json_line(row) + "\n")


def _save_text(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        force(file)


def _is_ours(errors: Path) -> bool:
    """Tell an `errors.csv` that a run wrote from a user's own."""
    with errors.open(encoding="utf-8", errors="replace") as file:
        return file.readline().strip() == ",".join(ERROR_COLUMNS)
