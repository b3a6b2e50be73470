"""The pages of a report onto the disk, each whole or absent; only reports of ours are ever replaced or removed."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..errors import InputError
from .page import is_report

_HEAD = 4096


def save_pages(out: Path, pages: Mapping[str, str]) -> list[Path]:
    """Write the pages beside `out`, the first page, and remove those that an earlier, longer report left there.

    Raises `InputError` where a file that is no report stands in the way, or the disk refuses.
    """
    paths = [out.parent / name for name in pages]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for path in paths:
            if path.exists() and not _replaceable(path):
                raise InputError(f"exists and is no report: {path}; choose another file with -o")
        for path, html in zip(paths, pages.values(), strict=True):
            _write(path, html)
        numbered = re.compile(rf"{re.escape(out.stem)}-\d+{re.escape(out.suffix)}")
        for old in sorted(out.parent.iterdir()):
            if numbered.fullmatch(old.name) and old not in paths and _replaceable(old):
                old.unlink()
    except OSError as error:
        raise InputError(f"cannot write: {out} ({error.strerror or error}); choose another file with -o") from error
    return paths


def _replaceable(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return is_report(file.read(_HEAD).decode("utf-8", "replace"))


def _write(path: Path, html: str) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".bothsides-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(html)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise
