"""`bothsides check`: do annotated articles keep the rules of their format?"""

from __future__ import annotations

import argparse
from collections import Counter

from .annotated_files import read_annotated
from .console import NOTHING_DONE, OK, Commands, new_command, plain

_DESCRIPTION = """\
Check annotated articles against the rules of their format, and add up their articles, units and labels."""


def add(commands: Commands) -> None:
    """Declare the command."""
    check = new_command(commands, "check", "check annotated articles", _DESCRIPTION, run)
    check.add_argument("files", nargs="+", metavar="FILE", help="annotated article, or a folder of them")


def run(options: argparse.Namespace) -> int:
    """Print every problem and the totals; fail where there is a problem."""
    from ..unit import STANCES

    totals: Counter[str] = Counter(files=0, articles=0, words=0, units=0, **dict.fromkeys(STANCES, 0))
    bad = 0
    for path, annotated, problems, _ in read_annotated(options.files):
        totals["files"] += 1
        bad += bool(problems)
        for problem in problems:
            print(plain(f"{path}: {problem}"))
        if annotated:
            labels = Counter(unit.stance.label for unit in annotated.gold if unit.stance)
            totals.update(labels, articles=1, words=annotated.article.words, units=len(annotated.units))
    print(", ".join(f"{name} {count}" for name, count in totals.items()) + f", files with problems {bad}")
    return NOTHING_DONE if bad else OK
