"""`bothsides predict`: classify articles in bulk."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from .console import NOTHING_DONE, OK, SOME_FAILED, Commands, complain, new_command, plain

if TYPE_CHECKING:
    from ..predict.source import Failure, SourceArticle

_SHOWN_FAILURES = 20

_DESCRIPTION = """\
Find the quote units of news articles and classify each one's stance.

Reads .txt .md .html .xml (annotated articles), and tables with one article a row: .jsonl .csv .tsv .parquet.
Writes into the folder OUT:
  quotes.jsonl, quotes.csv   one row a quote unit (--format chooses one of csv, parquet, jsonl)
  articles.csv               one row an article, with the balance of voices
  errors.csv                 what could not be read, and why (only where something failed)
  texts/                     the text of HTML and XML articles, which the positions of the quotes refer to"""

_EXAMPLES = """\
examples:
  bothsides predict news/ -o results
  bothsides predict archive.csv --text-column body --id-column url -o results
  bothsides predict news/ more/*.html -o results --format parquet --overwrite
  pbpaste | bothsides predict - -o results"""


def add(commands: Commands) -> None:
    """Declare the command."""
    predict = new_command(commands, "predict", "classify articles", _DESCRIPTION, run, _EXAMPLES)
    predict.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder, pattern, or - for standard input")
    predict.add_argument("-o", "--out", required=True, type=Path, metavar="OUT", help="folder of the results")
    predict.add_argument("--format", choices=("csv", "parquet", "jsonl"), help="write quotes in this format alone")
    predict.add_argument("--text-column", default="", metavar="NAME", help="column of a table with the text (text)")
    predict.add_argument(
        "--id-column", default="", metavar="NAME", help="column with the id (id, else the row's number)"
    )
    predict.add_argument(
        "--model", default="", metavar="MODEL", help="folder of a bundle, or models:/NAME@ALIAS of MLflow"
    )
    predict.add_argument("--overwrite", action="store_true", help="replace results that are in OUT")


def run(options: argparse.Namespace) -> int:
    """Read, classify and write; the exit code says whether inputs failed."""
    import time

    from ..predict.predictor import Predictor
    from ..predict.read import ReadOptions, count_articles, find_files, read_sources
    from ..predict.source import Failure
    from ..predict.write import Format, ResultWriter, result_paths
    from ..terminal import Summary, console, progress
    from .model import bundle_named

    formats: tuple[Format, ...] = (options.format,) if options.format else ("jsonl", "csv")
    sources = list(find_files(options.inputs, result_paths(options.out)))
    summary = Summary()
    start = time.monotonic()
    with ResultWriter(options.out, formats, options.overwrite) as writer, progress(count_articles(sources)) as step:
        predictor = Predictor.load(bundle_named(options.model))

        def articles() -> Iterator[SourceArticle]:
            for found in read_sources(sources, ReadOptions(options.text_column, options.id_column)):
                if isinstance(found, Failure):
                    writer.fail(found)
                    _complain_of(found, len(writer.failures))
                    step()
                else:
                    yield found

        for prediction in predictor.predict_articles(articles()):
            writer.add(prediction)
            summary.add(prediction)
            step()
        written = writer.commit()
        failed = len(writer.failures)
    if failed > _SHOWN_FAILURES:
        complain(f"{failed - _SHOWN_FAILURES} more inputs failed: see {options.out / 'errors.csv'}")
    if not summary.articles:
        return NOTHING_DONE
    out = console()
    out.print(summary.table())
    for note in summary.notes():
        out.print(note)
    seconds = time.monotonic() - start
    out.print(f"{summary.articles} articles, {writer.units} quote units, {failed} failed, in {seconds:.1f} s")
    out.print(f"wrote {', '.join(path.name for path in written)} in {plain(str(options.out))}", soft_wrap=True)
    return SOME_FAILED if failed else OK


def _complain_of(failure: Failure, number: int) -> None:
    if number <= _SHOWN_FAILURES:
        complain(str(failure))
