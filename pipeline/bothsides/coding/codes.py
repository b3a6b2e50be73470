"""Coded files read back and checked: every code leads to a unit of these results, or to a line that says why not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..coded import CODE_LABELS
from ..coded_records import CodedRecord, Fault
from ..errors import InputError
from ..predict.safe import csv_cell
from ..predict.source import Failure
from .draw import Draw
from .results import Results

LINKS = ("unit_id", "results", "seed", "by", "stratum")
"""The fields by which a record leads back to its unit and to its draw."""


@dataclass(frozen=True)
class RawCode:
    """One code as a file has it, unchecked; an empty `label` is a unit that was passed over.

    `line` is the record's number for messages, `draw` holds the columns results, seed and by. `marked` and `found` hold
    the positions of letters and digits that the coder marked and that the model found, where the format carries marks.
    """

    line: int
    unit: str
    coder: str
    label: str
    draw: tuple[str, str, str]
    stratum: str = ""
    marked: frozenset[int] | None = None
    found: frozenset[int] | None = None


@dataclass(frozen=True)
class Code:
    """What one coder said about one unit; `label` is one of `CODE_LABELS`."""

    unit: str
    coder: str
    label: str
    marked: frozenset[int] | None
    found: frozenset[int] | None


@dataclass
class CodedFiles:
    """All codes of some files, the draw that they share, how many units were passed over, and what is wrong.

    `strata` holds the value of the draw's column for every unit; it is empty where there is none.
    """

    codes: list[Code] = field(default_factory=list)
    draw: Draw | None = None
    strata: dict[str, str] = field(default_factory=dict)
    blank: int = 0
    problems: list[Failure] = field(default_factory=list)

    @property
    def coders(self) -> list[str]:
        """The coders in alphabetical order."""
        return sorted({code.coder for code in self.codes})


Reader = Callable[[Path], Iterator[RawCode | Failure]]


def raw_code(
    record: CodedRecord,
    coder: str,
    label: str,
    marked: frozenset[int] | None = None,
    found: frozenset[int] | None = None,
) -> RawCode:
    """Make a code of a record that has all fields of `LINKS`."""
    unit, digest, seed, by, stratum = ("" if (value := record.fields[name]) is None else str(value) for name in LINKS)
    return RawCode(record.number, unit, coder, label, (digest.strip(), seed.strip(), by), stratum, marked, found)


def failure(path: Path, fault: Fault) -> Failure:
    """Tell of a fault with the name of the file."""
    return Failure(str(path), fault.number, fault.reason, fault.advice)


def missing_fields(
    path: Path, kind: str, present: Collection[str], needed: Sequence[str], advice: str
) -> Failure | None:
    """Say which columns or fields (`kind`) a file lacks; the file as a whole is of no use then."""
    missing = [name for name in needed if name not in present]
    return Failure(str(path), None, f"no {kind} {', '.join(missing)}", advice) if missing else None


def gather(paths: Sequence[Path], readers: dict[str, Reader], results: Results) -> CodedFiles:
    """Read coded files by their suffix and check every code against the results; nothing is guessed or left out."""
    units = {name: unit.id for unit in results.units for name in (unit.id, csv_cell(unit.id))}
    gathered = CodedFiles()
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for path in paths:
        reader = readers.get(path.suffix.lower())
        if reader is None:
            reason = f"unknown format of codes {path.suffix!r}"
            gathered.problems.append(Failure(str(path), None, reason, f"give {', '.join(readers)}"))
            continue
        try:
            for raw in reader(path):
                problem = raw if isinstance(raw, Failure) else _check(raw, path, results, units, gathered, seen)
                if problem:
                    gathered.problems.append(problem)
                    if problem.line is None:
                        break
        except OSError as error:
            reason = f"cannot be read ({error.strerror or error})"
            gathered.problems.append(Failure(str(path), None, reason, "check its name and permissions"))
    return gathered


def _check(
    raw: RawCode,
    path: Path,
    results: Results,
    units: dict[str, str],
    gathered: CodedFiles,
    seen: dict[tuple[str, str], tuple[str, str]],
) -> Failure | None:
    """Take a code over, or say what is wrong with it; without a line where all of the file has the fault."""
    digest, seed, by = raw.draw
    if digest != results.digest:
        reason = f"codes of other results ({digest or 'none named'}; these are {results.digest})"
        return Failure(str(path), None, reason, "give the results folder that the sample was drawn from")
    number = _number(seed)
    if number is None:
        reason = f"unit {raw.unit}: seed {seed!r} is no number"
        return Failure(str(path), raw.line, reason, "keep the columns of the sample as they were")
    draw = Draw(digest, number, by)
    if gathered.draw not in (None, draw):
        return Failure(
            str(path), None, "codes of another draw (its --seed or --by differs)", "give the files of one draw only"
        )
    if gathered.draw is None:
        try:
            gathered.strata = results.values(by) if by else {}
        except InputError as error:
            return Failure(str(path), None, f"drawn by a column that is gone: {error}", "draw another sample")
        gathered.draw = draw
    if raw.unit not in units:
        return Failure(
            str(path), raw.line, f"unknown unit {raw.unit!r}", "keep the column unit_id of the sample as it was"
        )
    label, unit = raw.label.strip().casefold(), units[raw.unit]
    stratum = gathered.strata.get(unit, "")
    if raw.stratum not in (stratum, csv_cell(stratum)):
        reason = f"unit {unit} was drawn from {by} {raw.stratum!r}, which is {stratum!r} in the results now"
        return Failure(str(path), raw.line, reason, "give the results as they were, or draw another sample")
    if not label:
        gathered.blank += 1
        return None
    if label not in CODE_LABELS:
        reason = f"unit {unit} has the unknown label {raw.label!r}"
        return Failure(str(path), raw.line, reason, f"use {', '.join(CODE_LABELS)}")
    if earlier := seen.get((unit, raw.coder)):
        kind = "twice" if earlier[0] == label else f"in two ways ({earlier[0]} and {label})"
        reason = f"unit {unit} coded {kind} by {raw.coder!r} (first: {earlier[1]})"
        return Failure(str(path), raw.line, reason, "keep one of them, or name the coders")
    seen[unit, raw.coder] = label, f"{path}:{raw.line}"
    gathered.codes.append(Code(unit, raw.coder, label, raw.marked, raw.found))
    return None


def _number(text: str) -> int | None:
    """Read a number as `bothsides sample` writes it; None where it is another text."""
    try:
        number = int(text)
    except ValueError:
        return None
    return number if str(number) == text else None
