"""Files that hold one article each: plain text, Markdown, HTML and annotated XML."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import Path

from ..annotated import parse_annotated
from .encoding import UndecodableError, decode
from .packed import PackedError, format_of, read_whole, stem_of
from .safe import whole_characters
from .source import LARGEST_FILE, Document, Failure, SourceArticle, usable

_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEAD = 4096
_BROWSER_CODECS = {"iso8859-1": "cp1252", "ascii": "cp1252"} | dict.fromkeys(
    ("utf-16", "utf-16-le", "utf-16-be"), "utf-8"
)
_SHOWN_PROBLEMS = 3

UNDECODABLE = "save it as UTF-8 text"


def open_document(path: Path) -> Document | Failure:
    """Read the bytes of a file that holds one article; its id is the file's name without suffixes."""
    try:
        data = read_whole(path) if path.stat().st_size <= LARGEST_FILE else None
    except PackedError as error:
        return Failure(str(path), None, error.reason, error.advice)
    if data is None:
        return Failure(str(path), None, f"file of more than {LARGEST_FILE:,} bytes", "split it into articles")
    return Document(str(path), whole_characters(stem_of(path)), format_of(path), data)


def parse_document(document: Document) -> SourceArticle | Failure:
    """Make an article of a file's bytes; an annotated article brings an id of its own.

    Whatever a parser does not foresee becomes a failure too, for one odd file must not end a run.
    """
    if not document.data.strip():
        return Failure(document.path, None, "empty file", "give it a text or leave it out")
    try:
        found = DOCUMENTS[document.suffix](document.data, document.path, document.id)
        return found if isinstance(found, Failure) else usable(found)
    except UndecodableError as error:
        return Failure(document.path, error.line, error.reason, UNDECODABLE)
    except Exception as error:
        return Failure(document.path, None, f"cannot be parsed ({type(error).__name__})", "save the article as text")


def _plain(data: bytes, path: str, id: str) -> SourceArticle | Failure:
    text, encoding = decode(data)
    return SourceArticle(id, text, path=path, encoding=encoding.guess)


def _html(data: bytes, path: str, id: str) -> SourceArticle | Failure:
    """Extract a page's article, and what the page declares of it."""
    import trafilatura

    page, guess = _html_text(data)
    text = trafilatura.extract(page, output_format="txt", include_comments=False, include_tables=False)
    if not text:
        return Failure(path, None, "no article text in the HTML", "save the article as text")
    return SourceArticle(id, text, _declared(page), path=path, encoding=guess, extracted=True)


def _declared(page: str) -> dict[str, str]:
    """Give the columns that a page's markup declares: title, date, outlet and url; none is guessed from its text.

    A page whose declarations cannot be read is still an article.
    """
    from trafilatura.metadata import extract_metadata

    try:
        found = extract_metadata(page, extensive=False)
    except Exception:
        return {}
    outlet = found.sitename or found.hostname
    told = {"title": found.title, "date": found.date, "outlet": outlet, "url": found.url}
    return {name: " ".join(value.split()) for name, value in told.items() if value}


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
