"""The texts of the articles of a results folder: extracted ones lie in it, the others where they were read from.

A text is taken only where it is the one that was classified: every unit's spans give its quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..predict.read import Failure, ReadOptions, read_file
from ..predict.safe import csv_cell
from .results import ResultArticle, Results, Unit

# Where the results do not record the column: what `predict` reads by default, then usual names.
_TEXT_COLUMNS = ("text", "body", "content", "article", "full_text", "fulltext")


def with_texts(results: Results) -> Iterator[ResultArticle]:
    """Yield the articles with their texts, in order; None where the text is gone or has changed."""
    plan = results.manifest.get("plan")
    recorded = plan.get("text_column") if isinstance(plan, Mapping) else None
    columns = (str(recorded),) if recorded else _TEXT_COLUMNS
    same_file: dict[str, list[ResultArticle]] = {}
    for article in results.articles:
        same_file.setdefault(article.path, []).append(article)
    sources: dict[str, Mapping[int | None, str]] = {}
    for article in results.articles:
        if article.text_file:
            text = _saved(results.folder, article.text_file)
        else:
            if article.path not in sources:
                source = _source(results.folder, article.path)
                sources[article.path] = _texts_of(source, same_file[article.path], columns)
            text = sources[article.path].get(article.line)
        yield article.with_text(text if text is not None and fits(text, article.units) else None)


def fits(text: str, units: Iterable[Unit]) -> bool:
    """Tell whether the spans of the units give their quotes in this text, as JSON lines or as CSV holds them."""
    for unit in units:
        quote = " ... ".join(text[start:end] for start, end in unit.spans)
        if unit.quote not in (quote, csv_cell(quote)):
            return False
    return True


def _source(folder: Path, path: str) -> Path | None:
    """Find an input again: its path was given from the working folder of that run, often the one above the results."""
    candidates = (Path(path), folder.resolve().parent / path, folder / path)
    return next((c for c in candidates if path and c.is_file()), None)


def _saved(folder: Path, name: str) -> str | None:
    path = folder / name
    # The name comes from a table that could have been edited: nothing outside of the results is read by it.
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        return file.read()


def _texts_of(path: Path | None, articles: Sequence[ResultArticle], columns: Sequence[str]) -> Mapping[int | None, str]:
    """Map the lines of a file (None where it holds one article) to the texts of its articles.

    Of the columns that can hold the text, the one that fits the most articles does.
    """
    if path is None:
        return {}
    best: Mapping[int | None, str] = {}
    most = -1
    for column in columns if articles[0].line is not None else columns[:1]:
        found = read_file(path, ReadOptions(text_column=column))
        texts = {a.line: a.text for a in found if not isinstance(a, Failure)}
        fitting = sum(a.line in texts and fits(texts[a.line], a.units) for a in articles)
        if fitting > most:
            best, most = texts, fitting
        if fitting == len(articles):
            break
    return best
