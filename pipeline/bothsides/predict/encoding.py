"""The encoding of a file: UTF-8 unless something says otherwise, and a guess only where it is named as one."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .packed import open_bytes

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\x7fELF")
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\f\x0b\x1b")
# The tool reads English news; a wider choice mistakes short texts with a few curly quotes for anything.
_CANDIDATES = ["cp1252", "cp1250", "mac_roman"]


class UndecodableError(Exception):
    """Bytes that are no text, or text in an encoding that cannot be told; `reason`, and the `line` where known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class Encoding:
    """A codec's name, and whether it is a guess: UTF-8 and byte-order marks are certain, anything else is not."""

    name: str
    guessed: bool = False

    @property
    def guess(self) -> str:
        """The codec's name where it is a guess, else nothing."""
        return self.name if self.guessed else ""


def file_encoding(path: Path) -> Encoding:
    """Detect the encoding of a file of any size, unpacked; see `detect`."""
    return detect(_blocks(path))


def decode(data: bytes) -> tuple[str, Encoding]:
    """Decode a whole file; line ends stay as they are, a byte-order mark goes.

    Raises `UndecodableError`.
    """
    encoding = detect([data])
    try:
        return data.decode(encoding.name), encoding
    except UnicodeDecodeError as error:
        raise UndecodableError(f"not valid {encoding.name}", data.count(b"\n", 0, error.start) + 1) from error


def detect(blocks: Iterable[bytes]) -> Encoding:
    """Detect the encoding of text that comes in blocks; all of it is looked at, one block at a time.

    A byte-order mark decides; so does valid UTF-8. UTF-16 without a mark is told by where its zero bytes stand, and
    the Western 8-bit encodings by charset-normalizer, with Windows-1252 before its equals.

    Raises `UndecodableError` for binary data, for damaged UTF-8, and where no candidate fits.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, bad, before = 1, b"", b""
    for number, block in enumerate(_ended(blocks)):
        if number == 0 and (known := _declared(block)):
            return known
        if number and b"\0" in block:
            raise UndecodableError("binary data in a text file", line)
        if not bad:
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line += block.count(b"\n", 0, error.start)
                bad = (before + block[max(0, error.start - _SAMPLE // 2) :])[:_SAMPLE]
            else:
                line += block.count(b"\n")
                before = block[-_SAMPLE // 2 :]
    return Encoding(_guess(bad, line), guessed=True) if bad else Encoding("utf-8")


def _ended(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Add an empty block, which tells the decoder that a character broken off at the end is an error."""
    yield from blocks
    yield b""


def _blocks(path: Path) -> Iterator[bytes]:
    with open_bytes(path) as file:
        while block := file.read(_BLOCK):
            yield block


def _declared(block: bytes) -> Encoding | None:
    """Tell what the first block shows for certain, or that it is binary."""
    if block.startswith(_MAGIC):
        raise UndecodableError("binary file")
    for mark, name in _MARKS:
        if block.startswith(mark):
            return Encoding(name)
    sample = block[: _SAMPLE - _SAMPLE % 2]
    if b"\0" in sample:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = len(sample) // 2
        if even == 0 and odd > 0.7 * half:
            return Encoding("utf-16-le", guessed=True)
        if odd == 0 and even > 0.7 * half:
            return Encoding("utf-16-be", guessed=True)
        raise UndecodableError("binary file")
    if len(sample) - len(sample.translate(None, _CONTROLS)) > 0.01 * len(sample):
        raise UndecodableError("binary file")
    return None


def _guess(sample: bytes, line: int) -> str:
    """Name the 8-bit encoding of a sample that is not UTF-8."""
    from charset_normalizer import from_bytes

    lenient = sample.decode("utf-8", "replace")
    damaged = lenient.count("\ufffd")
    if sum(c > "\x7f" for c in lenient) - damaged > damaged:
        raise UndecodableError("damaged UTF-8", line)
    matches = list(from_bytes(sample, cp_isolation=_CANDIDATES, preemptive_behaviour=False))
    fit: dict[str, float] = {}
    for match in matches:
        fit |= dict.fromkeys(match.could_be_from_charset, match.chaos)
    if not fit:
        raise UndecodableError("unknown encoding", line)
    return min((name for name in _CANDIDATES if name in fit), key=lambda name: fit[name])
