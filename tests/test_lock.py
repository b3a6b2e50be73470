from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bothsides.errors import InputError
from bothsides.predict.lock import Lock

HOLD = """
import sys
from pathlib import Path
from bothsides.predict.lock import Lock
lock = Lock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_one_at_a_time(tmp_path):
    path = tmp_path / ".bothsides" / "lock"
    path.parent.mkdir()
    lock = Lock(path)
    with pytest.raises(InputError, match="another run is writing to"):
        Lock(path)
    lock.release()
    lock.release()
    Lock(path).release()


def test_a_killed_process_locks_nobody_out(tmp_path):
    path = tmp_path / "lock"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    )
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(InputError):
        Lock(path)
    process.kill()
    process.communicate()
    Lock(path).release()


def test_a_folder_that_the_run_before_removes_is_one_line(tmp_path):
    with pytest.raises(InputError, match="another run is writing to"):
        Lock(tmp_path / ".bothsides" / "lock")
