from __future__ import annotations

import io
import os
import sys

import pytest

from bothsides.errors import InputError
from bothsides.predict.read import Stdin
from bothsides.predict.source import Failure
from bothsides.predict.stamps import Stamp, check_unchanged, listing, stamp_of


def test_a_file_is_known_again_by_its_bytes(tmp_path):
    path = tmp_path / "caf\udce9.txt"
    path.write_text("One.")
    stamp = stamp_of(path)
    assert Stamp(*stamp.row()) == stamp and stamp.size == 4
    check_unchanged(path, stamp)
    os.utime(path, ns=(1, 1))
    check_unchanged(path, stamp)
    path.write_text("Two.")
    with pytest.raises(InputError, match=r"changed since it was read: .*; start again with --overwrite"):
        check_unchanged(path, stamp)
    path.unlink()
    with pytest.raises(InputError, match="changed since"):
        check_unchanged(path, stamp)
    with pytest.raises(InputError, match="other inputs than when the run began"):
        check_unchanged(tmp_path / "other.txt", stamp)


def test_what_is_no_file_has_a_stamp_too(monkeypatch):
    failure = Failure("x.txt", None, "no such file or folder")
    check_unchanged(failure, stamp_of(failure))
    for data in (b"One.", b"Two."):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        stdin = Stdin()
        if data == b"One.":
            stamp = stamp_of(stdin)
            check_unchanged(stdin, stamp)
    with pytest.raises(InputError, match="changed since it was read: -;"):
        check_unchanged(stdin, stamp)


def test_a_listing_tells_other_inputs_and_another_order(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    assert len({listing(names) for names in ([a, b], [b, a], [a], [], [a, Failure("b", None, "no")], [Stdin()])}) == 6
