from __future__ import annotations

import os
import time

import pytest
import torch

from bothsides import checkpoint
from bothsides.checkpoint import Checkpoint, training_key, trainings

CPU = torch.device("cpu")
STATE = {"weights": {"a": torch.arange(3.0)}, "order": (3, (1, 2, 3), None), "steps": [{"loss": 0.5}]}


def test_what_is_written_is_read_back(tmp_path):
    kept = Checkpoint(tmp_path / "deep/member-1.pt")
    assert kept.read(CPU) is None
    kept.write(STATE)
    read = kept.read(CPU)
    assert torch.equal(read.pop("weights")["a"], STATE["weights"]["a"])
    assert read == {"order": (3, (1, 2, 3), None), "steps": [{"loss": 0.5}]}
    kept.write({"steps": []})
    assert kept.read(CPU) == {"steps": []}
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["member-1.pt"]


def test_it_is_due_after_the_interval_and_not_again_after_writing(tmp_path, monkeypatch):
    now = 100.0
    monkeypatch.setattr(checkpoint.time, "monotonic", lambda: now)
    kept = Checkpoint(tmp_path / "a.pt", 60.0)
    now = 159.0
    assert not kept.due
    now = 160.0
    assert kept.due
    kept.write(STATE)
    assert not kept.due


def one_bit(written):
    at = written.index(STATE["weights"]["a"].numpy().tobytes())
    return written[:at] + bytes([written[at] ^ 1]) + written[at + 1 :]


@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"no archive at all", one_bit])
def test_a_damaged_one_counts_for_nothing(tmp_path, caplog, damage):
    kept = Checkpoint(tmp_path / "a.pt")
    kept.write(STATE)
    kept.path.write_bytes(damage(kept.path.read_bytes()))
    assert kept.read(CPU) is None
    assert "begins anew" in caplog.text and str(kept.path) in caplog.text


def test_code_in_a_file_is_not_run(tmp_path):
    torch.save({"steps": os.system}, tmp_path / "a.pt")
    assert Checkpoint(tmp_path / "a.pt").read(CPU) is None


def test_a_disk_that_refuses_stops_nothing(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    Checkpoint(tmp_path / "file/a.pt").write(STATE)
    assert "cannot be written" in caplog.text


def test_what_is_half_written_goes_and_the_one_before_stays(tmp_path, caplog, monkeypatch):
    kept = Checkpoint(tmp_path / "a.pt")
    kept.write({"steps": [1]})

    def full(state, file):
        file.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    kept.write({"steps": [1, 2]})
    assert "No space left" in caplog.text
    assert kept.read(CPU) == {"steps": [1]}
    assert [p.name for p in tmp_path.iterdir()] == ["a.pt"]


def test_two_processes_that_write_at_once_do_not_mix(tmp_path, monkeypatch):
    kept = Checkpoint(tmp_path / "a.pt")
    save, other = torch.save, os.getpid() + 1

    def meanwhile(state, file):
        monkeypatch.setattr(torch, "save", save)
        monkeypatch.setattr(os, "getpid", lambda: other)
        Checkpoint(kept.path).write({"weights": torch.ones(500)})
        assert torch.equal(kept.read(CPU)["weights"], torch.ones(500))
        save(state, file)

    monkeypatch.setattr(torch, "save", meanwhile)
    kept.write({"weights": torch.zeros(900)})
    assert torch.equal(kept.read(CPU)["weights"], torch.zeros(900))
    assert [p.name for p in tmp_path.iterdir()] == ["a.pt"]


def test_trainings_that_were_given_up_are_dropped(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name, days in (("old", 15), ("new", 13)):
        kept = Checkpoint(trainings() / name / "member-1.pt")
        kept.write(STATE)
        then = time.time() - days * 24 * 3600
        for path in (kept.path, kept.path.parent):
            os.utime(path, (then, then))
    assert [p.name for p in trainings().iterdir()] == ["new"]


def test_the_key_tells_values_and_code_apart(tmp_path, monkeypatch):
    assert training_key(1, "a") == training_key(1, "a") != training_key(2, "a")
    before = training_key()
    edited = tmp_path / "checkpoint.py"
    edited.write_text("")
    monkeypatch.setattr(checkpoint, "__file__", str(edited))
    assert training_key() != before
