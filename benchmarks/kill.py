"""Kill `bothsides predict` at random points, resume it, and compare the bytes with those of an unbroken run.

    python benchmarks/kill.py --points 100 [--stand-in]

Each point is a run in two processes that gets SIGKILL after a random time, is resumed, killed and resumed again with
some probability, and at last goes to its end. Uses the bundle that `bothsides predict` would use, or the tests' model
without weights (`--stand-in`); exits 1 where any result differs. The random times are the same for a seed, what they
hit is not.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

SCRIPT = Path(__file__).parent / "make_folder.py"
STAND_IN = Path(__file__).parent / "stand_in.py"
AGAIN = 0.4


def predict(program: list[str], news: Path, out: Path, wait: float | None) -> int | None:
    """Run, or go on with a run; kill it after some seconds. Gives the exit code, or nothing where it was killed."""
    command = [sys.executable, *program, "predict", str(news), "-o", str(out), "--jobs", "2", "--resume"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    try:
        _, errors = process.communicate(timeout=wait)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    if b"Traceback" in errors:
        print(errors.decode(errors="replace"), file=sys.stderr)
        return -1
    return process.returncode


def digest(out: Path) -> str:
    """Digest names and bytes of all results but `run.json`, which holds the times."""
    found = hashlib.sha256()
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.name != "run.json":
            found.update(os.fsencode(path.relative_to(out)) + b"\0" + path.read_bytes())
    return found.hexdigest()


def stage_of(out: Path) -> str:
    """Say how far a run was when it was killed."""
    work = out / ".bothsides"
    if not (work / "journal.jsonl").exists():
        return "finished" if (out / "manifest.json").exists() else "not begun"
    entries = (work / "journal.jsonl").read_bytes().count(b"\n") - 1
    return "putting into place" if (work / "tables").exists() else "working" if entries > 0 else "no chunk done"


def main() -> int:
    """Kill, resume and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--stand-in", action="store_true")
    options = parser.parse_args()
    program = [str(STAND_IN)] if options.stand_in else ["-m", "bothsides.cli"]
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        made = [sys.executable, str(SCRIPT), str(root), "--files", str(options.files), "--seed", str(options.seed)]
        subprocess.run(made, check=True)
        start = time.monotonic()
        code = predict(program, root / "news", root / "whole", None)
        took, whole = time.monotonic() - start, digest(root / "whole")
        hits, differing, kills = Counter[str](), 0, 0
        for _ in range(options.points):
            out = root / "out"
            shutil.rmtree(out, ignore_errors=True)
            wait: float | None = chance.uniform(0.1, took)
            while predict(program, root / "news", out, wait) is None:
                kills += 1
                hits[stage_of(out)] += 1
                wait = chance.uniform(0.1, took) if chance.random() < AGAIN else None
            ended = predict(program, root / "news", out, None)
            differing += digest(out) != whole or ended != code
    print(f"unbroken run: {took:.1f} s, exit code {code}")
    print(f"{options.points} points, {kills} kills ({', '.join(f'{n} {k}' for k, n in sorted(hits.items()))})")
    print(f"results that differ: {differing}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
