"""Where a long training stands: kept every ten minutes, so that one that was stopped goes on, with the same result.

It lies in the user's cache and not in the project: DVC removes what a stage writes before it runs the stage again, and
an experiment that fails leaves no copy of the project behind.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import sys
import time
import zipfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .encoder import cache_folder, sha256_of

if TYPE_CHECKING:
    import torch

State = dict[str, Any]
"""What `torch.save` writes of a training: tensors, numbers, and lists, tuples and dictionaries of them."""

INTERVAL = 600.0
"""Seconds between two writings; at most that much is done again."""
_FORGOTTEN = 14 * 24 * 3600.0
"""Seconds after which a training that was given up loses its place."""

log = logging.getLogger(__name__)


class Checkpoint:
    """The file that holds where one training stands, and when it was written last."""

    def __init__(self, path: Path, interval: float = INTERVAL) -> None:
        self.path = path
        self._interval = interval
        self._written = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether it is time to write again."""
        return time.monotonic() - self._written >= self._interval

    def read(self, device: torch.device) -> State | None:
        """Give the state that was written last, its tensors on a device; None where there is none or it is damaged."""
        import torch

        if not self.path.exists():
            return None
        try:
            with zipfile.ZipFile(self.path) as parts:  # torch writes checksums and does not look at them
                if damaged := parts.testzip():
                    raise zipfile.BadZipFile(damaged)
            state: State = torch.load(self.path, map_location=device, weights_only=True)
        except Exception as error:  # whatever a damaged file makes of the readers of its format
            log.warning("%s: cannot be read (%s); the training begins anew", self.path, type(error).__name__)
            return None
        return state

    def write(self, state: State) -> None:
        """Put a state into the place of the one before; where the disk refuses, the training goes on without."""
        import torch

        self._written = time.monotonic()
        new = self.path.with_suffix(f".{os.getpid()}")  # queued experiments may train the same encoder side by side
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        except (OSError, RuntimeError) as error:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            log.warning("%s: cannot be written (%s); a training that is stopped begins anew", self.path, error)


def trainings() -> Path:
    """Give the folder of the trainings that are not at their end, one folder each, and drop those given up long ago."""
    folder = cache_folder() / "trainings"
    for path in folder.glob("*/"):
        with suppress(OSError):  # somebody else's, or gone meanwhile
            newest = max(file.stat().st_mtime for file in (path, *path.iterdir()))
            if time.time() - newest > _FORGOTTEN:
                shutil.rmtree(path)
    return folder


def training_key(*given: object) -> str:
    """Digest what decides the bytes of a training: values given (by `repr`), libraries, processor, loaded modules."""
    import torch

    libraries = [(name, version(name)) for name in ("torch", "transformers", "tokenizers", "numpy")]
    graphics = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    machine = (torch.backends.cpu.get_cpu_capability(), graphics)
    digest = hashlib.sha256(repr((given, libraries, machine)).encode())
    ours = __package__.partition(".")[0]
    for name in sorted(n for n in sys.modules if n.partition(".")[0] == ours):
        if file := getattr(sys.modules[name], "__file__", None):
            digest.update(f"{name}:{sha256_of(Path(file))}\n".encode())
    return digest.hexdigest()[:16]
