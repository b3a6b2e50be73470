"""Annotated articles as the commands take them: files, folders and patterns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..annotated import AnnotatedArticle


def read_annotated(inputs: Sequence[str]) -> Iterator[tuple[str, AnnotatedArticle | None, list[str], str]]:
    """Read the annotated articles that files, folders and patterns name, with each one's problems and advice."""
    from ..annotated import check_annotated
    from ..predict.read import Failure, find_files

    for source in find_files(inputs):
        if isinstance(source, Path):
            yield str(source), *check_annotated(source), "see bothsides check"
        elif isinstance(source, Failure):
            yield source.path, None, [source.reason], source.advice
        else:
            yield "-", None, ["standard input is not read here"], "give files"
