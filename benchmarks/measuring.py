"""The parent's side of a measurement: workers that take turns, and commands measured from start to end.

CPU-seconds are user and system time of a process with all its threads and children, as the kernel counts them. Nothing
heavy is imported here: the kernel counts a parent's memory into the peak of a child that it has just started.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
ENOUGH_ROUNDS = 5
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT / "pipeline"),
    "PYTHONHASHSEED": "0",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "true",
    # One thread each: CPU-seconds of threads that wait for one another are no measure of work.
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # A shell that forbids it would have every start compile all modules anew.
    "PYTHONDONTWRITEBYTECODE": "",
}


class MeasureError(Exception):
    """A measured program that failed; its text is one line with the end of what it printed."""


@dataclass(frozen=True)
class Usage:
    """What one command took from start to end: CPU-seconds, wall seconds, and the largest process's peak in MiB."""

    cpu_s: float
    wall_s: float
    peak_mib: float


class Worker:
    """A program that loads once and then makes one pass over its inputs whenever it is asked; see `serving.serve`."""

    def __init__(self, name: str, command: Sequence[str | Path]) -> None:
        self.name = name
        self.passes: list[dict[str, Any]] = []
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the worker)
        self._process = subprocess.Popen(
            [str(c) for c in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env=os.environ | ENVIRONMENT,
        )

    def turn(self, keep: bool = True) -> None:
        """Make one pass; `keep` false for the first one, which warms up.

        Raises `MeasureError` where the program has failed.
        """
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write("go\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has failed already, and its log says why
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise MeasureError(f"{self.name}: failed ({last_line(self._log)})")
        if keep:
            self.passes.append(json.loads(line))

    def rates(self, of: str) -> list[float]:
        """Give `of` per CPU-second of each pass."""
        return [p[of] / p["cpu_s"] for p in self.passes]

    def close(self) -> None:
        """End the program."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._log.close()


def interleaved(workers: Sequence[Worker], rounds: int) -> None:
    """Let the workers take turns: one pass each to warm up, then `rounds` measured ones."""
    for number in range(rounds + 1):
        for worker in workers:
            worker.turn(keep=number > 0)
        show(f"  {', '.join(w.name for w in workers)}: {number} of {rounds} rounds")


def measure(command: Sequence[str | Path], accepted: Sequence[int] = (0,)) -> Usage:
    """Run a command to its end and measure it with all its children.

    Raises `MeasureError` where it exits with a code that is not accepted.
    """
    with tempfile.TemporaryFile() as log:
        start = time.monotonic()
        process = subprocess.Popen(
            [str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | ENVIRONMENT
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepted:
            shown = " ".join(str(c) for c in command[:4])
            raise MeasureError(f"{shown} ...: exit code {process.returncode} ({last_line(log)})")
    return Usage(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Give the median, the smallest and the largest of repeated measurements, four significant digits."""
    return {name: float(f"{f(values):.4g}") for name, f in (("median", median), ("low", min), ("high", max))}


def machine() -> Mapping[str, object]:
    """Describe where this runs, and how busy it is."""
    model = "unknown"
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    return {
        "cpu": model,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "load": round(os.getloadavg()[0], 1),
    }


def provisional(measured_on: Mapping[str, Any], rounds: int) -> str:
    """Say why figures are not to be relied on yet: too few rounds, or a machine with too much else to do."""
    reasons = [f"only {rounds} rounds"] if rounds < ENOUGH_ROUNDS else []
    reasons += ["a busy machine"] if measured_on["load"] > measured_on["cores"] else []
    return f"**Provisional**: {' and '.join(reasons)}. " if reasons else ""


def show(line: str) -> None:
    """Tell on standard error what is going on."""
    print(line, file=sys.stderr, flush=True)


def last_line(log: IO[bytes]) -> str:
    """Give the last line of a program's log that says something."""
    log.seek(0)
    lines = [line.strip() for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it printed nothing"
