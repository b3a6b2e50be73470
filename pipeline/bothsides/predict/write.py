"""Results: `quotes`, `articles`, `errors` and extracted texts, each file whole or absent, in memory that stays bounded.

Rows are first spooled as JSON lines into a hidden folder beside the results, because the columns of a table are known
only when the last article has been seen (articles bring columns of their own). `commit` then writes every file there,
forces it to the disk and renames it into place.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Literal, get_args

from ..article import Article
from ..errors import InputError
from ..tables import read_jsonl
from ..unit import QuoteUnit, own_columns, unit_row
from .convert import columns_of, force, write_csv, write_parquet
from .predictor import Prediction
from .safe import file_name, json_line
from .source import Failure, SourceArticle

Format = Literal["csv", "parquet", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)

QUOTE_COLUMNS = tuple(unit_row(Article("", ""), 1, QuoteUnit(((0, 0),), "direct")))
"""The columns of `quotes` before an article's own."""
ERROR_COLUMNS = tuple(field.name for field in fields(Failure))

SAMPLE = "sample"
"""The folder of the results into which `bothsides sample` writes."""

_QUOTES = tuple(f"quotes.{f}" for f in FORMATS)
_ARTICLES, _ERRORS, _TEXTS = "articles.csv", "errors.csv", "texts"
_SPOOLS = ("quotes.jsonl", "articles.jsonl")


def result_paths(out: Path) -> frozenset[Path]:
    """List, resolved, everything that a run and a sample of it may write under `out`: reading passes over these."""
    return frozenset(Path(os.path.realpath(out / name)) for name in (*_QUOTES, _ARTICLES, _ERRORS, _TEXTS, SAMPLE))


class ResultWriter:
    """Writes the results of one run into a folder; use it as a context, and `commit` at the end.

    Without `commit` (an error, an interrupt) nothing that was there before is touched and nothing new is left.
    """

    def __init__(self, out: Path, formats: Sequence[Format] = ("jsonl", "csv"), overwrite: bool = False) -> None:
        """Make ready to write `quotes` in the given formats.

        Raises `InputError` where `out` cannot be written, or holds results and `overwrite` is false.
        """
        self._out, self._formats = out, tuple(formats)
        self._placing = False
        try:
            standing = [out / name for name in (*_QUOTES, _ARTICLES) if (out / name).exists()]
            if standing and not overwrite:
                raise InputError(f"results exist: {standing[0]}; choose another folder with -o, or give --overwrite")
            self._made_out = not out.exists()
            out.mkdir(parents=True, exist_ok=True)
            self._stage = Path(tempfile.mkdtemp(prefix=".bothsides-", dir=out))
        except OSError as error:
            raise _cannot_write(out, error) from error
        self._quotes, self._articles = (
            (self._stage / name).open("w", encoding="utf-8", newline="\n") for name in _SPOOLS
        )
        self._failures: list[Failure] = []
        self.articles = 0
        self.units = 0

    def __enter__(self) -> ResultWriter:
        """See the class."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Remove the staging folder, and the results folder where it was made for nothing; note it on the error."""
        if error:
            error.add_note(
                "results may be incomplete; run it again with --overwrite" if self._placing else "nothing was written"
            )
        self._quotes.close()
        self._articles.close()
        shutil.rmtree(self._stage, ignore_errors=True)
        if self._made_out and not any(self._out.iterdir()):
            self._out.rmdir()

    @property
    def failures(self) -> Sequence[Failure]:
        """What failed so far."""
        return self._failures

    def fail(self, failure: Failure) -> None:
        """Note an input that failed."""
        self._failures.append(failure)

    def add(self, prediction: Prediction) -> None:
        """Write the rows of one article.

        Raises `InputError` where the disk refuses.
        """
        try:
            for row in prediction.rows():
                self._quotes.write(json_line(row) + "\n")
                self.units += 1
            self._articles.write(json_line(self._article_row(prediction)) + "\n")
        except OSError as error:
            raise _cannot_write(self._out, error) from error
        self.articles += 1

    def commit(self) -> list[Path]:
        """Put the results into place and return their paths; without any article only `errors.csv` is written.

        Raises `InputError` where the disk refuses.
        """
        try:
            for spool in (self._quotes, self._articles):
                spool.flush()
                os.fsync(spool.fileno())
            names = self._write_tables() if self.articles else []
            if self._failures:
                write_csv(self._stage / _ERRORS, ERROR_COLUMNS, [vars(f) for f in self._failures])
                names.append(_ERRORS)
            return self._into_place(names)
        except OSError as error:
            raise _cannot_write(self._out, error) from error

    def _article_row(self, prediction: Prediction) -> dict[str, object]:
        article = prediction.article
        source = article if isinstance(article, SourceArticle) else None
        ours: dict[str, object] = {
            "article_id": article.id,
            "path": source.path if source else "",
            "line": source.line if source else None,
            "encoding_guessed": source.encoding if source else "",
            "text_file": self._save_text(article) if source and source.extracted else "",
            "words": article.words,
            **prediction.balance.row(),
        }
        return ours | own_columns(article, ours)

    def _save_text(self, article: Article) -> str:
        folder = self._stage / _TEXTS
        folder.mkdir(exist_ok=True)
        name = f"{file_name(article.id)}.txt"
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            file.write(article.text)
            force(file)
        return f"{_TEXTS}/{name}"

    def _write_tables(self) -> list[str]:
        """Write the tables into the staging folder and name them; JSON lines are the spool itself."""
        quotes, articles = (self._stage / name for name in _SPOOLS)
        names = columns_of(quotes, QUOTE_COLUMNS)
        if "csv" in self._formats:
            write_csv(self._stage / "quotes.csv", names, read_jsonl(quotes))
        if "parquet" in self._formats:
            write_parquet(self._stage / "quotes.parquet", names, quotes)
        write_csv(self._stage / _ARTICLES, columns_of(articles, ()), read_jsonl(articles))
        return [*(f"quotes.{f}" for f in FORMATS if f in self._formats), _ARTICLES]

    def _into_place(self, names: Sequence[str]) -> list[Path]:
        self._placing = True
        texts = self._stage / _TEXTS
        if self.articles and texts.is_dir():
            (self._out / _TEXTS).mkdir(exist_ok=True)
            for text in sorted(texts.iterdir()):
                text.replace(self._out / _TEXTS / text.name)
        for name in names:
            (self._stage / name).replace(self._out / name)
        if self.articles:
            for stale in {*_QUOTES, _ERRORS} - set(names):
                _remove_stale(self._out / stale)
        _force_folder(self._out)
        return [self._out / name for name in names]


def _remove_stale(path: Path) -> None:
    """Remove what an earlier run left and this one replaces by nothing; never a user's own `errors.csv`."""
    if not path.is_file():
        return
    if path.name == _ERRORS:
        with path.open(encoding="utf-8", errors="replace") as file:
            if file.readline().strip() != ",".join(ERROR_COLUMNS):
                return
    path.unlink()


def _force_folder(folder: Path) -> None:
    """Make the renames last: a folder's entries are written back on their own."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_write(out: Path, error: OSError) -> InputError:
    return InputError(
        f"cannot write: {out} ({error.strerror or json.dumps(str(error))}); choose another folder with -o"
    )
