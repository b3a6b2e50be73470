"""Inputs to articles: files, folders, globs and standard input, in a stream, with every failure accounted for."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..article import Article
from .formats import DOCUMENTS, parse_document, read_document
from .rows import TABLES, count_records, read_table
from .source import LARGEST_FILE, Failure, ReadOptions, SourceArticle

__all__ = [
    "Failure",
    "ReadOptions",
    "SourceArticle",
    "Stdin",
    "count_articles",
    "find_files",
    "read_articles",
    "read_file",
    "read_sources",
]

_READABLE = f"give {', '.join([*DOCUMENTS, *TABLES])}"


@dataclass(frozen=True)
class Stdin:
    """Standard input, named `-` on the command line: the plain text of one article, with the id `stdin`."""


Source = Path | Stdin | Failure


def read_articles(inputs: Sequence[str], options: ReadOptions | None = None) -> Iterator[Article | Failure]:
    """Yield the articles of files, folders (recursive, in sorted order), globs and `-`, and what failed among them.

    Every article is a `SourceArticle`. Ids are made unique: the second article with an id gets `-2`, and its
    `duplicate_of` tells the id that it had.
    """
    yield from read_sources(find_files(inputs), options or ReadOptions())


def read_sources(sources: Iterable[Source], options: ReadOptions) -> Iterator[SourceArticle | Failure]:
    """Yield the articles of sources that `find_files` found; see `read_articles`."""
    used: set[str] = set()
    for source in sources:
        for found in _read(source, options):
            yield found if isinstance(found, Failure) else _unique(found, used)


def read_file(path: Path, options: ReadOptions | None = None) -> Iterator[SourceArticle | Failure]:
    """Yield the articles of one file, by its suffix; a file that cannot be read yields one `Failure`."""
    options = options or ReadOptions()
    try:
        if path.suffix.lower() in DOCUMENTS:
            yield read_document(path)
        elif path.suffix.lower() in TABLES:
            yield from read_table(path, options)
        else:
            kind = f"unknown format {path.suffix!r}" if path.suffix else "file without a suffix"
            yield Failure(str(path), None, kind, _READABLE)
    except OSError as error:
        yield _unreadable(path, error)


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
    return sum(count_records(s) if isinstance(s, Path) and s.suffix.lower() in TABLES else 1 for s in sources)


def _named(path: Path, exclude: Collection[Path]) -> Iterator[Source]:
    try:
        if path.is_dir():
            files = list(_walk(path, exclude))
            yield from files or [Failure(str(path), None, "empty folder", "name a folder with articles")]
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


def _read(source: Source, options: ReadOptions) -> Iterator[SourceArticle | Failure]:
    if isinstance(source, Failure):
        yield source
    elif isinstance(source, Path):
        yield from read_file(source, options)
    else:
        data = sys.stdin.buffer.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            yield Failure("-", None, f"input of more than {LARGEST_FILE >> 20} MiB", "give tables as files")
        else:
            yield parse_document(data, "-", "stdin", ".txt")


def _unique(article: SourceArticle, used: set[str]) -> SourceArticle:
    id, number = article.id, 1
    while id in used:
        number += 1
        id = f"{article.id}-{number}"
    used.add(id)
    return article if number == 1 else replace(article, id=id, duplicate_of=article.id)
