"""The `bothsides` command: each of its commands is a module of `commands`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from . import __version__
from .commands import check, estimate, evaluate, predict, report, runs, sample
from .commands.console import INTERRUPTED, NOTHING_DONE, WRONG_USAGE, complain, show_any_character
from .errors import BothsidesError, UsageError

COMMANDS = (predict, report, sample, estimate, evaluate, check, runs)

_DESCRIPTION = """\
Who gets heard in the coverage of teachers' strikes, and for which side.

Finds every quotation in news articles, direct or reported, says who speaks and whether the statement
is aligned with the union, with the district, or neutral, and adds up the balance of voices."""

_EXAMPLES = """\
examples:
  bothsides predict article.txt -o results          one article
  bothsides predict news/ -o results                a folder, with all folders in it
  bothsides predict "news/2012-*.html" -o results   a pattern
  bothsides report results                          whose voice the coverage carried, as a page
  bothsides sample results -n 200                   quotes for people to code
  bothsides estimate results --codes CODES.csv      shares of voice with intervals that hold
  bothsides evaluate annotated/*.xml                how good is the model on articles that you annotated?
  bothsides check annotated/*.xml                   do annotated articles keep the rules of the format?
  bothsides runs                                    which experiment was best, and what did it change?

exit codes: 0 all well, 1 nothing done (check: problems found), 2 wrong usage, 3 some inputs failed, 130 interrupted"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    show_any_character()
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except UsageError as error:
        complain(f"wrong usage: {error}")
        return WRONG_USAGE
    except BothsidesError as error:
        complain(str(error))
    except KeyboardInterrupt as interrupt:
        # What writes results notes on the way out whether any were written.
        complain(": ".join(["interrupted", *getattr(interrupt, "__notes__", [])]))
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): leave quietly, and keep the interpreter from flushing again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NOTHING_DONE


class _Parser(argparse.ArgumentParser):
    """Complains in one line, as every other error does."""

    def error(self, message: str) -> NoReturn:
        complain(f"wrong usage: {message}; see {self.prog} --help")
        sys.exit(WRONG_USAGE)


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="bothsides", description=_DESCRIPTION, epilog=_EXAMPLES, formatter_class=raw)
    parser.add_argument("--version", action="version", version=f"bothsides {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
