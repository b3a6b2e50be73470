"""What every command shares: exit codes, the form of help texts, and lines on the terminal that hold no escapes."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from typing import Any

OK, NOTHING_DONE, WRONG_USAGE, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130

Commands = Any
"""What `argparse.ArgumentParser.add_subparsers` returns; its class is private."""


def new_command(
    commands: Commands,
    name: str,
    help: str,
    description: str,
    run: Callable[[argparse.Namespace], int],
    examples: str | None = None,
) -> argparse.ArgumentParser:
    """Declare a command whose texts keep their line breaks; `run` takes the options and gives the exit code."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=description, epilog=examples, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(run=run)
    return parser


def natural(text: str) -> int:
    """Read an option that is a whole number; `argparse` shows the message of its error."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def positive(text: str) -> int:
    """Read an option that is a whole number but not 0."""
    if not natural(text):
        raise argparse.ArgumentTypeError("0 is too few; give 1 or more")
    return int(text)


def show_any_character() -> None:
    """Let both streams show every text: what their encoding cannot hold is printed as an escape such as `\\xe9`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(message: str) -> None:
    """Print one line to standard error."""
    print(f"bothsides: {plain(message)}", file=sys.stderr)


def plain(text: str) -> str:
    """See `predict.safe.terminal_text`."""
    from ..predict.safe import terminal_text

    return terminal_text(text)
