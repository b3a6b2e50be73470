"""Writing that lasts: files and folders forced to the disk, and the line that says why a disk refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import IO

from ..errors import InputError


def force(file: IO[str] | IO[bytes]) -> None:
    """Make sure that what was written to a file is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def force_folder(folder: Path) -> None:
    """Make renames last: a folder's entries are written back on their own."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def cannot_write(out: Path, error: OSError) -> InputError:
    """Say in one line why the results cannot be written."""
    full = error.errno == errno.ENOSPC
    remedy = "free some space, and go on with --resume" if full else "choose another folder with -o"
    return InputError(f"cannot write: {out} ({error.strerror or error}); {remedy}")
