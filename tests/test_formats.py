from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bothsides.predict import formats
from bothsides.predict.formats import open_document
from bothsides.predict.source import LARGEST_FILE, LONGEST_ARTICLE, Document, Failure, SourceArticle

PAGE = """<html><head><title>Strike</title>{meta}<script>alert(1)</script></head><body><nav><a href="x">Home</a></nav>
<article><h1>Teachers strike</h1><p>"We asked for smaller classes in März," Whitlock said. "We wait."</p>
<p>The district says it has offered every dollar it has &amp; more, and that talks will resume on Monday.</p>
<p>Classes were off for a second day Tuesday as talks broke down before dawn.</p></article></body></html>"""


def parse_document(data, path, id, suffix):
    return formats.parse_document(Document(path, id, suffix, data))


def read_document(path):
    found = open_document(path)
    return found if isinstance(found, Failure) else formats.parse_document(found)


def test_plain_text_is_kept_byte_for_byte(tmp_path):
    path = tmp_path / "a.b.txt"
    path.write_bytes(b"One line.\r\n\r\n  Two lines. \n")
    found = read_document(path)
    assert isinstance(found, SourceArticle)
    assert (found.id, found.text, found.extracted) == ("a.b", "One line.\r\n\r\n  Two lines. \n", False)


def test_html_gives_the_article_without_page_furniture():
    found = parse_document(PAGE.format(meta="").encode(), "p.html", "p", ".html")
    assert isinstance(found, SourceArticle) and found.extracted
    assert '"We asked for smaller classes in März," Whitlock said.' in found.text
    assert "every dollar it has & more" in found.text
    assert "alert" not in found.text and "<p>" not in found.text
    assert len(found.paragraphs) >= 3


DECLARED = """<meta property="og:site_name" content="The Dell  Gazette"><link rel="canonical" href="https://gazette.example/a">
<meta property="article:published_time" content="2019-10-17T06:00:00-05:00">"""


def test_html_gives_the_columns_that_it_declares():
    found = parse_document(PAGE.format(meta=DECLARED).encode(), "p.html", "p", ".html")
    assert isinstance(found, SourceArticle)
    assert found.columns == {
        "title": "Teachers strike",
        "date": "2019-10-17",
        "outlet": "The Dell Gazette",
        "url": "https://gazette.example/a",
    }


def test_a_page_that_declares_no_date_has_none_though_its_text_names_one():
    page = PAGE.format(meta="").replace("before dawn.", "before dawn on March 3, 2018. Copyright 2024")
    found = parse_document(page.encode(), "p.html", "p", ".html")
    assert isinstance(found, SourceArticle) and found.columns == {"title": "Teachers strike"}


def test_a_page_whose_declarations_cannot_be_read_is_still_an_article(monkeypatch):
    def fail(*_, **__):
        raise ValueError("odd")

    monkeypatch.setattr("trafilatura.metadata.extract_metadata", fail)
    found = parse_document(PAGE.format(meta=DECLARED).encode(), "p.html", "p", ".html")
    assert isinstance(found, SourceArticle) and found.columns == {}


def test_html_is_decoded_by_the_charset_it_declares():
    data = PAGE.format(meta='<meta charset="cp1250">').encode("cp1250")
    found = parse_document(data, "p.html", "p", ".html")
    assert isinstance(found, SourceArticle) and "März" in found.text and not found.encoding


def test_html_that_declares_a_wrong_charset_is_looked_at():
    found = parse_document(PAGE.format(meta="<meta charset=utf-8>").encode("cp1252"), "p.html", "p", ".html")
    assert isinstance(found, SourceArticle) and "März" in found.text and found.encoding == "cp1252"


@pytest.mark.parametrize("charset", ["iso-8859-1", "latin-1", "ISO8859-1", "us-ascii"])
def test_html_that_declares_latin_1_is_windows_1252_as_in_a_browser(charset):
    page = PAGE.format(meta=f'<meta charset="{charset}">').replace("We wait.", "“We wait” – for €5.")
    found = parse_document(page.encode("cp1252"), "p.html", "p", ".html")
    assert isinstance(found, SourceArticle) and "“We wait” – for €5." in found.text and "März" in found.text


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("charset", ["utf-16", "utf-16le", "UTF-16BE", "undefined", "hex", "nonsense"])
def test_html_that_declares_what_cannot_be_is_utf8(charset, mark):
    data = mark + PAGE.format(meta=f'<meta charset="{charset}">').encode()
    found = parse_document(data, "p.html", "p", ".html")
    assert isinstance(found, SourceArticle) and "März" in found.text and not found.encoding


def test_a_byte_order_mark_wins_over_the_declared_charset():
    data = b"\xef\xbb\xbf" + PAGE.format(meta='<meta charset="latin-1">').encode()
    found = parse_document(data, "p.html", "p", ".html")
    assert isinstance(found, SourceArticle) and "März" in found.text


def test_a_name_that_is_not_utf8_gives_an_id_of_whole_characters(tmp_path):
    path = tmp_path / "caf\udce9.txt"
    path.write_text("Text.")
    found = read_document(path)
    assert isinstance(found, SourceArticle) and found.id == "caf\ufffd"


def test_html_without_text_fails():
    found = parse_document(b"<html><body><img src=x></body></html>", "p.html", "p", ".html")
    assert isinstance(found, Failure) and "no article text" in found.reason


def test_annotated_article_brings_its_columns():
    gold = sorted(Path("seeds/gold").glob("*.xml"))[0]
    found = read_document(gold)
    assert isinstance(found, SourceArticle) and found.extracted
    assert found.text.startswith("There will be no contract deal")
    assert "year" in found.columns


def test_xml_with_entities_is_refused_unexpanded():
    bomb = b'<!DOCTYPE a [<!ENTITY x "ha">]><article id="a"><body><p>&x;</p></body></article>'
    found = parse_document(bomb, "a.xml", "a", ".xml")
    assert isinstance(found, Failure) and "not allowed" in found.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b" \n\t", "empty file"),
        (b"\xef\xbb\xbf", "empty file"),
        (b"PK\x03\x04zip", "binary file"),
        ("Ça, très été".encode() + b"\xff", "damaged UTF-8"),
        (b"word " * (LONGEST_ARTICLE // 5 + 1), "more than 1,000,000 characters"),
    ],
)
def test_what_is_no_article_is_one_failure(data, reason):
    found = parse_document(data, "x.txt", "x", ".txt")
    assert isinstance(found, Failure) and reason in found.reason
    assert str(found).count("\n") == 0 and "x.txt" in str(found)


def test_huge_files_are_refused_unread(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    found = read_document(path)
    assert isinstance(found, Failure) and "bytes" in found.reason


def test_what_a_parser_does_not_foresee_is_a_failure(monkeypatch):
    def fail(data, path, id):
        raise RecursionError

    monkeypatch.setitem(formats.DOCUMENTS, ".html", fail)
    found = parse_document(b"<p>x", "p.html", "p", ".html")
    assert isinstance(found, Failure) and found.reason == "cannot be parsed (RecursionError)"


def test_packed_documents_are_unpacked(tmp_path):
    path = tmp_path / "A.Txt.GZ"
    path.write_bytes(gzip.compress("“Café,” she said.".encode("cp1252")))
    found = read_document(path)
    assert (found.id, found.text, found.encoding) == ("A", "“Café,” she said.", "cp1252")


def test_a_page_with_a_script_in_nested_parts_is_read_and_never_run():
    page = "<html><body>" + "<div>" * 50 + PAGE.format(meta="<script>document.write('owned')</script>")
    found = parse_document(page.encode(), "p.html", "p", ".html")
    assert "smaller classes in März" in found.text and "owned" not in found.text


def test_nesting_deeper_than_the_parser_goes_is_one_failure():
    page = "<html><body>" + "<div>" * 5000 + PAGE.format(meta="")
    found = parse_document(page.encode(), "p.html", "p", ".html")
    assert isinstance(found, Failure) and str(found).count("\n") == 0
