from __future__ import annotations

import pytest

from bothsides.errors import InputError
from bothsides.report.page import GENERATOR
from bothsides.report.save import save_pages

PAGE = f"<html>{GENERATOR}"


def test_only_reports_are_replaced_or_removed(tmp_path):
    out = tmp_path / "deep" / "report.html"
    assert save_pages(out, {"report.html": PAGE, "report-2.html": PAGE, "report-3.html": PAGE})[0] == out
    mine = out.parent / "report-4.html"
    mine.write_text("my own")
    save_pages(out, {"report.html": PAGE + "new"})
    assert sorted(p.name for p in out.parent.iterdir()) == ["report-4.html", "report.html"]
    assert out.read_text() == PAGE + "new"
    with pytest.raises(InputError, match="exists and is no report"):
        save_pages(mine, {"report-4.html": PAGE})
    assert mine.read_text() == "my own"


def test_nothing_is_written_where_one_page_cannot_be(tmp_path):
    (tmp_path / "report-2.html").write_text("my own")
    with pytest.raises(InputError, match="exists and is no report"):
        save_pages(tmp_path / "report.html", {"report.html": PAGE, "report-2.html": PAGE})
    assert [p.name for p in tmp_path.iterdir()] == ["report-2.html"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        save_pages(tmp_path / "file" / "report.html", {"report.html": PAGE})
