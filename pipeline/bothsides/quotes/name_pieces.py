"""Runs of capitalised words cut into what may be names; lines and datelines that name nobody; names compared."""

from __future__ import annotations

import re
from functools import lru_cache

from ..article import Span
from .titles import ABBREVIATED, HEADS_ONLY, HONORIFICS, ROLE_NOUNS, are_titles, is_title, is_titled
from .words import BODY_HEADS, NOT_NAMES, POSSESSIVE, plain, word_set

SENTENCE_START = re.compile(r"(?:^|[.!?:\n][\"”’)]* ?|[\"“])$")
_PARTICLES = word_set("de del der da di du la le van von den")
_OFFICES = word_set("staff schools education state police operations")
"""What follows `of` in a title: `Chief of Staff`; any word does where a whole name comes after it."""
_AFTER_MONTH = re.compile(r"[ \u00a0](?:\d|[A-Z])")
"""What follows May where it is a month, or a verb in a headline: `NAME May 8`, `NAME May Resume Talks`."""
_NO_PIECES = BODY_HEADS | NOT_NAMES
_ALSO_NAMES = HONORIFICS | ROLE_NOUNS | ABBREVIATED.keys()
DATELINE_END = r"(?:, [A-Z][\w. ]{1,20})?(?: \([A-Z][\w /.]{1,18}\))? ?[–—-]"
"""What ends a place in capitals at the start of a paragraph: `DELL HEIGHTS, Ohio (AP) —`, `DELL (Jan. 2) -`."""
_DATELINE_END = re.compile(DATELINE_END)
_SHORTEST_MISSPELT = 5
"""Letters that a name has at least, for one of them to be a mistake."""


def name_pieces(text: str, words: list[Span]) -> list[Span]:
    """Cut a run of capitalised words at titles, body words and possessives: what is left may be names."""
    pieces: list[Span] = []
    current: list[Span] = []

    def close() -> None:
        if current and len(current) <= 5:
            pieces.append((current[0][0], current[-1][1]))
        current.clear()

    for i, (start, end) in enumerate(words):
        word = text[start:end]
        low = plain(word)
        after_of = i > 1 and text[slice(*words[i - 1])] == "of" and is_title(text[slice(*words[i - 2])])
        of_title = after_of and (low in _OFFICES or len(words) - i > 2)
        goes_on = bool(current) and (word in _PARTICLES or word[0] in '“"(')
        goes_on = goes_on or (len(current) == 1 and word == "May" and not _AFTER_MONTH.match(text, end))
        named_will = word.startswith("W") and low == "will" and i + 1 < len(words)
        if goes_on or (named_will and (i or not SENTENCE_START.search(text, 0, start))):
            current.append((start, end))
        elif of_title:
            close()
        elif not word[0].isupper() or is_title(word) or are_titles(word) or low in _NO_PIECES or "-old" in low:
            # A title word may be a family name too: only cut where the run goes on or nothing stands before it.
            if current and word[0].isupper() and (start, end) == words[-1] and low in _ALSO_NAMES:
                current.append((start, end))
            close()
        elif (owner := POSSESSIVE.search(word)) and owner.group() not in ("'", "’"):
            current.append((start, start + owner.start()))
            close()
        else:
            current.append((start, end))
    close()
    return [p for p in pieces if text[p[0] : p[1]].split()[-1] not in _PARTICLES]


def trimmed_pieces(text: str, pieces: list[Span]) -> list[Span]:
    """Take off what stands before a name that the article has elsewhere: `the Dell Gazette NAME`, `Rival NAME said`."""
    spelled = [tuple(text[slice(*piece)].split()) for piece in pieces]
    names = set(spelled)
    firsts: dict[str, set[str]] = {}
    for name in names:
        if len(name) > 1:
            firsts.setdefault(name[-1], set()).add(name[0])
    title = max(0, text.find("\n"))
    title = title if title and _has_capitals(text[:title]) else 0
    return [_trim(text, piece, words, names, firsts, title) for piece, words in zip(pieces, spelled, strict=True)]


def _trim(
    text: str, piece: Span, words: tuple[str, ...], names: set[tuple[str, ...]], firsts: dict[str, set[str]], title: int
) -> Span:
    """Take off what is no part of a name; `title` is where a first line in capitals ends, or 0."""
    start, end = piece
    if len(words) < 3 or is_titled(text, start):
        return piece
    bare = words[-1:] in names
    starts = SENTENCE_START.search(text, max(0, start - 4), start)
    if not bare and start < title:
        # A title has capitals on all its words: `Ann Hale Goes After the Board`.
        last = next((i for i in range(2, len(words)) if words[i - 1 : i] in names), len(words))
        return start, start + len(" ".join(words[:last]))
    if bare and text[max(0, start - 4) : start].lower() == "the ":
        # No person's name has an article: the last word is somebody's whom the article names and calls by it elsewhere.
        return (end - len(words[-1]), end) if firsts[words[-1]] - set(words) else piece
    if starts and ((bare and words[1:] in names) or words[0].lower() in HEADS_ONLY):
        return start + text[start:end].index(words[1], len(words[0])), end
    return piece


def is_dateline(text: str, run: Span) -> bool:
    """Tell whether a run of capitals that begins a paragraph is the place of a report; an acronym alone is none."""
    ends = _DATELINE_END.match(text, run[1])
    if ends is None or not text[slice(*run)].isupper() or text[run[0] - 1 : run[0]] not in ("", "\n"):
        return False
    return " " in text[slice(*run)] or ends.group().strip(" –—-") != ""


def is_headline(line: str) -> bool:
    """Tell whether a line is a headline with capitals on all its longer words, which name nobody reliably."""
    if line[-1] in '.!?:”"':
        return False
    return line.isupper() or (len(line) >= 25 and _has_capitals(line))


def _has_capitals(line: str) -> bool:
    long = [w for w in line.split() if len(w) > 3 and w[0].isalpha()]
    return len(long) > 4 and sum(w[0].isupper() for w in long) >= 0.85 * len(long)


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """Reduce a name to the one form in which two spellings are compared."""
    return name.lower().replace("’", "'")


def is_misspelt(word: str, name: str) -> bool:
    """Tell whether two words of five letters or more differ in one letter, not the first one and no plural's `s`."""
    short, long = sorted((name_key(word), name_key(name)), key=len)
    if len(short) < _SHORTEST_MISSPELT or long == short + "s" or len(long) > len(short) + 1 or short == long:
        return False
    same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return same > 0 and short[same + (len(short) == len(long)) :] == long[same + 1 :]
