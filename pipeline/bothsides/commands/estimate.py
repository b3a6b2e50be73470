"""`bothsides estimate`: shares of voice with intervals that hold, from results and human codes."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..balance import MEASURES
from ..errors import BothsidesError
from .console import NOTHING_DONE, OK, Commands, complain, new_command

_SHOWN_PROBLEMS = 20

_DESCRIPTION = """\
Estimate the shares of voice in RESULTS from the model's labels and a sample of human codes.

Reads what was coded from `bothsides sample`: exports of Label Studio (.json) and doccano (.jsonl), tables (.csv), of
one coder or several. Gives the model's count, the codes alone, and both together (design-based supervised learning),
with intervals that hold although the model errs; the agreement of coders and model; and how to go on."""

_EXAMPLES = """\
examples:
  bothsides estimate results --codes results/sample/codes.csv
  bothsides estimate results --codes anna.csv ben.csv --by outlet --half-width 3
  bothsides estimate results --codes export.json --where event=strike --json shares.json --csv shares.csv

docs/estimation.md, in the project's repository, says what the intervals mean and what they assume."""


def add(commands: Commands) -> None:
    """Declare the command."""
    estimate = new_command(commands, "estimate", "shares of voice from human codes", _DESCRIPTION, run, _EXAMPLES)
    estimate.add_argument("results", type=Path, metavar="RESULTS", help="folder that bothsides predict wrote")
    estimate.add_argument("--codes", nargs="+", required=True, type=Path, metavar="FILE", help="coded sample")
    estimate.add_argument("--by", action="append", default=[], metavar="COLUMN", help="also for each value of a column")
    estimate.add_argument(
        "--where", action="append", default=[], type=_condition, metavar="COLUMN=VALUE", help="only these units"
    )
    estimate.add_argument("--measure", choices=MEASURES, default="quotes", help="what a unit counts (quotes)")
    estimate.add_argument(
        "--half-width", type=_points, metavar="POINTS", help="say how many more codes bring intervals to ± POINTS"
    )
    estimate.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file")
    estimate.add_argument("--csv", type=Path, metavar="FILE", help="write the shares as a table to this file")


def run(options: argparse.Namespace) -> int:
    """Read, check, estimate and show; codes with problems are all named, and nothing is estimated from the rest."""
    from ..coding.codes import gather
    from ..coding.evidence import weigh
    from ..coding.readers import READERS
    from ..coding.results import read_results
    from ..spreadsheet import write_csv
    from ..tables import write_json
    from ..terminal import console
    from .estimate_tables import agreement_table, boundary_table, closing_lines, shares_table

    results = read_results(options.results)
    coded = gather(options.codes, READERS, results)
    for problem in coded.problems[:_SHOWN_PROBLEMS]:
        complain(str(problem))
    if coded.problems:
        if len(coded.problems) > _SHOWN_PROBLEMS:
            complain(f"{len(coded.problems) - _SHOWN_PROBLEMS} more problems in the codes; repair these first")
        return NOTHING_DONE
    evidence = weigh(results, coded, options.by, options.where, options.measure, options.half_width)
    out = console()
    out.print(shares_table(evidence))
    if evidence.pairs:
        out.print(agreement_table(evidence))
    if evidence.boundaries:
        out.print(boundary_table(evidence))
    for line in closing_lines(evidence):
        out.print(line, soft_wrap=True)
    try:
        if options.json:
            write_json(options.json, evidence.as_dict())
        if options.csv:
            write_csv(options.csv, evidence.rows())
    except OSError as error:
        raise BothsidesError(f"cannot write: {error.filename} ({error.strerror}); choose another file") from error
    return OK


def _condition(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not column or not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is not COLUMN=VALUE")
    return column, value


def _points(text: str) -> float:
    try:
        points = float(text)
    except ValueError:
        points = 0.0
    if not 0 < points < 50:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of points between 0 and 50")
    return points / 100
