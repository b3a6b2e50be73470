"""`bothsides report`: whose voice the coverage carried, as a page to read, to print and to cite."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

from ..errors import BothsidesError
from .console import OK, Commands, new_command, plain

_NEEDED = ("jinja2", "matplotlib")

_DESCRIPTION = """\
Make a report of the results of `bothsides predict`: one HTML file that needs no network.

Share of voice by quotes, words and prominence with intervals, over time, by outlet and by kind of source; direct and
indirect speech; first and last word; one-sided articles and missing voices; every article with its units in its text;
the units to review; a paragraph on methods. Outlet, date, phase and title come from columns of the articles. From
1,000 articles on, further files hold the articles that do not fit into the first."""

_EXAMPLES = """\
examples:
  bothsides predict news/ -o results && bothsides report results
  bothsides report results --strike 2012-09-10..2012-09-18      before, during and after a strike
  bothsides report results --date-column pubdate --outlet-column paper -o strike.html"""


def add(commands: Commands) -> None:
    """Declare the command."""
    report = new_command(commands, "report", "make a report of results", _DESCRIPTION, run, _EXAMPLES)
    report.add_argument("results", type=Path, metavar="RESULTS", help="folder that `bothsides predict` wrote")
    report.add_argument("-o", "--out", type=Path, metavar="FILE", help="the report (RESULTS/report.html)")
    report.add_argument("--date-column", metavar="NAME", help="column with the date (date, published, ...)")
    report.add_argument("--outlet-column", metavar="NAME", help="column with the outlet (outlet, source, ...)")
    report.add_argument("--phase-column", metavar="NAME", help="column with the phase of the dispute (phase)")
    report.add_argument("--strike", metavar="DAYS", help="first and last day, as 2012-09-10..2012-09-18, for phases")


def run(options: argparse.Namespace) -> int:
    """Read the results, compute the figures and write the page or pages."""
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        what = " and ".join(missing)
        raise BothsidesError(
            f"the report needs {what}: install the wheel with its extra, as in pip install 'WHEEL[report]'"
        )
    from ..report.dates import parse_strike
    from ..report.entries import Columns
    from ..report.methods import model_note
    from ..report.page import report_pages
    from ..report.results import read_results, with_texts
    from ..report.save import save_pages
    from ..report.summary import summarise

    strike = parse_strike(options.strike) if options.strike else None
    results = read_results(options.results)
    columns = Columns.find(results.articles, options.date_column, options.outlet_column, options.phase_column)
    if strike and not columns.date:
        raise BothsidesError("--strike needs the dates of the articles: name their column with --date-column")
    summary = summarise(list(with_texts(results)), columns, strike)
    out = options.out or options.results / "report.html"
    written = save_pages(out, report_pages(summary, model_note(results.manifest), results.failed, out.name))
    print(plain(f"{len(summary.entries)} articles, {summary.voice.units} quote units, {summary.to_review} to review"))
    more = f" and {len(written) - 1} more" if len(written) > 1 else ""
    print(plain(f"wrote {written[0]}{more}: open it in a browser"))
    return OK
