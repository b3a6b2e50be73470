"""How fast bothsides is beside its peers: every measurement of docs and README in one go.

    .venv/bin/python benchmarks/speed.py                        all, about ten minutes on a quiet machine
    .venv/bin/python benchmarks/speed.py --only start jobs      some of it; the other figures stay as they were
    .venv/bin/python benchmarks/speed.py --only memory --many 20000 --words 300     the long run (more than an hour)

Whoever is compared takes turns, pass by pass. Writes speed.json, results.md and results.png beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import texts
from measuring import (
    ENVIRONMENT,
    ROOT,
    MeasureError,
    Usage,
    Worker,
    interleaved,
    machine,
    measure,
    show,
    spread,
)
from peering import Peers
from serving import write_jsonl

from bothsides.errors import BothsidesError

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "speed.json"
QUOTES, ARTICLES, WORDS, JOB_ARTICLES, FEW = 150, 24, 300, 400, 100

Section = dict[str, Any]


class Bench:
    """The inputs, the model that all stance engines run, and where the peers are."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.rounds, self.many, self.words = folder, options.rounds, options.many, options.words
        self.peers = Peers(options.peers)
        self.corpus = texts.written(ROOT)
        self.articles, self.quotes = folder / "articles.jsonl", folder / "quotes.jsonl"
        write_jsonl(self.articles, texts.articles(self.corpus, ARTICLES, WORDS))
        write_jsonl(self.quotes, texts.quotes(self.corpus, QUOTES))
        self.model = folder / "model"

    def engine(self, name: str, source: Path) -> list[str | Path]:
        """Give the command of a worker of `engines.py`."""
        return [sys.executable, HERE / "engines.py", name, self.model, source]

    def predict(self, source: Path, *options: str) -> list[str | Path]:
        """Give the command of a run of bothsides as a user starts it."""
        out = self.folder / "out"
        return [sys.executable, "-m", "bothsides.cli", "predict", source, "-o", out, "--overwrite", *options]

    def prepare(self) -> None:
        """Make the model of the stance engines."""
        if not self.model.exists():
            show("making the model that all stance engines run")
            measure([sys.executable, HERE / "engines.py", "prepare", self.model])

    def save_articles(self, count: int, words: int, name: str) -> Path:
        """Write articles as a table of JSON lines."""
        path = self.folder / name
        write_jsonl(path, texts.articles(self.corpus, count, words))
        return path

    @property
    def jobs(self) -> bool:
        """Whether this version of bothsides can work in several processes."""
        command = [sys.executable, "-m", "bothsides.cli", "predict", "--help"]
        shown = subprocess.run(command, env=os.environ | ENVIRONMENT, capture_output=True, text=True, check=True)
        return "--jobs" in shown.stdout


def stance(bench: Bench) -> Section:
    """Measure quotes per CPU-second of the stance engines, all with the same weights on the same inputs."""
    bench.prepare()
    workers = [Worker(name, bench.engine(name, bench.quotes)) for name in ("ort", "hf", "floor")]
    _take_turns(workers, bench.rounds)
    ort, hf, floor = workers
    answers = list(zip(ort.passes[-1]["labels"], hf.passes[-1]["labels"], strict=True))
    ratios = [a / b for a, b in zip(ort.rates("quotes"), hf.rates("quotes"), strict=True)]
    return {
        "quotes": QUOTES,
        "tokens": round(ort.passes[-1]["tokens"], 1),
        "same_labels": sum(a == b for a, b in answers),
        "rates": {w.name: spread(w.rates("quotes")) for w in (ort, hf, floor)},
        "against_hf": spread(ratios),
    }


def articles(bench: Bench) -> Section:
    """Measure 300-word articles per CPU-second: bothsides end to end, the peers finding units only."""
    workers = [Worker("bothsides", bench.engine("bothsides", bench.articles))]
    workers += [Worker(name, bench.peers.command("serve", name, bench.articles)) for name in bench.peers.names]
    _take_turns(workers, bench.rounds)
    last = {w.name: w.passes[-1] for w in workers}
    if len({p["digest"] for p in workers[0].passes}) != 1:
        raise MeasureError("bothsides: two passes over the same articles gave different rows")
    return {
        "articles": ARTICLES,
        "not_run": bench.peers.missing,
        "rates": {w.name: spread(w.rates("articles")) for w in workers},
        "units": {name: p["units"] for name, p in last.items()},
        "refused": {name: p["refused"] for name, p in last.items() if "refused" in p},
    }


def start(bench: Bench) -> Section:
    """Measure the whole of a run on one input: CPU-seconds from the start of the process to its end, and memory."""
    bench.prepare()
    text = bench.folder / "one.txt"
    first = json.loads(bench.articles.read_text(encoding="utf-8").splitlines()[0])
    text.write_text(first["text"], encoding="utf-8")
    commands = {"bothsides": bench.predict(text), "hf": bench.engine("hf-once", bench.quotes)}
    commands |= {n: bench.peers.command("once", n, bench.articles) for n in bench.peers.names if n != "parse"}
    used: dict[str, list[Usage]] = {name: [] for name in commands}
    for number in range(bench.rounds + 1):
        for name, command in commands.items():
            usage = measure(command)
            if number:  # the first one fills the disk's cache
                used[name].append(usage)
        show(f"  {', '.join(commands)}: {number} of {bench.rounds} rounds")
    return {
        "cpu_s": {name: spread([u.cpu_s for u in some]) for name, some in used.items()},
        "wall_s": {name: spread([u.wall_s for u in some]) for name, some in used.items()},
        "peak_mib": {name: spread([u.peak_mib for u in some]) for name, some in used.items()},
    }


def jobs(bench: Bench) -> Section:
    """Measure the wall time of a whole run in one and in two processes."""
    if not bench.jobs:
        return {"not_run": "this version of bothsides has no --jobs"}
    table = bench.save_articles(JOB_ARTICLES, WORDS, "jobs.jsonl")
    walls: dict[str, list[float]] = {"1": [], "2": []}
    measure(bench.predict(table, "--jobs", "2"))
    for number in range(bench.rounds):
        for count, some in walls.items():
            some.append(measure(bench.predict(table, "--jobs", count)).wall_s)
        show(f"  one and two jobs: {number + 1} of {bench.rounds} rounds")
    gains = [one / two for one, two in zip(walls["1"], walls["2"], strict=True)]
    return {
        "articles": JOB_ARTICLES,
        "wall_s": {count: spread(some) for count, some in walls.items()},
        "gain": spread(gains),
    }


def memory(bench: Bench) -> Section:
    """Measure the peak memory of runs over few and many articles."""
    peaks = {}
    options = ["--jobs", "1"] if bench.jobs else []
    for count in (FEW, bench.many):
        show(f"  memory: {count} articles of {bench.words} words")
        table = bench.save_articles(count, bench.words, "memory.jsonl")
        peaks[str(count)] = round(measure(bench.predict(table, *options)).peak_mib, 1)
    few, many = peaks.values()
    return {"words": bench.words, "peak_mib": peaks, "growth": round(many / few - 1, 4)}


SECTIONS: dict[str, Callable[[Bench], Section]] = {
    "stance": stance,
    "articles": articles,
    "start": start,
    "jobs": jobs,
    "memory": memory,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, keep, and write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=tuple(SECTIONS), default=list(SECTIONS), help="measure just these")
    parser.add_argument("--rounds", type=int, default=5, help="measured passes of each (5)")
    parser.add_argument("--peers", type=Path, default=ROOT / ".peers", help="environment of the peers (.peers)")
    parser.add_argument("--many", type=int, default=600, help="articles of the larger run of `memory` (600)")
    parser.add_argument("--words", type=int, default=60, help="words of an article in `memory` (60)")
    options = parser.parse_args(arguments)
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    folder = Path(tempfile.mkdtemp(prefix="bothsides-speed-"))
    try:
        model = texts.model()
        bench = Bench(folder, options)
        for name in options.only:
            show(f"{name}: {(SECTIONS[name].__doc__ or '').splitlines()[0]}")
            found = SECTIONS[name](bench)
            results[name] = {**found, "machine": machine(), "model": model, "rounds": options.rounds}
            RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    except (MeasureError, BothsidesError) as error:
        show(f"speed: {error}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return subprocess.run([sys.executable, HERE / "reporting.py"], check=False).returncode


def _take_turns(workers: Sequence[Worker], rounds: int) -> None:
    try:
        interleaved(workers, rounds)
    finally:
        for worker in workers:
            worker.close()


if __name__ == "__main__":
    sys.exit(main())
