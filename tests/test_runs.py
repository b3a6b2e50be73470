"""The command `bothsides runs`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bothsides.cli import main


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["runs", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.fixture
def inside(two_runs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(two_runs)
    return two_runs


def test_all_runs_best_first_with_what_they_changed(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--by", "stance/macro_f1")
    assert code == 0
    assert out.index("champion") < out.index("fewer-epochs")
    assert "train.epochs" in out and "0.800" in out and "0.783" in out


def test_one_run_beside_the_champion(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "fewer-epochs")
    assert code == 0
    row = next(line for line in out.splitlines() if "stance/macro_f1" in line)
    assert "0.8001" in row and "0.7831" in row and "-0.0170" in row
    assert any("train.epochs" in line and "2" in line and "1" in line for line in out.splitlines())
    assert "units/joint_f1" not in out  # the same in both


def test_figures_that_no_run_has_and_runs_that_there_are_not_are_one_line(
    inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (("--by", "nonsense"), ("nobody",)):
        code, out, err = said(capsys, *arguments)
        assert (code, out) == (1, "") and len(err.splitlines()) == 1 and arguments[-1] in err


def test_outside_of_a_project_and_before_the_first_run_the_user_is_told_what_to_do(
    two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = said(capsys)
    assert code == 1 and "params.yaml is not here" in err
    (tmp_path / "params.yaml").write_bytes((two_runs / "params.yaml").read_bytes())
    code, _, err = said(capsys)
    assert code == 1 and "no MLflow database" in err and "make" in err
