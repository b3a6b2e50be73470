"""What made the results (`manifest.json`, the same bytes for the same run), and how that run went (`run.json`).

`run.json` holds the stamps of the inputs, a line each, by which a later `--resume` tells whether they still are those
that were read. They are no part of the manifest, because files that were copied have other times and the same results.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..encoder import sha256_of
from ..errors import InputError
from ..tables import write_json
from .journal import is_unfinished
from .read import Source
from .stamps import START_AGAIN, Stamp, check_unchanged
from .write import MANIFEST, RUN, Counts

_LIBRARIES = ("numpy", "onnxruntime", "pyarrow", "tokenizers", "trafilatura")


@dataclass(frozen=True)
class RunFigures:
    """How a run went: when it began (UTC, ISO 8601), seconds, processes, and the inputs that were done before it."""

    started: str
    seconds: float
    jobs: int
    resumed_inputs: int


def write_manifest(stage: Path, plan: Mapping[str, Any], counts: Counts) -> str:
    """Write the manifest of the results in a folder, with the sha256 of each, and give its name."""
    value = {
        "counts": {"articles": counts.articles, "quotes": counts.quotes, "failed": counts.failed},
        "files": {name: sha256_of(stage / name) for name in counts.files},
        "plan": dict(plan),
        "versions": {"python": platform.python_version(), "machine": platform.machine()}
        | {name: _version(name) for name in _LIBRARIES},
    }
    write_json(stage / MANIFEST, value)
    return MANIFEST


def write_run(stage: Path, figures: RunFigures, counts: Counts, stamps: Iterable[Stamp]) -> str:
    """Write how the run went, apart from the manifest because no two runs take the same time, and give its name."""
    done = counts.articles + counts.failed - figures.resumed_inputs
    rate = round(done / figures.seconds, 2) if figures.seconds else None
    value = vars(figures) | {"inputs_per_second": rate}
    with (stage / RUN).open("w", encoding="ascii", newline="\n") as file:
        # By hand, for the inputs may be too many to be held at once.
        file.write("{\n" + "".join(f"  {json.dumps(name)}: {json.dumps(value[name])},\n" for name in sorted(value)))
        file.write('  "inputs": [')
        for number, stamp in enumerate(stamps):
            file.write(("," if number else "") + "\n    " + json.dumps(stamp.row()))
        file.write("\n  ]\n}\n")
    return RUN


def finished_counts(out: Path, plan: Mapping[str, Any]) -> Counts | None:
    """Read the counts of the finished results of a plan; None where there are none, or of another plan."""
    try:
        value = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        if is_unfinished(out) or value["plan"] != dict(plan):
            return None
        return Counts(**value["counts"], files=list(value["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_finished(out: Path, counts: Counts, sources: Iterable[Source]) -> None:
    """Make sure that finished results are all there, and that their inputs are what they were.

    Raises `InputError` where they are not, or where nothing tells.
    """
    for name in counts.files:
        if not (out / name).is_file():
            raise InputError(f"a result is gone: {out / name}; {START_AGAIN}")
    try:
        stamps = [Stamp(*row) for row in json.loads((out / RUN).read_text(encoding="ascii"))["inputs"]]
        for source, stamp in zip(sources, stamps, strict=True):
            check_unchanged(source, stamp)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"does not tell which inputs were read: {out / RUN}; {START_AGAIN}") from error


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
