from __future__ import annotations

import csv
import json

import pytest
from coded import make_results

from bothsides.cli import main
from bothsides.predict.read import find_files
from bothsides.predict.write import result_paths

FILES = ["codes.csv", "doccano.jsonl", "label-studio.json", "label-studio.xml"]


@pytest.fixture
def results(tmp_path):
    return make_results(tmp_path / "out")


def sample(results, *arguments):
    return main(["sample", str(results.folder), *map(str, arguments)])


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_sample_in_all_formats(results, capsys):
    assert sample(results, "-n", 20) == 0
    folder = results.folder / "sample"
    assert sorted(p.name for p in folder.iterdir()) == FILES
    units = [row["unit_id"] for row in rows(folder / "codes.csv")]
    tasks = json.loads((folder / "label-studio.json").read_text())
    records = [json.loads(line) for line in (folder / "doccano.jsonl").read_text().splitlines()]
    assert units == [t["data"]["unit_id"] for t in tasks] == [r["unit_id"] for r in records]
    assert len(set(units)) == 20 and {float(r["inclusion_probability"]) for r in records} == {0.277778}
    assert capsys.readouterr().out.startswith("20 of 72 units, seed 13: label-studio.json, ")


def test_same_seed_same_bytes_other_seed_other_units(results, tmp_path):
    for name, seed in (("a", 13), ("b", 13), ("c", 14)):
        assert sample(results, "-n", 20, "--seed", seed, "-o", tmp_path / name) == 0
    a, b, c = ([(tmp_path / name / file).read_bytes() for file in FILES] for name in "abc")
    assert a == b and a[0] != c[0]


def test_a_sample_goes_on_where_another_ended(results, tmp_path):
    assert sample(results, "-n", 30, "-o", tmp_path / "all", "--by", "outlet") == 0
    assert sample(results, "-n", 20, "-o", tmp_path / "more", "--by", "outlet", "--skip", 10, "--format", "csv") == 0
    every, more = rows(tmp_path / "all/codes.csv"), rows(tmp_path / "more/codes.csv")
    assert every[10:] == more and [p.name for p in (tmp_path / "more").iterdir()] == ["codes.csv"]
    assert {row["stratum"] for row in every} == {"Post", "Herald"}


def test_more_than_there_are_is_all_of_them(results, capsys):
    assert sample(results, "-n", 500) == 0
    assert "72 of 72 units" in capsys.readouterr().out


def test_missing_texts_are_said(results, capsys):
    for path in (results.folder.parent / "out-news").iterdir():
        path.unlink()
    assert sample(results, "-n", 20) == 0
    assert capsys.readouterr().out.startswith("20 units have no context")


def test_a_sample_is_never_read_as_an_article(results):
    assert sample(results, "-n", 20) == 0
    found = list(find_files([str(results.folder.parent)], result_paths(results.folder)))
    assert [source.parent.name for source in found] == ["out-news"] * 12


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--by", "paper"], "no column 'paper'"),
        (["--by", "article_id", "-n", "20"], "too small for 12 values of 'article_id'; give -n 24 or more"),
        (["--skip", "72"], "nothing is left: the draw has 72 units"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(results, capsys, arguments, what):
    assert sample(results, *arguments) == 1
    err = capsys.readouterr().err
    assert what in err and err.count("\n") == 1
    assert not (results.folder / "sample").exists()


def test_codes_are_never_overwritten(results, capsys):
    assert sample(results) == 0 and sample(results, "--seed", 2) == 1
    assert "a sample is there already, maybe with codes" in capsys.readouterr().err
    assert main(["sample", str(results.folder / "sample")]) == 1
    assert "no quotes.jsonl" in capsys.readouterr().err
    (results.folder / "file").write_text("")
    assert sample(results, "-o", results.folder / "file" / "x") == 1
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["-n", "0"], ["-n", "x"], ["--seed", "-1"], ["--format", "xls"]])
def test_wrong_usage(results, capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        sample(results, *arguments)
    assert caught.value.code == 2 and capsys.readouterr().err.count("\n") == 1
