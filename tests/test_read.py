from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path

import pytest

from bothsides.predict.read import Failure, Stdin, count_articles, find_files, read_articles, read_file


@pytest.fixture
def news(tmp_path):
    for name in ("b.txt", "a.txt", "deep/er/c.md", ".hidden.txt", ".git/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Text of {name}.\n")
    return tmp_path


def ids(inputs):
    return [getattr(found, "id", found) for found in read_articles([str(i) for i in inputs])]


def test_folders_are_walked_in_order_without_hidden_ones(news):
    assert ids([news]) == ["a", "b", "c"]


def test_patterns_and_overlapping_inputs_name_each_file_once(news):
    assert ids([news / "*.txt"]) == ["a", "b"]
    assert ids([news / "**" / "*.md", news / "a.txt", news, news / "deep" / ".." / "a.txt"]) == ["c", "a", "b"]


def test_a_file_whose_name_looks_like_a_pattern(news):
    (news / "[1].txt").write_text("Text.")
    assert ids([news / "[1].txt"]) == ["[1]"]


def test_ids_are_made_unique_and_say_so(tmp_path):
    for folder in ("x", "y", "z"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder)
    found = list(read_articles([str(tmp_path)]))
    assert [(a.id, a.duplicate_of) for a in found] == [("a", ""), ("a-2", "a"), ("a-3", "a")]


def test_stdin_is_one_article(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO("“Déjà vu”, she said.".encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    (found,) = read_articles(["-", "-"])
    assert (found.id, found.text, found.path) == ("stdin", "“Déjà vu”, she said.", "-")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.txt", "no such file"),
        ("missing/*.txt", "no file matches"),
        ("empty", "empty folder"),
        ("x.docx", "unknown format '.docx'"),
        ("README", "without a suffix"),
        ("pipe.txt", "neither a file nor a folder"),
        ("dangling.txt", "no such file"),
    ],
)
def test_what_cannot_be_read_is_a_failure_among_the_rest(tmp_path, name, reason):
    (tmp_path / "good.txt").write_text("Good.")
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.docx").write_bytes(b"PK")
    (tmp_path / "README").write_text("Read me.")
    (tmp_path / "dangling.txt").symlink_to("nowhere.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    failure, good = read_articles([str(tmp_path / name), str(tmp_path / "good.txt")])
    assert isinstance(failure, Failure) and reason in failure.reason and failure.advice
    assert good.id == "good"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_failure(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Text.")
    path.chmod(0)
    (failure,) = read_file(path)
    assert "cannot be read" in failure.reason


def test_a_name_too_long_for_the_disk_is_a_failure(tmp_path):
    (failure,) = read_articles([str(tmp_path / ("n" * 300 + ".txt"))])
    assert isinstance(failure, Failure) and "cannot be read" in failure.reason and failure.advice


def test_links_in_a_circle_are_failures(news):
    (news / "b.txt").unlink()
    (news / "b.txt").symlink_to("b.txt")
    (news / "circle").symlink_to("circle")
    assert [getattr(found, "reason", found) for found in find_files([str(news / "circle")])] == [
        "no such file or folder"
    ]
    assert [type(found) for found in read_articles([str(news)])].count(Failure) == 2


def test_what_the_system_refuses_is_a_failure_among_the_rest(news, monkeypatch):
    """Root may read everything, so the refusals are simulated."""
    scandir, is_dir = os.scandir, Path.is_dir

    def refuse(path):
        if str(path).endswith("deep"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    def refuse_stat(self):
        if self.name == "b.txt":
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return is_dir(self)

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(Path, "is_dir", refuse_stat)
    text, locked, folder = find_files([str(news)])
    assert text == news / "a.txt"
    assert [locked.path, folder.path] == [str(news / "b.txt"), str(news / "deep")]
    assert {locked.reason, folder.reason} == {"cannot be read (Permission denied)"}
    (alone,) = find_files([str(news / "deep")])
    assert alone.reason == "cannot be read (Permission denied)"


def test_results_are_never_inputs(news):
    exclude = {(news / "deep").resolve(), (news / "b.txt").resolve()}
    assert [p.name for p in find_files([str(news)], exclude)] == ["a.txt"]
    (failure,) = find_files([str(news / "b.txt")], exclude)
    assert "overwritten" in failure.reason


@pytest.mark.parametrize("start", ["<!DOCTYPE html>", "\ufeff\n<html lang='en'>"])
def test_a_page_through_standard_input_is_read_as_a_page(monkeypatch, start):
    page = f"{start}<html><body><article><p>The union will hold on at the gates, she said.</p></article></body></html>"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(page.encode())))
    (article,) = read_articles(["-"])
    assert "hold on" in article.text and "<" not in article.text


def test_counting_counts_records_and_files(news):
    (news / "t.csv").write_text("id,text\n1,One.\n2,Two.\n")
    assert count_articles([*find_files([str(news), "nowhere.txt"]), Stdin()]) == 3 + 2 + 1 + 1
