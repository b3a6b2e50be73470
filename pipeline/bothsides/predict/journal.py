"""The journal of a run: its finished chunks, each whole, in a hidden folder of the results, safe from any sudden end.

    OUT/.bothsides/lock            held by the run that writes to OUT
    OUT/.bothsides/journal.jsonl   what the run is to do, then a line a finished chunk
    OUT/.bothsides/chunks/         the records of each chunk, a line an item
    OUT/.bothsides/tables/         the results, until they are put into place

A chunk is written, forced to the disk, renamed, and only then entered in the journal, with its sha256. So whenever the
run ends, the journal says what is done; what it does not say is done again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..tables import read_jsonl
from .disk import cannot_write, force, force_folder
from .lock import Lock
from .stamps import START_AGAIN, Stamp
from .work import Record

WORK = ".bothsides"
_JOURNAL, _LOCK = "journal.jsonl", "lock"

_SAYS = {
    "bothsides": "version of bothsides",
    "model": "model",
    "formats": "--format",
    "text_column": "--text-column",
    "id_column": "--id-column",
    "listing": "list of inputs",
}


class Journal:
    """The journal of one run; use it as a context. The lock is held until its end."""

    def __init__(self, out: Path, plan: Mapping[str, Any], resume: bool = False, overwrite: bool = False) -> None:
        """Begin a run, or go on with the one that is there where `resume` is true.

        `plan` holds all that results depend on; see `_SAYS` for its keys. `overwrite` throws an unfinished run away,
        and lets the results replace others.

        Raises `InputError` where another run holds the lock, `out` cannot be written, or an unfinished run is there
        that was neither to be resumed nor thrown away, or had another plan.
        """
        self.out, self.overwrite = out, overwrite
        self.items = self.chunks = 0
        self.placing = False
        self._work = out / WORK
        self._path = self._work / _JOURNAL
        try:
            self._made_out = not out.exists()
            self._work.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self._work / _LOCK)
        except OSError as error:
            raise cannot_write(out, error) from error
        try:
            self._begin(dict(plan), resume)
        except OSError as error:
            self._lock.release()
            raise cannot_write(out, error) from error
        except BaseException:
            self._lock.release()
            raise

    def emptied_tables(self) -> Path:
        """Empty the folder where the results are made ready, and give it."""
        folder = self._work / "tables"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def __enter__(self) -> Journal:
        """See the class."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        """Keep what is done for `--resume`, or clean up where that is nothing; note on an error which it was."""
        self._file.close()
        if error and self.items:
            error.add_note(f"{self.items} inputs are done and kept; go on with --resume")
        elif error:
            error.add_note("nothing was written")
            _clear(self._work)
        self._lock.release()
        if self._made_out:
            with suppress(OSError):  # it holds results, or another run has begun
                self.out.rmdir()

    def add(self, records: Sequence[Record], stamps: Sequence[tuple[Stamp, int]]) -> None:
        """Write the records of a chunk and enter it; `stamps` tells its sources, and how many records are of each.

        Raises `InputError` where the disk refuses.
        """
        data = "".join(json.dumps(record) + "\n" for record in records).encode("ascii")
        path = self._chunk(self.chunks)
        try:
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                file.write(data)
                force(file)
            part.replace(path)
            force_folder(path.parent)
            sources = [[*stamp.row(), count] for stamp, count in stamps]
            self._enter({"items": len(records), "sha256": hashlib.sha256(data).hexdigest(), "sources": sources})
        except OSError as error:
            raise cannot_write(self.out, error) from error
        self.items += len(records)
        self.chunks += 1

    def records(self) -> Iterator[Record]:
        """Yield the records of all chunks, in the order of the input."""
        for number in range(self.chunks):
            yield from read_jsonl(self._chunk(number))

    def stamps(self) -> Iterator[tuple[Stamp, int]]:
        """Yield each source that was read, in order, and how many records of it are done."""
        last: tuple[Stamp, int] | None = None
        for number, entry in enumerate(read_jsonl(self._path)):
            for *row, count in entry.get("sources", ()) if 0 < number <= self.chunks else ():
                stamp = Stamp(*row)
                if last and last[0] == stamp:
                    last = stamp, last[1] + count
                else:
                    if last:
                        yield last
                    last = stamp, count
        if last:
            yield last

    def place(self) -> None:
        """Enter that from now on results in `out` are this run's own."""
        if not self.placing:
            self._enter({"placing": True})
            self.placing = True

    def finish(self) -> None:
        """Remove the journal, when the results are in place."""
        self._file.close()
        _clear(self._work)

    def _begin(self, plan: dict[str, Any], resume: bool) -> None:
        header = next(self._entries(), None)
        if header and not resume and not self.overwrite:
            done = sum(entry.get("items", 0) for entry in self._entries())
            raise InputError(
                f"an unfinished run is in {self.out} ({done} inputs done); go on with --resume, or start again with "
                "--overwrite"
            )
        if header and resume:
            for key, was in header["plan"].items():
                if was != plan.get(key):
                    had = f"the unfinished run in {self.out} had another {_SAYS.get(key, key)}"
                    raise InputError(f"{had}; {START_AGAIN}")
            self.overwrite = header["overwrite"]
            self._go_on()
            return
        self._path.unlink(missing_ok=True)
        chunks = self._work / "chunks"
        if chunks.exists():
            shutil.rmtree(chunks)
        chunks.mkdir()
        self._file = self._path.open("ab")
        self._enter({"plan": plan, "overwrite": self.overwrite})
        force_folder(self._work)

    def _go_on(self) -> None:
        """Keep the entries whose chunks are whole, up to the first that is not."""
        part = self._path.with_suffix(".part")
        self._file = part.open("wb")
        for entry in self._entries():
            if "items" in entry:
                path = self._chunk(self.chunks)
                if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
                    break
                self.chunks += 1
                self.items += entry["items"]
            self.placing = "placing" in entry
            self._write(entry)
        force(self._file)
        part.replace(self._path)
        force_folder(self._work)

    def _entries(self) -> Iterator[dict[str, Any]]:
        """Yield the entries up to the first line that is not whole, as a power loss leaves one."""
        if not self._path.is_file():
            return
        with self._path.open("rb") as file:
            for line in file:
                try:
                    entry = json.loads(line)
                except ValueError:
                    return
                if not line.endswith(b"\n") or not isinstance(entry, dict):
                    return
                yield entry

    def _enter(self, entry: Mapping[str, Any]) -> None:
        self._write(entry)
        force(self._file)

    def _write(self, entry: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(entry).encode("ascii") + b"\n")

    def _chunk(self, number: int) -> Path:
        return self._work / "chunks" / f"{number + 1:06}.jsonl"


def is_unfinished(out: Path) -> bool:
    """Tell whether a run into a folder was begun and not finished."""
    return (out / WORK / _JOURNAL).exists()


def remove_leftovers(out: Path) -> None:
    """Remove what a run has left that was killed while it removed its journal; one that is at work is left alone."""
    work = out / WORK
    if not work.is_dir():
        return
    try:
        lock = Lock(work / _LOCK)
    except (InputError, OSError):
        return
    if not is_unfinished(out):
        _clear(work)
    lock.release()


def _clear(work: Path) -> None:
    """Remove a run's folder while its lock is held: the journal first, for what is left without it is no run.

    The lock goes last. Before that another run is refused, and after it nothing is removed that another may have made.
    """
    (work / _JOURNAL).unlink(missing_ok=True)
    with suppress(OSError):  # another run may have begun when the lock is gone; Windows removes no file that is open
        for path in list(work.iterdir()):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != _LOCK:
                path.unlink()
        (work / _LOCK).unlink()
        work.rmdir()
