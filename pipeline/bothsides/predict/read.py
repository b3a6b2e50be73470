"""Inputs to articles: files, folders, globs and standard input, in a stream, with every failure accounted for."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from .formats import DOCUMENTS, open_document, parse_document
from .packed import format_of
from .rows import TABLES, count_records, read_table
from .source import LARGEST_FILE, Document, Failure, Item, ReadOptions, SourceArticle

__all__ = [
    "Failure",
    "ReadOptions",
    "SourceArticle",
    "Stdin",
    "count_articles",
    "find_files",
    "items_of",
    "read_articles",
    "read_file",
]

_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_READABLE = f"give {', '.join([*DOCUMENTS, *TABLES])}, or .gz of one but .parquet"


@dataclass(frozen=True)
class Stdin:
    """Standard input, named `-` on the command line: one article, plain text or a page, with the id `stdin`."""

    @cached_property
    def data(self) -> bytes:
        """Its bytes, read once; one more than `LARGEST_FILE` where there are too many."""
        return sys.stdin.buffer.read(LARGEST_FILE + 1)


Source = Path | Stdin | Failure


def read_articles(inputs: Sequence[str], options: ReadOptions | None = None) -> Iterator[SourceArticle | Failure]:
    """Yield the articles of files, folders (recursive, in sorted order), globs and `-`, and what failed among them.

    Ids are made unique: the second article with an id gets `-2`, and its `duplicate_of` tells the id that it had.
    """
    names = UniqueIds()
    for source in find_files(inputs):
        for item in items_of(source, options or ReadOptions()):
            found = parsed(item)
            yield found if isinstance(found, Failure) else _renamed(found, names.name(found.id))


def read_file(path: Path, options: ReadOptions | None = None) -> Iterator[SourceArticle | Failure]:
    """Yield the articles of one file, by its suffix; a file that cannot be read yields one `Failure`."""
    return map(parsed, items_of(path, options or ReadOptions()))


def items_of(source: Source, options: ReadOptions) -> Iterator[Item]:
    """Yield what a source holds, one item for each article: documents are still to be parsed, for that takes time.

    Never raises: whatever is wrong is a failure among the items.
    """
    if isinstance(source, Failure):
        yield source
        return
    path = source if isinstance(source, Path) else Path("-")
    try:
        yield from _file_items(source, options) if isinstance(source, Path) else _stdin_items(source)
    except OSError as error:
        yield _unreadable(path, error)
    except Exception as error:
        yield Failure(str(path), None, f"cannot be read ({type(error).__name__})", "save it in another format")


def parsed(item: Item) -> SourceArticle | Failure:
    """Parse an item that is still a document."""
    return parse_document(item) if isinstance(item, Document) else item


class UniqueIds:
    """Hands out ids, each once: the second article that asks for an id gets `-2` after it."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._last: dict[str, int] = {}

    def name(self, wanted: str) -> str:
        """Give an id that was not handed out before."""
        id, number = wanted, self._last.get(wanted, 1)
        while id in self._used:
            number += 1
            id = f"{wanted}-{number}"
            self._last[wanted] = number
        self._used.add(id)
        return id


def find_files(inputs: Sequence[str], exclude: Collection[Path] = ()) -> Iterator[Source]:
    """Yield the files that the inputs name, each once, or the failure of an input that names none.

    Folders are walked in sorted order; hidden files and folders are passed over, links to folders are not followed.
    `exclude` holds resolved paths (the results) that are never inputs; folders that lie there are passed over.
    """
    seen: set[str] = set()
    for name in inputs:
        if name == "-":
            found: Iterable[Source] = [Stdin()]
        elif os.path.lexists(name) or not glob.has_magic(name):
            found = _named(Path(name), exclude)
        else:
            matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 (pathlib refuses absolute patterns)
            found = (s for m in matches for s in _named(Path(m), exclude))
            if not matches:
                found = [Failure(name, None, "no file matches", "check the pattern")]
        for source in found:
            key = os.path.realpath(source) if isinstance(source, Path) else repr(source)
            if key not in seen:
                seen.add(key)
                yield source


def count_articles(sources: Iterable[Source]) -> int:
    """Count the articles (and failures) that the sources will yield, for the progress bar."""
    return sum(count_records(s) if isinstance(s, Path) and format_of(s) in TABLES else 1 for s in sources)


def _named(path: Path, exclude: Collection[Path]) -> Iterator[Source]:
    try:
        if path.is_dir():
            files = _walk(path, exclude)
            yield next(files, None) or Failure(str(path), None, "empty folder", "name a folder with articles")
            yield from files
        elif _real(path) in exclude:
            yield Failure(str(path), None, "would be overwritten by the results", "choose another folder with -o")
        elif path.is_file():
            yield path
        elif path.exists():
            yield Failure(str(path), None, "neither a file nor a folder", "give a regular file")
        else:
            yield Failure(str(path), None, "no such file or folder", "check the path")
    except OSError as error:
        yield _unreadable(path, error)


def _walk(folder: Path, exclude: Collection[Path]) -> Iterator[Source]:
    refused: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and _real(Path(root, f)) not in exclude)
        for file in sorted(files):
            path = Path(root, file)
            if not file.startswith(".") and _real(path) not in exclude:
                yield from _named(path, exclude)
    yield from (_unreadable(Path(error.filename or folder), error) for error in refused)


def _real(path: Path) -> Path:
    """Resolve links; unlike `Path.resolve`, never raises for links that run in a circle."""
    return Path(os.path.realpath(path))


def _unreadable(path: Path, error: OSError) -> Failure:
    return Failure(str(path), None, f"cannot be read ({error.strerror or error})", "check its name and permissions")


def _file_items(path: Path, options: ReadOptions) -> Iterator[Item]:
    format = format_of(path)
    if format in DOCUMENTS:
        yield open_document(path)
    elif format in TABLES:
        yield from read_table(path, options)
    else:
        kind = f"unknown format {format!r}" if format else "file without a suffix"
        yield Failure(str(path), None, kind, _READABLE)


def _stdin_items(source: Stdin) -> Iterator[Item]:
    if len(source.data) > LARGEST_FILE:
        yield Failure("-", None, f"input of more than {LARGEST_FILE:,} bytes", "give tables as files")
    else:
        yield Document("-", "stdin", ".html" if _PAGE.match(source.data) else ".txt", source.data)


def _renamed(article: SourceArticle, id: str) -> SourceArticle:
    return article if id == article.id else replace(article, id=id, duplicate_of=article.id)
