"""The `bothsides` command: predict, evaluate, check."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from . import __version__
from .errors import BothsidesError

if TYPE_CHECKING:
    from .annotated import AnnotatedArticle
    from .predict.source import Failure, SourceArticle

OK, NOTHING_DONE, WRONG_USAGE, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130

# How `bothsides evaluate` scores: as the pipeline's own evaluation does by default.
_IOU, _RESAMPLES, _SEED = 0.5, 1000, 13
_SHOWN_FAILURES = 20

_DESCRIPTION = """\
Who gets heard in the coverage of teachers' strikes, and for which side.

Finds every quotation in news articles, direct or reported, says who speaks and whether the statement
is aligned with the union, with the district, or neutral, and adds up the balance of voices."""

_EXAMPLES = """\
examples:
  bothsides predict article.txt -o results          one article
  bothsides predict news/ -o results                a folder, with all folders in it
  bothsides predict "news/2012-*.html" -o results   a pattern
  bothsides evaluate coded/*.xml                    how good is the model on articles that you annotated?
  bothsides check coded/*.xml                       do annotated articles keep the rules of the format?

exit codes: 0 all well, 1 nothing done (check: problems found), 2 wrong usage, 3 some inputs failed"""

_PREDICT = """\
Find the quote units of news articles and classify each one's stance.

Reads .txt .md .html .xml (annotated articles), and tables with one article a row: .jsonl .csv .tsv .parquet.
Writes into the folder OUT:
  quotes.jsonl, quotes.csv   one row a quote unit (--format chooses one of csv, parquet, jsonl)
  articles.csv               one row an article, with the balance of voices
  errors.csv                 what could not be read, and why (only where something failed)
  texts/                     the text of HTML and XML articles, which the positions of the quotes refer to"""

_PREDICT_EXAMPLES = """\
examples:
  bothsides predict news/ -o results
  bothsides predict archive.csv --text-column body --id-column url -o results
  bothsides predict news/ more/*.html -o results --format parquet --overwrite
  pbpaste | bothsides predict - -o results"""

_EVALUATE = """\
Score the model on annotated articles: units, speakers, stance, calibration, share of voice, with intervals."""

_CHECK = """\
Check annotated articles against the rules of their format, and add up their articles, units and labels."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except BothsidesError as error:
        _complain(str(error))
    except KeyboardInterrupt as interrupt:
        # What writes results notes on the way out whether any were written.
        _complain(": ".join(["interrupted", *getattr(interrupt, "__notes__", [])]))
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): leave quietly, and keep the interpreter from flushing again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NOTHING_DONE


class _Parser(argparse.ArgumentParser):
    """Complains in one line, as every other error does."""

    def error(self, message: str) -> NoReturn:
        _complain(f"wrong usage: {message}; see {self.prog} --help")
        sys.exit(WRONG_USAGE)


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="bothsides", description=_DESCRIPTION, epilog=_EXAMPLES, formatter_class=raw)
    parser.add_argument("--version", action="version", version=f"bothsides {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    predict = commands.add_parser(
        "predict", help="classify articles", description=_PREDICT, epilog=_PREDICT_EXAMPLES, formatter_class=raw
    )
    predict.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder, pattern, or - for standard input")
    predict.add_argument("-o", "--out", required=True, type=Path, metavar="OUT", help="folder of the results")
    predict.add_argument("--format", choices=("csv", "parquet", "jsonl"), help="write quotes in this format alone")
    predict.add_argument("--text-column", default="", metavar="NAME", help="column of a table with the text (text)")
    predict.add_argument(
        "--id-column", default="", metavar="NAME", help="column with the id (id, else the row's number)"
    )
    predict.add_argument("--overwrite", action="store_true", help="replace results that are in OUT")
    predict.set_defaults(run=_predict)

    evaluate = commands.add_parser("evaluate", help="score the model", description=_EVALUATE, formatter_class=raw)
    evaluate.add_argument("files", nargs="+", metavar="ANNOTATED.xml", help="annotated article")
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file")
    evaluate.set_defaults(run=_evaluate)

    check = commands.add_parser("check", help="check annotated articles", description=_CHECK, formatter_class=raw)
    check.add_argument("files", nargs="+", metavar="FILE", help="annotated article, or a folder of them")
    check.set_defaults(run=_check)
    return parser


def _predict(options: argparse.Namespace) -> int:
    import time

    from .predict.predictor import Predictor
    from .predict.read import ReadOptions, count_articles, find_files, read_sources
    from .predict.source import Failure
    from .predict.write import Format, ResultWriter, result_paths
    from .terminal import Summary, console, progress

    formats: tuple[Format, ...] = (options.format,) if options.format else ("jsonl", "csv")
    sources = list(find_files(options.inputs, result_paths(options.out)))
    summary = Summary()
    start = time.monotonic()
    with ResultWriter(options.out, formats, options.overwrite) as writer, progress(count_articles(sources)) as step:
        predictor = Predictor.load()

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
        _complain(f"{failed - _SHOWN_FAILURES} more inputs failed: see {options.out / 'errors.csv'}")
    if not summary.articles:
        return NOTHING_DONE
    out = console()
    out.print(summary.table())
    for note in summary.notes():
        out.print(note)
    seconds = time.monotonic() - start
    out.print(f"{summary.articles} articles, {writer.units} quote units, {failed} failed, in {seconds:.1f} s")
    out.print(f"wrote {', '.join(path.name for path in written)} in {_plain(str(options.out))}", soft_wrap=True)
    return SOME_FAILED if failed else OK


def _evaluate(options: argparse.Namespace) -> int:
    from .evaluation.scorecard import score
    from .predict.predictor import Predictor
    from .tables import write_json
    from .terminal import console, scorecard_table

    gold = []
    failed = 0
    for path, annotated, problems, advice in _annotated(options.files):
        if annotated is None or problems:
            failed += 1
            more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
            _complain(f"{problems[0]}{more}: {path}; {advice}")
        else:
            gold.append(annotated)
    if not gold:
        return NOTHING_DONE
    predictor = Predictor.load()
    figures = score(gold, predictor.splitter.split, predictor.stance.classify, _IOU, _RESAMPLES, _SEED).as_dict()
    console().print(scorecard_table(figures))
    if options.json:
        try:
            write_json(options.json, figures)
        except OSError as error:
            raise BothsidesError(f"cannot write: {options.json} ({error.strerror}); choose another file") from error
    return SOME_FAILED if failed else OK


def _check(options: argparse.Namespace) -> int:
    from .unit import STANCES

    totals: Counter[str] = Counter(files=0, articles=0, words=0, units=0, **dict.fromkeys(STANCES, 0))
    bad = 0
    for path, annotated, problems, _ in _annotated(options.files):
        totals["files"] += 1
        bad += bool(problems)
        for problem in problems:
            print(_plain(f"{path}: {problem}"))
        if annotated:
            labels = Counter(unit.stance.label for unit in annotated.gold if unit.stance)
            totals.update(labels, articles=1, words=annotated.article.words, units=len(annotated.units))
    print(", ".join(f"{name} {count}" for name, count in totals.items()) + f", files with problems {bad}")
    return NOTHING_DONE if bad else OK


def _annotated(inputs: Sequence[str]) -> Iterator[tuple[str, AnnotatedArticle | None, list[str], str]]:
    """Read the annotated articles that files, folders and patterns name, with each one's problems and advice."""
    from .annotated import check_annotated
    from .predict.read import Failure, find_files

    for source in find_files(inputs):
        if isinstance(source, Path):
            yield str(source), *check_annotated(source), "see bothsides check"
        elif isinstance(source, Failure):
            yield source.path, None, [source.reason], source.advice
        else:
            yield "-", None, ["standard input is not read here"], "give files"


def _complain_of(failure: Failure, number: int) -> None:
    if number <= _SHOWN_FAILURES:
        _complain(str(failure))


def _complain(message: str) -> None:
    print(f"bothsides: {_plain(message)}", file=sys.stderr)


def _plain(text: str) -> str:
    from .predict.safe import terminal_text

    return terminal_text(text)


if __name__ == "__main__":
    sys.exit(main())
