"""What an input was when it was read, so that a run that is resumed notices when it is another one now."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from .read import Source, Stdin

START_AGAIN = "start again with --overwrite"
"""What to do where a run cannot go on from what an earlier one has done."""


@dataclass(frozen=True)
class Stamp:
    """A source's name, and of a file the size, the time of its last change (ns) and the sha256 of its bytes."""

    name: str
    size: int = 0
    changed: int = 0
    sha256: str = ""

    def row(self) -> list[Any]:
        """Lay out the stamp for a line of JSON; `Stamp(*row)` reads it back."""
        return list(astuple(self))


def stamp_of(source: Source) -> Stamp:
    """Stamp a source as it is now; what cannot be read has no digest."""
    name = _name(source)
    if isinstance(source, Stdin):
        return Stamp(name, len(source.data), 0, hashlib.sha256(source.data).hexdigest())
    if not isinstance(source, Path):
        return Stamp(name)
    try:
        about = source.stat()
        with source.open("rb") as file:
            return Stamp(name, about.st_size, about.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError:
        return Stamp(name)


def check_unchanged(source: Source, stamp: Stamp) -> None:
    """Make sure that a source is the one that was read: by size and time, else by its sha256.

    Raises `InputError` where it is not.
    """
    if _name(source) != stamp.name:
        raise InputError(f"other inputs than when the run began: {_name(source)}; {START_AGAIN}")
    try:
        about = source.stat() if isinstance(source, Path) else None
    except OSError:
        about = None
    if about and (about.st_size, about.st_mtime_ns) == (stamp.size, stamp.changed):
        return
    if stamp_of(source).sha256 != stamp.sha256:
        raise InputError(f"changed since it was read: {_name(source)}; {START_AGAIN}")


def listing(sources: Iterable[Source]) -> str:
    """Digest the names of sources in order."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(os.fsencode(_name(source)) + b"\0")
    return digest.hexdigest()


def _name(source: Source) -> str:
    """Name a source; one that failed is another than the file of that name."""
    if isinstance(source, Stdin):
        return "-"
    return str(source) if isinstance(source, Path) else f"{source.path} ({source.reason})"
