"""Setting a floor: `python pipeline/run.py floors --set KEY VALUE [--lower]`; no stage of the pipeline."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from ..errors import FloorError
from ..evaluation.floors import Floors, floor_of, gold_digest
from ..params import Params

log = logging.getLogger(__name__)


def main(root: Path, params: Params, *argv: str) -> None:
    """Set floors in `floors.json`, or say which stand.

    Floors set for other gold hold for nothing measured now: they are taken over with `--lower` only.
    """
    parser = argparse.ArgumentParser(prog="python pipeline/run.py floors", description=__doc__)
    parser.add_argument(
        "--set", nargs=2, action="append", default=[], metavar=("KEY", "VALUE"), help="e.g. units/joint_f1 0.7"
    )
    parser.add_argument("--lower", action="store_true", help="allow a floor to fall, and other gold to count")
    options = parser.parse_args(argv)
    path, digest = root / "floors.json", gold_digest(root / "seeds")
    floors = Floors.read(path) if path.exists() else Floors(digest, {})
    if options.set:
        if floors.gold_sha256 != digest and not options.lower:
            raise FloorError(f"{path}: was set for other gold; add --lower to take its floors over to the gold of now")
        floors = Floors(digest, floors.floors)
        for key, value in options.set:
            floors = floors.raised(key, _number(key, value), options.lower)
        floors.write(path)
    for key, floor in sorted(floors.floors.items()):
        log.info("%s >= %s", key, floor)


def _number(key: str, value: str) -> float:
    try:
        return floor_of(value)
    except ValueError as error:
        raise FloorError(f"{key}: {value!r} is no finite number; give one like 0.7") from error
