from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from bothsides.tables import write_json
from bothsides.timings import Stopwatch, read_timings, timed


def stage(root: Path, name: str, value: int) -> None:
    with timed(root, name):
        write_json(root / f"reports/{name}.json", {"value": value})


def test_a_stage_is_timed_and_named_as_it_was_called(tmp_path: Path) -> None:
    stage(tmp_path, "train/encoder", 1)
    assert set(read_timings(tmp_path)) == {"train/encoder"}
    written = json.loads((tmp_path / "timings/train/encoder.json").read_text())
    assert list(written["reports"]) == ["reports/train/encoder.json"]


def test_time_and_memory_are_measured_with_child_processes() -> None:
    watch = Stopwatch()
    subprocess.run([sys.executable, "-c", "x = bytearray(10**8)\nfor _ in range(3_000_000): pass"], check=True)
    timing = watch.read()
    assert timing.cpu_s > 0.01 and timing.wall_s > 0.01 and timing.peak_mib > 90


def test_a_timing_of_other_results_is_left_out(tmp_path: Path) -> None:
    stage(tmp_path, "split", 1)
    write_json(tmp_path / "reports/split.json", {"value": 2})
    assert read_timings(tmp_path) == {}
    write_json(tmp_path / "reports/split.json", {"value": 1})  # as DVC restores it
    assert set(read_timings(tmp_path)) == {"split"}


def test_what_a_copy_did_not_run_itself_has_the_timing_of_the_project(tmp_path: Path) -> None:
    project, copy = tmp_path / "project", tmp_path / "copy"
    stage(project, "ingest", 1)
    stage(project, "train", 1)
    stage(copy, "train", 2)
    write_json(copy / "reports/ingest.json", {"value": 1})
    found = read_timings(copy, project)
    assert set(found) == {"ingest", "train"}
    assert found["train"] == read_timings(copy)["train"]


def test_a_stage_that_fails_and_a_command_that_writes_no_report_have_no_timing(tmp_path: Path) -> None:
    with pytest.raises(ValueError), timed(tmp_path, "train"):
        write_json(tmp_path / "reports/train.json", {})
        raise ValueError
    old = tmp_path / "reports/old.json"
    write_json(old, {})
    os.utime(old, (0, 0))
    os.utime(tmp_path / "reports/train.json", (0, 0))
    with timed(tmp_path, "readme"):
        pass
    assert not (tmp_path / "timings").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"reports": {}}', '{"reports": {"reports/a.json": "x"}}'])
def test_a_timing_that_cannot_be_read_is_left_out(tmp_path: Path, content: str) -> None:
    (tmp_path / "timings").mkdir()
    (tmp_path / "timings/a.json").write_text(content)
    assert read_timings(tmp_path) == {}


def test_timings_are_in_neither_git_nor_dvc() -> None:
    assert "/timings/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "timings/" not in (ROOT / "dvc.yaml").read_text()
