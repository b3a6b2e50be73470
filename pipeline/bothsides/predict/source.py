"""What reading an input gives: an article that knows where it came from, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..article import Article

LONGEST_ARTICLE = 1_000_000
"""Characters from which a text is refused as no news article, so that one odd file cannot exhaust the memory."""
LARGEST_FILE = 16 * LONGEST_ARTICLE
"""Bytes from which a file that holds a single article is refused unread (a page's markup outweighs its text)."""

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
class ReadOptions:
    """The columns of tables that hold an article's text and id; empty means `text`, and `id` where there is one."""

    text_column: str = ""
    id_column: str = ""


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
