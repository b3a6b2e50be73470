from __future__ import annotations

from pathlib import Path

import pytest
from coded import make_results

from bothsides.coding.codes import RawCode, gather
from bothsides.coding.draw import Draw
from bothsides.coding.readers import READERS
from bothsides.predict.source import Failure


@pytest.fixture
def results(tmp_path):
    return make_results(tmp_path / "out")


def reading(results, *codes, digest="", seed="13", by="", stratum=""):
    """Gather codes that a reader would give; each is (unit, coder, label)."""
    draw = digest or results.digest, seed, by
    raw = [c if isinstance(c, Failure) else RawCode(i, *c, draw, stratum) for i, c in enumerate(codes, start=1)]
    return gather([Path("x.csv")], {".csv": lambda path: iter(raw)}, results)


def test_codes_are_taken_over(results):
    found = reading(results, ("a00#1", "ann", "Neutral "), ("a00#1", "ben", "not-a-quote"), ("a00#2", "ann", " "))
    assert [(c.unit, c.coder, c.label) for c in found.codes] == [
        ("a00#1", "ann", "neutral"),
        ("a00#1", "ben", "not-a-quote"),
    ]
    assert found.coders == ["ann", "ben"] and found.blank == 1 and not found.problems
    assert found.draw == Draw(results.digest, 13, "")


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (("a99#1", "ann", "neutral"), "unknown unit 'a99#1': x.csv:2"),
        (
            ("a00#2", "ann", "pro-union"),
            "unit a00#2 has the unknown label 'pro-union': x.csv:2; use union-aligned, district-aligned",
        ),
        (("a00#1", "ann", "neutral"), "unit a00#1 coded twice by 'ann' (first: x.csv:1): x.csv:2"),
        (("a00#1", "ann", "union-aligned"), "coded in two ways (neutral and union-aligned) by 'ann'"),
    ],
)
def test_a_code_that_cannot_be_used_is_one_line(results, code, what):
    found = reading(results, ("a00#1", "ann", "neutral"), code)
    assert len(found.problems) == 1 and what in str(found.problems[0]) and "\n" not in str(found.problems[0])


def test_codes_of_other_results_are_one_line_a_file(results):
    found = reading(results, ("a00#1", "ann", "neutral"), ("a00#2", "ann", "neutral"), digest="r-other")
    assert len(found.problems) == 1 and not found.codes
    assert f"codes of other results (r-other; these are {results.digest})" in str(found.problems[0])


@pytest.mark.parametrize("seed", ["1,3", "²", "--13", "1_3", "", "9" * 5000])
def test_a_seed_that_is_no_number(results, seed):
    (problem,) = reading(results, ("a00#1", "a", "neutral"), seed=seed).problems
    assert f"unit a00#1: seed {seed!r} is no number: x.csv:1" in str(problem)


def test_files_of_two_draws_are_refused(results):
    def reader(path):
        seed = "13" if path.stem == "x" else "14"
        yield RawCode(1, "a00#1" if seed == "13" else "a00#2", "ann", "neutral", (results.digest, seed, ""))

    found = gather([Path("x.csv"), Path("y.csv")], {".csv": reader}, results)
    assert "codes of another draw (its --seed or --by differs): y.csv" in str(found.problems[0])


def test_files_that_cannot_be_read(results, tmp_path):
    (tmp_path / "x.xlsx").write_text("x")
    found = gather([tmp_path / "x.xlsx", tmp_path / "none.csv"], READERS, results)
    assert [str(p).split(":")[0] for p in found.problems] == [
        "unknown format of codes '.xlsx'",
        "cannot be read (No such file or directory)",
    ]


def test_a_readers_failure_is_passed_on(results):
    found = reading(results, Failure("x.csv", None, "odd", "mend it"), ("a00#1", "ann", "neutral"))
    assert [p.reason for p in found.problems] == ["odd"] and not found.codes


def test_a_column_that_changed_after_the_draw_is_named(results):
    code = ("a00#1", "ann", "neutral")
    assert not reading(results, code, by="outlet", stratum="Herald").problems
    found = reading(results, code, by="outlet", stratum="Post")
    assert "unit a00#1 was drawn from outlet 'Post', which is 'Herald' in the results now" in str(found.problems[0])
    found = reading(results, code, by="paper", stratum="Post")
    assert "drawn by a column that is gone: no column 'paper'" in str(found.problems[0])
