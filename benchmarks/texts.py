"""The inputs of the measurements, made of the written articles of `seeds/`: the same ones every time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bothsides.annotated import AnnotatedArticle, read_annotated
from bothsides.article import Article
from bothsides.bundle import locate, read_manifest

CONTEXT = 160
"""Characters before a quote given to the classifiers beside it: with them an input has about 72 tokens."""


def written(root: Path) -> list[AnnotatedArticle]:
    """Read the written articles in the order of their names."""
    return [read_annotated(path) for path in sorted((root / "seeds/written").glob("*.xml"))]


def articles(corpus: Sequence[AnnotatedArticle], count: int, words: int) -> list[dict[str, Any]]:
    """Make articles of about `words` words: whole paragraphs, until there are that many words.

    They start at articles spread evenly over the corpus; a short one is joined with the next. More than the corpus
    has repeat it with other paragraphs in front, so that no two are equal.
    """
    rows = []
    for number in range(count):
        lap, place = divmod(number, len(corpus)) if count > len(corpus) else (0, number * len(corpus) // count)
        paragraphs = [f"Edition {lap + 1}."] if lap else []
        length = 0
        while length < words:
            article = corpus[place % len(corpus)].article
            for paragraph in _paragraphs(article):
                if length >= words:
                    break
                paragraphs.append(paragraph)
                length += len(paragraph.split())
            place += 1
        rows.append({"id": f"a{number + 1:05d}", "text": "\n\n".join(paragraphs), "words": length})
    return rows


def quotes(corpus: Sequence[AnnotatedArticle], count: int) -> list[dict[str, Any]]:
    """Make classifier inputs of `count` units spread evenly over the corpus: the quote, and who says it after what."""
    units = [(a.article, unit) for a in corpus for unit in a.gold]
    rows = []
    for number in range(count):
        article, unit = units[number * len(units) // count]
        source = ", ".join(part for part in (unit.speaker_name, unit.speaker_role) if part)
        before = " ".join(article.text[max(0, unit.start - CONTEXT) : unit.start].split())
        rows.append({"text": unit.quote(article.text), "pair": f"{source} | {before}"})
    return rows


def model() -> str:
    """Name the published model in force by the hash of its files."""
    manifest = read_manifest(locate())
    return f"{manifest.model} (bothsides {manifest.version})"


def _paragraphs(article: Article) -> list[str]:
    return [article.text[slice(*span)] for span in article.paragraphs]
