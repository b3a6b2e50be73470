from __future__ import annotations

import errno
import os

import pytest

from bothsides.predict import disk
from bothsides.predict.disk import cannot_write, force, force_folder


def test_what_is_forced_is_written_and_the_disk_told(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(disk.os, "fsync", told.append)
    with (tmp_path / "a.txt").open("w") as file:
        file.write("Text.")
        force(file)
        assert (tmp_path / "a.txt").read_text() == "Text."
    force_folder(tmp_path)
    assert len(told) == (2 if os.name == "posix" else 1)


@pytest.mark.parametrize(("code", "remedy"), [(errno.ENOSPC, "free some space"), (errno.EACCES, "choose another")])
def test_a_disk_that_refuses_is_one_line_with_what_to_do(tmp_path, code, remedy):
    line = str(cannot_write(tmp_path, OSError(code, os.strerror(code))))
    assert line.startswith(f"cannot write: {tmp_path} ({os.strerror(code)}); {remedy}") and "\n" not in line
