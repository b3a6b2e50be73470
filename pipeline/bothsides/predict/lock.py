"""A lock file: one run at a time writes to a folder, and a run that was killed locks nobody out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..errors import InputError


class Lock:
    """A lock on a file, held until `release` or the end of the process, however that ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises `InputError` where another process holds it, or removes its folder at this moment, and `OSError` where
        the file cannot be written.
        """
        held = InputError(
            f"another run is writing to {path.parents[1]}; wait for its end, or choose another folder with -o"
        )
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except FileNotFoundError:  # the run before removed the folder after we had made sure of it
            raise held from None
        try:
            _take(self._descriptor)
            if os.name == "posix" and os.fstat(self._descriptor).st_ino != path.stat().st_ino:
                raise BlockingIOError  # the run before removed its file between our opening it and our locking it
        except (BlockingIOError, PermissionError, FileNotFoundError):
            os.close(self._descriptor)
            raise held from None

    def release(self) -> None:
        """Give the lock back; a second time does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
