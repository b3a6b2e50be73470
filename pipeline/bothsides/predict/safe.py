"""Text from articles made safe for where it goes: a terminal, a spreadsheet, a file's name, a line of JSON."""

from __future__ import annotations

import hashlib
import json
import re

# Characters that steer a terminal or hide what is printed: C0 and C1 controls, line and paragraph separators, and
# the marks that turn the direction of writing.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_JSON_CONTROL = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONE_RETURN = re.compile("\r(?!\n)")
# OWASP, "CSV Injection": what a spreadsheet takes for the beginning of a formula, full-width forms included.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
# Possessive, for a long run of digits in a hostile cell must not be parted in every way.
_NUMBER = re.compile(r"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST_NAME = 100


def terminal_text(text: str) -> str:
    """One line without terminal escapes: controls become U+FFFD, white space a single space."""
    return whole_characters(_CONTROL.sub("\ufffd", " ".join(text.split())))


def whole_characters(text: str) -> str:
    """Replace what UTF-8 cannot hold (lone surrogates, as a file's name that is not UTF-8 has them) by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def csv_cell(value: object) -> str:
    """A CSV cell that no spreadsheet runs as a formula and no terminal obeys.

    A text that begins like a formula gets an apostrophe in front (numbers do not); control characters but tab and
    line ends become U+FFFD, and so do lone surrogates; a carriage return alone, which `csv.writer` leaves unquoted
    although it ends a row for those who read it, becomes a line feed. JSON lines and Parquet carry the text unaltered.
    """
    if value is None:
        return ""
    if isinstance(value, (list, tuple, dict)):
        return json_line(value)
    if not isinstance(value, str):
        return str(value)
    text = _CONTROL.sub(lambda m: "\r" if m[0] == "\r" else "\ufffd", _LONE_RETURN.sub("\n", whole_characters(value)))
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def csv_text(cell: str) -> str:
    """The text of a cell, without the apostrophe that `csv_cell` put in front of what looks like a formula."""
    return cell[1:] if cell.startswith("'") and csv_cell(cell[1:]) == cell else cell


def json_line(value: object) -> str:
    """JSON on one line, readable (not ASCII only), with every control character escaped."""
    return _JSON_CONTROL.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))


def file_name(id: str) -> str:
    """A file's name (without suffix) from an article's id: never a path, never hidden, at most 109 characters.

    An id that had to be altered gets a digest of itself, so that two ids never share a name; so does one with
    capitals, because some file systems do not tell them from small letters.
    """
    plain = _NOT_PLAIN.sub("_", id).strip(".")[:_LONGEST_NAME]
    if plain == id and id and id == id.lower():
        return id
    return f"{plain or 'article'}-{hashlib.sha256(id.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
