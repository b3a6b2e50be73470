"""Files as bytes, packed with gzip or not, in a stream that no archive bomb can make long."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from .source import LARGEST_FILE

HIGHEST_RATIO = 100
"""How many times its packed size a file may unpack to; text packs to a third, and repetitive tables to a thirtieth."""
FREE_SIZE = 4 << 20
"""Bytes that a file may unpack to whatever its ratio: they do no harm."""
LARGEST_UNPACKED = 8 << 30
"""Bytes that a packed table may unpack to."""

_PACKED = ".gz"
_UNPACKED_ELSEWHERE = (".parquet",)


class PackedError(Exception):
    """A packed file that is damaged or would unpack to too much; `reason` and `advice` are fit for a `Failure`."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason, self.advice = reason, advice


def format_of(path: Path) -> str:
    """Name a file's format by its suffix in small letters, without that of its packing: `.csv` for `a.CSV.gz`.

    Parquet files are packed inside, so `.parquet.gz` is a format of its own, and unknown.
    """
    suffix = path.suffix.lower()
    inner = Path(path.stem).suffix.lower() if suffix == _PACKED else ""
    return inner + suffix if inner in _UNPACKED_ELSEWHERE else inner or suffix


def stem_of(path: Path) -> str:
    """Give a file's name without the suffixes of its format and its packing."""
    return Path(path.stem).stem if path.suffix.lower() == _PACKED else path.stem


def open_bytes(path: Path) -> BinaryIO:
    """Open a file for reading, unpacked where its name ends in `.gz`.

    Reading raises `PackedError` where the file is damaged, or unpacks to more than `HIGHEST_RATIO` times its size
    (beyond `FREE_SIZE`) or more than `LARGEST_UNPACKED`; nothing more than that is ever unpacked.
    """
    if path.suffix.lower() != _PACKED:
        return path.open("rb")
    return cast(BinaryIO, io.BufferedReader(_Unpacked(path)))


def open_text(path: Path, encoding: str, newline: str | None = None) -> TextIO:
    """Open a file as text; see `open_bytes`."""
    return io.TextIOWrapper(open_bytes(path), encoding=encoding, newline=newline)


def read_whole(path: Path) -> bytes | None:
    """Read a file of at most `LARGEST_FILE` bytes, unpacked; None where it is larger.

    Raises `PackedError`; see `open_bytes`.
    """
    with open_bytes(path) as file:
        data = file.read(LARGEST_FILE + 1)
    return None if len(data) > LARGEST_FILE else data


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip file, counted."""

    def __init__(self, path: Path) -> None:
        self._file = gzip.open(path, "rb")  # noqa: SIM115 (closed by `close`)
        self._limit = min(max(FREE_SIZE, HIGHEST_RATIO * path.stat().st_size), LARGEST_UNPACKED)
        self._taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._file.read(len(buffer))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise PackedError("damaged gzip file", "pack it again") from error
        self._taken += len(data)
        if self._taken > self._limit:
            ratio = self._limit < LARGEST_UNPACKED
            most = f"{HIGHEST_RATIO} times its size" if ratio else f"{LARGEST_UNPACKED >> 30} GiB"
            raise PackedError(f"unpacks to more than {most}", "unpack it yourself if you trust it")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
