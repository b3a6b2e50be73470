"""How long the stages took, beside the results and never in them: `timings/` is in neither git nor DVC.

A timing remembers the digests of the reports that its stage wrote, and belongs to a result as long as they are so:
what DVC restores from its cache keeps the timing of the run that made it, and that of other results is never shown.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .encoder import sha256_of
from .tables import write_json

FOLDER = "timings"
_CLOCK_SLACK = 1.0  # seconds by which the clock of a file system may be behind


@dataclass(frozen=True)
class Timing:
    """One stage on one machine: seconds of wall and CPU time (child processes included), peak memory in MiB."""

    wall_s: float
    cpu_s: float
    peak_mib: float


class Stopwatch:
    """Measures from its making on."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), _cpu_seconds()

    def read(self) -> Timing:
        """Give the time that went by, and the peak memory of the process and its children so far."""
        wall, cpu = time.monotonic() - self._wall, _cpu_seconds() - self._cpu
        return Timing(round(wall, 2), round(cpu, 2), round(_peak_mib(), 1))


@contextmanager
def timed(root: Path, stage: str) -> Iterator[None]:
    """Time what is done inside, and write `timings/<stage>.json` unless it fails; `stage` may hold slashes."""
    began, watch = time.time() - _CLOCK_SLACK, Stopwatch()
    yield
    reports = root / "reports"
    written = sorted(p for p in reports.rglob("*.json") if p.stat().st_mtime >= began) if reports.is_dir() else []
    if written:  # a command that is no stage writes no report, and has no timing
        digests = {path.relative_to(root).as_posix(): sha256_of(path) for path in written}
        timing = watch.read()
        write_json(root / FOLDER / f"{stage}.json", {**vars(timing), "reports": digests})


def read_timings(root: Path, *fallbacks: Path) -> dict[str, Timing]:
    """Read the timings of the stages whose reports in `root` are still those that they wrote.

    `fallbacks` are other projects whose timings do where `root` has none: what a copy of a project did not run itself,
    the project did. A timing that cannot be read is left out.
    """
    found: dict[str, Timing] = {}
    for folder in (root / FOLDER, *(other / FOLDER for other in fallbacks)):
        for path in sorted(folder.rglob("*.json")):
            stage = path.relative_to(folder).with_suffix("").as_posix()
            timing = _current(root, path)
            if timing and stage not in found:
                found[stage] = timing
    return found


def _current(root: Path, path: Path) -> Timing | None:
    try:
        raw: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        same = all(sha256_of(root / name) == digest for name, digest in raw["reports"].items())
        return Timing(*(float(raw[key]) for key in ("wall_s", "cpu_s", "peak_mib"))) if same else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _cpu_seconds() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_mib() -> float:
    unit = 2**20 if sys.platform == "darwin" else 2**10  # macOS counts bytes, Linux KiB
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit
