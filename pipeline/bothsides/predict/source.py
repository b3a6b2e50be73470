"""What reading an input gives: an article that knows where it came from, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..article import Article

LONGEST_ARTICLE = 1_000_000
"""Characters from which a text is refused as no news article, so that one odd file cannot exhaust the memory."""
LARGEST_FILE = 16 * LONGEST_ARTICLE
"""Bytes from which a file that holds a single article is refused unread (a page's markup outweighs its text)."""
LONGEST_RECORD = 8 * LONGEST_ARTICLE
"""Characters from which one record of a table is refused, other columns and escapes included."""

TEXT, ID = "text", "id"
"""The columns of a table that hold an article's text and its id, where no others are named."""

_SHOWN_COLUMNS = 12
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Failure:
    """An input, or one record of it, that cannot be used: where, why, and what the user can do about it.

    `line` counts from 1: the line of a text file, the row of a Parquet file; None means the input as a whole.
    """

    path: str
    line: int | None
    reason: str
    advice: str = ""

    def __str__(self) -> str:
        """Give the one line that a user is shown: `<what>: <where>; <what to do>`."""
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{self.reason}: {where}" + (f"; {self.advice}" if self.advice else "")


@dataclass(frozen=True)
class SourceArticle(Article):
    """An article and its origin.

    `encoding` names the encoding where it had to be guessed. `extracted` tells that `text` stands nowhere in the file
    as it is (HTML, annotated XML), so that offsets need a saved copy. `duplicate_of` is the id that the input gave
    where another article had it already.
    """

    path: str = ""
    line: int | None = None
    encoding: str = ""
    extracted: bool = False
    duplicate_of: str = ""


@dataclass(frozen=True)
class Document:
    """A file that holds one article: its bytes, unpacked and still to be parsed, and the suffix of its format."""

    path: str
    id: str
    suffix: str
    data: bytes


Item = Document | SourceArticle | Failure
"""What an input gives, one for each article that it should hold."""


@dataclass(frozen=True)
class ReadOptions:
    """The columns of tables that hold an article's text and id; empty means `text`, and `id` where there is one."""

    text_column: str = ""
    id_column: str = ""


Record = tuple[int, Mapping[str, Any]] | Failure
"""A record's line or row, and its fields; or what is wrong with it."""


def column_names(header: Sequence[str]) -> list[str]:
    """Name the columns of a table so that none hides another.

    A second `note` becomes `note_2`, and the fourth column, where it has no name, `column_4`; a name that the header
    gives to one column goes to no other.
    """
    names: list[str] = []
    named, taken, last = set[str](), set(header), dict[str, int]()
    for place, given in enumerate(header, start=1):
        name = wanted = given if given.strip() else f"column_{place}"
        if name != given or name in named:
            number = last.get(wanted, 1)
            while name in taken:
                number += 1
                name = f"{wanted}_{number}"
            last[wanted] = number
        named.add(name)
        taken.add(name)
        names.append(name)
    return names


def missing_column(path: Path, line: int | None, present: Sequence[str], options: ReadOptions) -> Failure | None:
    """Say which of the columns that hold text and id is not there."""
    for column, option in ((options.text_column or TEXT, "--text-column"), (options.id_column, "--id-column")):
        if column and column not in present:
            reason = f"no column {column!r} (there are: {', '.join(present[:_SHOWN_COLUMNS])})"
            return Failure(str(path), line, reason, f"name the right one with {option}")
    return None


def usable(article: SourceArticle) -> SourceArticle | Failure:
    """Pass an article on, or say why its text cannot be classified."""
    where = article.path, article.line
    if not article.text.strip():
        return Failure(*where, "empty article" if article.line else "empty file", "give it a text or leave it out")
    if len(article.text) > LONGEST_ARTICLE:
        return Failure(*where, f"more than {LONGEST_ARTICLE:,} characters in one article", "split it into articles")
    if any(_SURROGATE.search(value) for value in (article.id, article.text, *_pairs(article.columns))):
        return Failure(*where, "half of a character (a lone surrogate)", "repair the text")
    return article


def _pairs(columns: Mapping[str, str]) -> list[str]:
    return [*columns.keys(), *columns.values()]
