from __future__ import annotations

import csv
import json
import shutil

import pytest
from coded import annotate, fill_in, make_results, rule

from bothsides.cli import main


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Results with a sample of 40, made once; tests copy what they change."""
    folder = tmp_path_factory.mktemp("estimate")
    make_results(folder / "out")
    assert main(["sample", str(folder / "out"), "-n", "40"]) == 0
    return folder / "out"


def run(results, *arguments):
    return main(["estimate", str(results), "--codes", *map(str, arguments)])


def doccano(sample, out):
    records = [json.loads(line) for line in (sample / "doccano.jsonl").read_text().splitlines()]
    out.write_text("".join(json.dumps({**r, "label": [rule(r["unit_id"])]}) + "\n" for r in records))
    return out


def test_every_format_gives_the_same_figures(made, tmp_path, capsys):
    sample = made / "sample"
    files = (
        fill_in(sample / "codes.csv", tmp_path / "ann.csv"),
        doccano(sample, tmp_path / "ann.jsonl"),
        annotate(sample / "label-studio.json", tmp_path / "ann.json", by="ann"),
    )
    figures = []
    for file in files:
        assert run(made, file, "--json", tmp_path / "figures.json", "--by", "outlet") == 0
        figures.append(json.loads((tmp_path / "figures.json").read_text()))
    assert figures[0]["groups"] == figures[1]["groups"] == figures[2]["groups"]
    assert [group["value"] for group in figures[0]["groups"]] == ["", "Herald", "Post"]
    assert figures[2]["agreement"]["boundaries"][0]["exact"]["value"] == 1
    shown = capsys.readouterr().out
    assert "where quotes begin and end" in shown and "corrected" in shown and "all: 72 (40)" in shown


def test_two_coders_a_plan_and_a_table(made, tmp_path, capsys):
    sample = made / "sample" / "codes.csv"
    ann = fill_in(sample, tmp_path / "ann.csv")
    ben = fill_in(sample, tmp_path / "b.csv", label=lambda id: "neutral", coder="ben", first=30)
    assert run(made, ann, ben, "--half-width", "2", "--csv", tmp_path / "shares.csv", "--where", "outlet=Post") == 0
    shown = capsys.readouterr().out
    assert "ann, ben" in shown and "ben, model" in shown and "all coders" not in shown
    assert "coders: not reliable" in shown and "10 records have no label" in shown
    assert "more codes would bring every interval to ± 2 points" in shown and "next to code" in shown
    with (tmp_path / "shares.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["label"] for row in table] == ["union-aligned", "district-aligned", "neutral"]
    assert all(float(row["corrected_low"]) <= float(row["corrected_value"]) for row in table)


def test_the_same_codes_give_the_same_bytes(made, tmp_path):
    codes = fill_in(made / "sample" / "codes.csv", tmp_path / "ann.csv")
    for name in ("a", "b"):
        assert run(made, codes, "--json", tmp_path / name) == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_problems_are_all_named_and_nothing_is_estimated(made, tmp_path, capsys):
    codes = fill_in(made / "sample" / "codes.csv", tmp_path / "ann.csv", label=lambda id: "?" + id)
    assert run(made, codes) == 1
    shown = capsys.readouterr()
    assert shown.out == "" and len(shown.err.splitlines()) == 21
    assert "20 more problems in the codes" in shown.err.splitlines()[-1]


def test_codes_of_other_results_are_refused(made, tmp_path, capsys):
    codes = fill_in(made / "sample" / "codes.csv", tmp_path / "ann.csv")
    other = tmp_path / "other"
    shutil.copytree(made, other)
    lines = (other / "quotes.jsonl").read_text().splitlines()
    (other / "quotes.jsonl").write_text("\n".join(lines[1:]))
    assert run(other, codes) == 1
    err = capsys.readouterr().err
    assert err.startswith("bothsides: codes of other results (r-") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("first", "arguments", "what"),
    [
        (0, [], "no unit has a code"),
        (12, [], "too few codes for an interval: 12 of 72 units; code at least 20"),
        (40, ["--by", "paper"], "no column 'paper'"),
        (40, ["--where", "outlet=Times"], "no unit has outlet=Times"),
        (40, ["--where", "article_id=a01"], "too few codes for an interval"),
        (40, ["--json", "ann.csv/x.json"], "cannot write"),
    ],
)
def test_what_cannot_be_estimated_is_one_line(made, tmp_path, monkeypatch, capsys, first, arguments, what):
    codes = fill_in(made / "sample" / "codes.csv", tmp_path / "ann.csv", first=first)
    monkeypatch.chdir(tmp_path)
    assert run(made, codes, *arguments) == 1
    err = capsys.readouterr().err
    assert what in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["--where", "outlet"], ["--half-width", "0"], ["--half-width", "x"], ["--measure", "x"]]
)
def test_wrong_usage(made, tmp_path, capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        run(made, tmp_path / "x.csv", *arguments)
    assert caught.value.code == 2 and capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("command", ["sample", "estimate"])
def test_help(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0 and "examples:" in capsys.readouterr().out
