"""The groups, bodies and office holders that begin the sentences before a pronoun: whom it may stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ..article import Span
from .descriptions import is_plural
from .name_pieces import DATELINE_END
from .pronouns import Scene
from .titles import PLURAL_PEOPLE, is_plural_people, is_role_noun
from .words import BODY_HEADS, DETERMINERS, FUNCTION_WORDS, GENERIC_BODIES, PLACE_WORDS, QUANTIFIERS, plain, word_set

_DATELINE = rf"(?:[A-Z][A-Z .'’-]+{DATELINE_END}+[ \u00a0])?"
_SENTENCE = re.compile(rf"(?:(?<=[.!?:])|(?<=[.!?][\"”’]))[ \u00a0]+(?=[A-Z])|(?:\n+|\A){_DATELINE}")
_WORD = re.compile(r"[^\s]+")
_VERBLIKE = re.compile(r"\w+ed$")
_AND = re.compile(r"[ \u00a0]and[ \u00a0](?=[Tt]he |[A-Z]|its |their )")
_NAMES = r"[A-Z][\w’.-]*(?:[ \u00a0][A-Z][\w’.-]*){0,4}"
_TWO_NAMES = re.compile(
    rf"(?:The )?({_NAMES})[ \u00a0]and[ \u00a0](?:(?:the|his|her)[ \u00a0])?"
    rf"(?:[a-z][\w-]*[ \u00a0]){{0,2}}({_NAMES})(?=,? ([a-z]+))"
)
"""Two names that begin a sentence: `NAME and NAME`, `The NAME and the NAME`."""
_OF_PRONOUN = re.compile(r"[^.!?\n\"“”]{0,80}?,[ \u00a0](?:s?he|they|it)\b")
"""What makes of a noun phrase the apposition of a pronoun: `A second-grade teacher in Lund, he said ...`."""
_ABOUT = word_set("about nearly more almost roughly over both")
_COMPLEMENT = re.compile(r"[ \u00a0](?:of|for|from|at|in|with)[ \u00a0]")
_HEAD_NEXT = re.compile(rf"[ \u00a0](?:{'|'.join(sorted(BODY_HEADS - PLURAL_PEOPLE))})\b")
_INSIDE = word_set("of for from at in with the a an its their his her")
_MARKS = ',.;:()"“”'
_FURTHEST = 500


@dataclass(frozen=True)
class Subject:
    """The noun phrase that begins a sentence; `first` tells that it does so without words before it."""

    start: int
    words: str
    kind: Literal["person", "plural", "body"]
    first: bool = True


def subjects_before(scene: Scene, at: int) -> list[Subject]:
    """List the subjects before a position, in its paragraph and the one before it, the nearest first."""
    text = scene.text
    low = max(0, at - _FURTHEST)
    starts = [m.end() for m in _SENTENCE.finditer(text, low, at)]
    here = scene.paragraph(at)
    found = []
    for start in reversed(starts):
        if here - scene.paragraph(start) > 1 or scene.said(start):
            continue
        subject = _subject(scene, start, at)
        if subject is not None:
            found.append(subject)
    return found


def sentence_start(text: str, at: int) -> int:
    """Give the start of the sentence that holds a position."""
    low = max(0, at - _FURTHEST)
    return max((m.end() for m in _SENTENCE.finditer(text, low, at)), default=low)


def _subject(scene: Scene, start: int, end: int) -> Subject | None:
    text = scene.text
    named = _TWO_NAMES.match(text, start, end)
    if named and all(_can_speak(scene, named.span(i)) for i in (1, 2)) and not is_plural_people(named[3]):
        return Subject(start, named.group().rstrip(), "plural")
    first = _noun_phrase(text, start, end)
    if first is None:
        return None
    stop = start + len(first.words)
    joined = _AND.match(text, stop, end)
    second = _noun_phrase(text, joined.end(), end) if joined else None
    if second is not None:
        return Subject(start, text[start : second.start + len(second.words)], "plural")
    return first


def _can_speak(scene: Scene, span: Span) -> bool:
    """Tell whether a name is that of a person or of a body, not of a place, a day or a matter."""
    words = scene.text[slice(*span)].split()
    body = any(plain(w) in BODY_HEADS and plain(w) != "education" for w in words) or (
        len(words) == 1 and len(words[0]) > 2 and words[0].isupper()
    )
    return body or scene.names_person(span)


def _noun_phrase(text: str, start: int, end: int) -> Subject | None:
    words = [m for _, m in zip(range(8), _WORD.finditer(text, start, end), strict=False)]
    last = None
    for i, m in enumerate(words):
        word, low, possessive = _read(m.group())
        if i and (low in FUNCTION_WORDS or _VERBLIKE.match(low)):
            break
        if i == 0 and low in FUNCTION_WORDS and low not in DETERMINERS | QUANTIFIERS | _ABOUT:
            return None
        if not possessive and _is_noun(word, low):
            last = i
        if m.group()[-1:] in ",.;:":
            break
    if last is None:
        return None
    stop = _end(words[last])
    if _OF_PRONOUN.match(text, stop):
        return None
    short = text[start:stop]
    head = plain(short.split()[-1])
    plural = is_plural_people(head) or is_plural(short)
    body = not plural and (head in BODY_HEADS or head in GENERIC_BODIES)
    # `The board in Dell` and `The principal at Dell High` are known by their noun; `The head of the local` is not.
    definite = text[start : start + 4].lower() == "the "
    whole = not definite or (not body and text[stop : stop + 4] == " of ")
    phrase = text[start : _with_complement(text, stop, end)] if whole else short
    if plural or body:
        return Subject(start, phrase, "plural" if plural else "body")
    return Subject(start, phrase, "person") if phrase.split()[0].lower() in DETERMINERS else None


def _with_complement(text: str, stop: int, end: int) -> int:
    """Give where a noun phrase ends together with what tells of whom or where it is: `of the city's schools`.

    It ends with a known noun or a name; any other word after one begins the predicate.
    """
    if not _COMPLEMENT.match(text, stop, end):
        return stop
    last, complete, before = stop, False, ""
    for i, m in zip(range(9), _WORD.finditer(text, stop, end), strict=False):
        word, low, possessive = _read(m.group())
        if _VERBLIKE.match(low) or (low in FUNCTION_WORDS and low not in _INSIDE):
            break
        if low in _INSIDE:
            if low in DETERMINERS and before not in _INSIDE:
                break
            complete = False
        elif i and not possessive and (_is_noun(word, low) or low in PLACE_WORDS or word[:1].isupper()):
            last, complete = _end(m), True
        elif complete and not possessive and not _HEAD_NEXT.match(text, m.end(), end):
            break
        before = low
        if m.group()[-1:] in ",.;:":
            break
    return last


def _read(raw: str) -> tuple[str, str, bool]:
    """Give a word without the marks around it, its plain form, and whether it is a possessive."""
    word = raw.strip(_MARKS)
    low = plain(word)
    return word, low, low != word.lower().rstrip(".")


def _end(word: re.Match[str]) -> int:
    return word.start() + len(word.group().rstrip(_MARKS))


def _is_noun(word: str, low: str) -> bool:
    """Tell whether a word is a noun of bodies or of people."""
    # `First` ends names of bodies (`Ovid First`), `the first` is no body.
    body = low in BODY_HEADS and word != "first"
    return body or low in GENERIC_BODIES or is_plural_people(word) or is_role_noun(word)
