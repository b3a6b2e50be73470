from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_model import fake_predictor

from bothsides import __version__
from bothsides.cli import main
from bothsides.predict.predictor import Predictor
from bothsides.predict.work import in_process

GOLD = sorted(Path("seeds/gold").glob("*.xml"))
TEXT = '"Our union will hold," she said.\n'


@pytest.fixture
def model(monkeypatch):
    monkeypatch.setattr(Predictor, "load", classmethod(lambda cls, bundle=None, expected=None: fake_predictor()))
    monkeypatch.setattr(Predictor, "identity", classmethod(lambda cls, bundle=None: "fake"))


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    (folder / "b.txt").write_text(TEXT)
    return folder


def predict(*arguments):
    return main(["predict", *map(str, arguments)])


def test_predict_writes_results_and_a_summary(model, news, tmp_path, capsys):
    out = tmp_path / "out"
    assert predict(news, "-o", out) == 0
    shown = capsys.readouterr()
    assert "all 2" in shown.out and "2 quote units, 0 failed" in shown.out
    assert shown.err == ""
    assert sorted(p.name for p in out.iterdir()) == [
        "articles.csv",
        "articles.jsonl",
        "manifest.json",
        "quotes.csv",
        "quotes.jsonl",
        "run.json",
    ]


def test_predict_in_one_format(model, news, tmp_path):
    assert predict(news, "-o", tmp_path / "out", "--format", "parquet") == 0
    names = ["articles.csv", "articles.parquet", "manifest.json", "quotes.parquet", "run.json"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == names
    assert predict(news, "-o", tmp_path / "named" / "quotes.parquet") == 0
    assert sorted(p.name for p in (tmp_path / "named").iterdir()) == names


@pytest.mark.parametrize("out", ["results.parquet", "quotes.xls.csv"])
def test_a_table_as_out_is_wrong_usage(model, news, tmp_path, capsys, out):
    assert predict(news, "-o", tmp_path / out) == 2
    err = capsys.readouterr().err
    assert err.startswith("bothsides: wrong usage: OUT is a folder") and err.count("\n") == 1
    assert predict(news, "-o", tmp_path / "quotes.csv", "--format", "parquet") == 2


def test_predict_twice_needs_to_be_asked_for(model, news, tmp_path, capsys):
    out = tmp_path / "out"
    assert predict(news, "-o", out) == 0
    capsys.readouterr()
    assert predict(news, "-o", out) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert predict(news, "-o", out, "--overwrite") == 0


def test_results_inside_the_inputs_are_not_read_again(model, news):
    assert predict(news, "-o", news / "out") == 0
    assert predict(news, "-o", news / "out", "--overwrite") == 0
    shutil.rmtree(news / "out")
    assert predict(news, "-o", news) == 0
    assert predict(news, "-o", news, "--overwrite") == 0
    assert len((news / "quotes.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("missing.txt", None, "no such file or folder"),
        ("empty.txt", b"", "empty file"),
        ("binary.txt", b"\x89PNG\r\n\x1a\n\0\0", "binary file"),
        ("broken.txt", "Ça a été très".encode() + b"\xff", "damaged UTF-8"),
        ("paper.docx", b"PK\x03\x04", "unknown format '.docx'"),
        ("wrong.xml", b"<html/>", "not an annotated article"),
        ("table.csv", b"id,body\n1,x\n", "no column 'text'"),
        ("bad\x1b[31m.txt", b"", "empty file"),
    ],
)
def test_bad_input_is_one_line_and_the_good_is_classified(model, news, tmp_path, capsys, name, data, what):
    bad, out = tmp_path / name, tmp_path / "out"
    if data is not None:
        bad.write_bytes(data)
    assert predict(bad, news, "-o", out) == 3
    shown = capsys.readouterr()
    assert shown.err.startswith(f"bothsides: {what}") and shown.err.count("\n") == 1
    assert ": " + str(bad).replace("\x1b", "\ufffd") in shown.err and "; " in shown.err
    assert "\x1b" not in shown.err + shown.out
    with (out / "errors.csv").open(newline="") as file:
        assert [what in row["reason"] for row in csv.DictReader(file)] == [True]
    assert len((out / "quotes.jsonl").read_text().splitlines()) == 2

    assert predict(bad, "-o", tmp_path / "alone") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "alone" / "quotes.jsonl").exists()


def test_many_failures_are_summed_up(model, news, tmp_path, capsys):
    for i in range(30):
        (news / f"z{i:02}.txt").write_text("")
    assert predict(news, "-o", tmp_path / "out", "-j", "1") == 3
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21 and lines[-1].startswith("bothsides: 10 more inputs failed: see")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["predict"],
        ["predict", "x"],
        ["nonsense"],
        ["predict", "x", "-o", "y", "--format", "xls"],
        ["predict", "x", "-o", "y", "--jobs", "0"],
        ["predict", "x", "-o", "y", "--resume", "--overwrite"],
    ],
)
def test_wrong_usage_is_one_line_and_code_2(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(("number", "told"), [("0", "0 is too few"), ("-3", "'-3' is not a whole number")])
def test_a_number_that_is_none_is_named(capsys, number, told):
    for arguments in (["runs", "-n", number], ["predict", "x", "-o", "y", f"--jobs={number}"]):
        with pytest.raises(SystemExit):
            main(arguments)
        assert told in capsys.readouterr().err


def test_a_missing_model_is_one_line(news, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BOTHSIDES_BUNDLE", str(tmp_path / "nowhere"))
    assert predict(news, "-o", tmp_path / "out") == 1
    err = capsys.readouterr().err
    assert err.startswith("bothsides: ") and err.count("\n") == 1 and "nowhere" in err
    assert not (tmp_path / "out").exists()


def test_a_real_bundle_predicts_and_an_altered_one_is_refused(tiny_bundle, news, tmp_path, monkeypatch, capsys):
    bundle = tmp_path / "bundle"
    shutil.copytree(tiny_bundle, bundle)
    monkeypatch.setenv("BOTHSIDES_BUNDLE", str(bundle))
    assert predict("seeds/news", "-o", tmp_path / "out") == 0
    assert len((tmp_path / "out" / "articles.csv").read_text().splitlines()) == 4
    capsys.readouterr()
    with (bundle / "stance" / "head.npz").open("ab") as file:
        file.write(b"x")
    assert predict("seeds/news", "-o", tmp_path / "again") == 1
    err = capsys.readouterr().err
    assert "altered" in err and err.count("\n") == 1


def test_an_interrupt_leaves_nothing_and_says_so(model, news, tmp_path, monkeypatch, capsys):
    def interrupt(self, records, stamps):
        raise KeyboardInterrupt

    monkeypatch.setattr("bothsides.predict.journal.Journal.add", interrupt)
    assert predict(news, "-o", tmp_path / "out") == 130
    assert capsys.readouterr().err == "bothsides: interrupted: nothing was written\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("where", "note"),
    [
        ("bothsides.predict.write.force_folder", ": 2 inputs are done and kept; go on with --resume"),
        ("bothsides.terminal.Summary.table", ""),
    ],
)
def test_an_interrupt_after_writing_does_not_say_that_nothing_was_written(
    model, news, tmp_path, monkeypatch, capsys, where, note
):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupt)
    assert predict(news, "-o", tmp_path / "out") == 130
    assert capsys.readouterr().err == f"bothsides: interrupted{note}\n"
    assert (tmp_path / "out" / "quotes.csv").exists()


def test_an_interrupted_check_says_nothing_about_results(monkeypatch, capsys):
    def interrupt(path):
        raise KeyboardInterrupt

    monkeypatch.setattr("bothsides.annotated.check_annotated", interrupt)
    assert main(["check", "seeds/gold"]) == 130
    assert capsys.readouterr().err == "bothsides: interrupted\n"


def test_names_that_are_not_utf8_and_names_too_long_end_no_run(model, news, tmp_path, capsys):
    (news / "caf\udce9.txt").write_text(TEXT)
    (news / "leer\udce9.txt").write_text("")
    assert predict(news, tmp_path / ("n" * 300), "-o", tmp_path / "out") == 3
    assert capsys.readouterr().err.count("\n") == 2
    assert "caf\ufffd.txt" in (tmp_path / "out" / "articles.csv").read_text()
    assert "leer\ufffd.txt" in (tmp_path / "out" / "errors.csv").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_ends_a_run_that_waits_for_its_input(tmp_path):
    code = "import sys; from fake_model import fake_predictor; from bothsides.predict.predictor import Predictor\n"
    code += "Predictor.load = classmethod(lambda cls, bundle, expected: fake_predictor())\n"
    code += "Predictor.identity = classmethod(lambda cls, bundle: 'fake')\n"
    code += f"from bothsides.cli import main; sys.exit(main(['predict', '-', '-o', {str(tmp_path / 'out')!r}]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "out").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "bothsides: interrupted: nothing was written\n")
    assert not (tmp_path / "out").exists()


def test_evaluate_scores_annotated_articles(model, tmp_path, capsys):
    file = tmp_path / "figures.json"
    assert main(["evaluate", *map(str, GOLD), "--json", str(file)]) == 0
    assert "joint F1" in capsys.readouterr().out
    figures = json.loads(file.read_text())
    assert figures["units"]["gold"] == 73 and 0 <= figures["units"]["joint_f1"] <= 1
    assert main(["evaluate", str(GOLD[0]), "missing.xml"]) == 3
    assert capsys.readouterr().err.startswith("bothsides: no such file or folder: missing.xml; check the path\n")
    assert main(["evaluate", "seeds/news"]) == 1


def test_check_passes_the_gold_and_adds_it_up(capsys):
    assert main(["check", "seeds/gold"]) == 0
    expected = "files 3, articles 3, words 2538, units 73, union-aligned 17, district-aligned 32, neutral 24"
    assert capsys.readouterr().out == expected + ", files with problems 0\n"


def test_check_prints_every_problem(tmp_path, capsys):
    path = tmp_path / "bad.xml"
    path.write_text(GOLD[0].read_text().replace('stance="neutral"', 'stance="none"').replace('u="2"', 'u="99"'))
    assert main(["check", str(path), str(GOLD[1])]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 2 and all(line.startswith(f"{path}: ") for line in lines[:-1])
    assert lines[-1].startswith("files 2, articles 1") and lines[-1].endswith("files with problems 1")


def test_help_and_version_start_fast():
    times = []
    for argument, expected in (("--help", "examples:"), ("--version", __version__)) * 2:
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "bothsides.cli", argument], capture_output=True, text=True, check=True
        )
        times.append(time.monotonic() - start)
        assert expected in done.stdout
    code = "import sys, bothsides.cli; sys.exit('numpy' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert min(times) < 0.3


@pytest.mark.parametrize("command", ["predict", "evaluate", "check"])
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0 and "usage: bothsides" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_is_not_utf8_shows_escapes(tmp_path, encoding):
    path = tmp_path / "\u00e9\u4e2d.xml"
    path.write_text("<article/>")
    for arguments in (["check", str(path)], ["predict", str(path), "-o", str(tmp_path / "\u4e2d" / "quotes.xls.csv")]):
        done = subprocess.run(
            [sys.executable, "-m", "bothsides.cli", *arguments],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )
        assert b"\\u4e2d" in done.stdout + done.stderr and b"Traceback" not in done.stderr


def test_ray_is_told_which_model_the_run_began_with(model, news, tmp_path, monkeypatch):
    told = []

    class Engine:
        def __init__(self, load, jobs):
            told.append(load.args)
            self.jobs, self.run = 1, in_process(load)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    monkeypatch.setattr("bothsides.predict.ray_engine.RayEngine", Engine)
    assert predict(news, "-o", tmp_path / "out", "--engine", "ray", "--model", tmp_path) == 0
    assert told == [(tmp_path, "fake")]
