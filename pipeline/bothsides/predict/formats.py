"""Files that hold one article each: plain text, Markdown, HTML and annotated XML."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import Path

from ..annotated import parse_annotated
from .encoding import UndecodableError, decode
from .safe import whole_characters
from .source import LARGEST_FILE, Failure, SourceArticle, usable

_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEAD = 4096
_BROWSER_CODECS = {"iso8859-1": "cp1252", "ascii": "cp1252"} | dict.fromkeys(
    ("utf-16", "utf-16-le", "utf-16-be"), "utf-8"
)
_SHOWN_PROBLEMS = 3

UNDECODABLE = "save it as UTF-8 text"


def read_document(path: Path) -> SourceArticle | Failure:
    """Read a file that holds one article; its id is the file's name without suffix, or the annotated article's."""
    if path.stat().st_size > LARGEST_FILE:
        return Failure(str(path), None, f"file of more than {LARGEST_FILE >> 20} MiB", "split it into articles")
    return parse_document(path.read_bytes(), str(path), whole_characters(path.stem), path.suffix.lower())


def parse_document(data: bytes, path: str, id: str, suffix: str) -> SourceArticle | Failure:
    """Make an article of a file's bytes; `suffix` (one of `DOCUMENTS`) names the format."""
    if not data.strip():
        return Failure(path, None, "empty file", "give it a text or leave it out")
    try:
        found = DOCUMENTS[suffix](data, path, id)
    except UndecodableError as error:
        return Failure(path, error.line, error.reason, UNDECODABLE)
    return found if isinstance(found, Failure) else usable(found)


def _plain(data: bytes, path: str, id: str) -> SourceArticle | Failure:
    text, encoding = decode(data)
    return SourceArticle(id, text, path=path, encoding=encoding.guess)


def _html(data: bytes, path: str, id: str) -> SourceArticle | Failure:
    import trafilatura

    page, guess = _html_text(data)
    text = trafilatura.extract(page, output_format="txt", include_comments=False, include_tables=False)
    if not text:
        return Failure(path, None, "no article text in the HTML", "save the article as text")
    return SourceArticle(id, text, path=path, encoding=guess, extracted=True)


def _html_text(data: bytes) -> tuple[str, str]:
    """Decode a page by the charset it declares, else as any text; give the encoding's name where it is a guess.

    Declarations mean what they mean to a browser (WHATWG, Encoding Standard and HTML 13.2.3): a byte-order mark wins,
    Latin-1 and ASCII are Windows-1252, and a page whose `meta` can be read as ASCII is not UTF-16 but UTF-8.
    """
    declared = _META_CHARSET.search(data[:_HEAD])
    if declared and not data.startswith(codecs.BOM_UTF8):
        try:
            codec = codecs.lookup(declared[1].decode("ascii")).name
            return data.decode(_BROWSER_CODECS.get(codec, codec)), ""
        except (LookupError, UnicodeError):
            pass  # pages often declare what they are not: look at the bytes instead
    text, encoding = decode(data)
    return text, encoding.guess


def _annotated(data: bytes, path: str, id: str) -> SourceArticle | Failure:
    text, encoding = decode(data)
    annotated, problems = parse_annotated(text)
    if annotated is None:
        more = f" and {len(problems) - _SHOWN_PROBLEMS} more" if len(problems) > _SHOWN_PROBLEMS else ""
        reason = "not an annotated article: " + "; ".join(problems[:_SHOWN_PROBLEMS]) + more
        return Failure(path, None, reason, "see `bothsides check`")
    article = annotated.article
    columns = dict(article.columns)
    return SourceArticle(article.id, article.text, columns, path=path, encoding=encoding.guess, extracted=True)


DOCUMENTS: dict[str, Callable[[bytes, str, str], SourceArticle | Failure]] = {
    ".txt": _plain,
    ".md": _plain,
    ".html": _html,
    ".htm": _html,
    ".xml": _annotated,
}
"""The reader of each suffix."""
