from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT

from bothsides.annotated import read_annotated
from bothsides.errors import InputError
from bothsides.reasons import FILE, read_reasons, with_reasons
from bothsides.unit import PARTISAN_REASONS, REASONS, QuoteUnit, Stance, StanceLabel

REAL = ROOT / "seeds" / FILE


def unit(label: StanceLabel) -> QuoteUnit:
    return QuoteUnit(spans=((0, 3),), type="direct", stance=Stance.certain(label, "gold"))


UNITS = [unit("union-aligned"), unit("neutral")]


def written(folder: Path, *lines: object) -> Path:
    path = folder / FILE
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_each_unit_gets_its_reason_in_reading_order(tmp_path: Path) -> None:
    path = written(tmp_path, {"article": "w1", "reasons": ["blame", "fact"]}, {"article": "w2", "reasons": []})
    reasons = read_reasons(path)
    assert [u.reason for u in with_reasons("w1", UNITS, reasons, path)] == ["blame", "fact"]
    assert with_reasons("w2", [], reasons, path) == ()
    assert [u.reason for u in with_reasons("w3", UNITS, reasons, path)] == [None, None]
    assert read_reasons(tmp_path / "none.jsonl") == {}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["blame"], "w1 has 1 reasons and 2 units"),
        (["blame", "fact", "fact"], "w1 has 3 reasons and 2 units"),
        (["fact", "fact"], "w1, unit 1 is union-aligned, which 'fact' cannot be the reason for"),
        (["case", "terms"], "w1, unit 2 is neutral, which 'terms' cannot be the reason for"),
        (["case", "anger"], "w1 has the reason 'anger'; it must be one of terms, blame"),
    ],
)
def test_what_does_not_fit_an_article_is_named(tmp_path: Path, given: list[str], message: str) -> None:
    path = written(tmp_path, {"article": "w1", "reasons": given})
    with pytest.raises(InputError) as caught:
        with_reasons("w1", UNITS, read_reasons(path), path)
    assert message in str(caught.value) and str(path) in str(caught.value)


@pytest.mark.parametrize("line", [{"article": "w1"}, {"article": 1, "reasons": []}, {"id": "w1", "reasons": []}])
def test_a_line_of_another_form_is_refused(tmp_path: Path, line: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"reasons.jsonl: a line is not"):
        read_reasons(written(tmp_path, line))


def test_an_article_has_one_line(tmp_path: Path) -> None:
    line = {"article": "w1", "reasons": []}
    with pytest.raises(InputError, match="w1 stands there twice"):
        read_reasons(written(tmp_path, line, line))


def test_every_written_article_of_this_project_has_its_reasons() -> None:
    reasons = read_reasons(REAL)
    paths = sorted((ROOT / "seeds/written").glob("*.xml"))
    assert reasons.keys() == {path.stem for path in paths}
    for path in paths[::40]:
        units = with_reasons(path.stem, read_annotated(path).gold, reasons, REAL)
        assert all((u.reason in PARTISAN_REASONS) == (u.stance != Stance.certain("neutral", "gold")) for u in units)
    assert {r for given in reasons.values() for r in given} == set(REASONS)
