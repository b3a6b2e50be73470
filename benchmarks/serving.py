"""The worker's side of a measurement: load once, then one pass over the inputs for each line that arrives.

Only the standard library is imported here, for the peers' environment has no bothsides.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Facts = Mapping[str, Any]
"""What one pass tells besides its time: counts, mean lengths, a digest of the answers."""


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as JSON lines."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def cpu_seconds() -> float:
    """Give the CPU time of this process so far, user and system, all threads, with children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def serve(run: Callable[[], Facts]) -> None:
    """Answer each line on standard input with one timed pass, as a JSON object on standard output.

    The first pass warms up and is not timed by the caller. Whatever else the libraries print goes to standard error.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for _ in sys.stdin:
        cpu, wall = cpu_seconds(), time.monotonic()
        facts = dict(run())
        answer = {"cpu_s": cpu_seconds() - cpu, "wall_s": time.monotonic() - wall, **facts}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
