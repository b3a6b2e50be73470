"""The speaker of a cue that the tagger gave none: the noun phrase right beside the cue, where there plainly is one."""

from __future__ import annotations

import re

from ..article import Span
from .titles import SHORT_FORMS, is_plural_people, is_role_noun, is_title
from .words import (
    BODY_HEADS,
    CALENDAR,
    DETERMINERS,
    FUNCTION_WORDS,
    GENERIC_BODIES,
    PRONOUNS,
    QUANTIFIERS,
    plain,
    word_set,
)

_ABBREVIATED = "".join(rf"(?<!\b{form})" for form in ("[A-Z]", *SHORT_FORMS))
_BREAK = re.compile(rf"{_ABBREVIATED}[.!?][\"”’)]*[ \u00a0]+(?=[A-Z“\"])|[;:\n\r\"“”()]|[ \u00a0][–—-]+[ \u00a0]|—")
_CONNECTIVE = re.compile(r"(?:and|but|while|as|though|although|because|so|that|when|if|yet)[ \u00a0]+", re.IGNORECASE)
_CAPITALISED = r"[A-Z][\w.’'-]*"
_PROPER = rf"{_CAPITALISED}(?:[ \u00a0]{_CAPITALISED}){{0,4}}"
# `NAME: "..."`, and what tells where from or who: `NAME, Dell: "..."`, `NAME, a nurse, 41: "..."`.
_INTRODUCES = re.compile(rf"({_PROPER})(?:,[ \u00a0][\w’' ,\u00a0-]{{1,60}}?)?[ \u00a0]?:[\s\"“”‘']*")
_SIGNS = re.compile(rf"[.,!?…]*[\"”’']*\s*[–—―-]+\s?({_PROPER})(?=,|\.?\s*$)")
_ADVERB = re.compile(r"[ \u00a0]+(?:also|later|then|too|now|still|once|has|have|had|\w+ly|himself|herself|themselves)$")
_WORD = re.compile(r"[^\s\u00a0]+")
_PERSONAL = word_set("he she they it we both")
_PASSIVE = re.compile(r"[ \u00a0]by(?=[ \u00a0])")
_RELAYED = re.compile(r"\bquoted$|\b(?:he|she) (?:is|was|has been) (?:reported|rumou?red)$", re.IGNORECASE)
_NAME = rf"{_CAPITALISED}(?:[ \u00a0]{_CAPITALISED}){{1,3}}"
_NAMED = re.compile(rf"{_NAME}[ \u00a0]?")
_APPOSED = re.compile(rf",[ \u00a0]((?:[a-z-]+[ \u00a0])*)({_NAME}|{_CAPITALISED}),")
_NAMED_NEXT = re.compile(
    r"(?:[ \u00a0](?:for|of|with|from|at)(?:[ \u00a0][\w’'-]+){1,6})?"
    r",[ \u00a0]((?:[A-Z][\w’'-]*[ \u00a0]?){2,4})(?=[,.])"
)
_SERVES = re.compile(
    r"((?:An?|The|One|Another)(?:[ \u00a0][a-z][\w’'-]*){1,3})[ \u00a0](?:for|to|with)"
    rf"(?:[ \u00a0][\w.’'-]+)*[ \u00a0]{_CAPITALISED}"
)
_FARTHEST = 220
_SHORT = re.compile(r"(?:Jr|Sr|Esq)\.|(?:[A-Z][a-z]?\.)+")
"""What ends a name with a full stop of its own: `Jr.`, `F.`, `Ph.D.`."""


def beside(text: str, cue: Span, low: int, high: int, follows: bool) -> Span | None:
    """Find the subject of a cue between two positions, where no tagged span stands.

    `follows` tells that what was said stands right before the cue, so that its subject may come after it (`said NAME`).
    Right before the cue a pronoun, a name or a noun of people or bodies counts, also with an apposition between; after
    it the same up to the next comma or function word. Returns None where nothing of the kind is there.
    """
    if text[slice(*cue)].lower().endswith(("according to", " by")):
        return _after(text, cue[1], high)
    # `was described by NAME` is what NAME said; `was quoted by the Gazette` is what the subject said.
    if (passive := _PASSIVE.match(text, cue[1], high)) and not _RELAYED.search(text, low, cue[1]):
        return _after(text, passive.end(), high)
    found = _before(text, cue[0], max(low, cue[0] - _FARTHEST))
    return found or (_after(text, cue[1], high) if follows else None)


def serves(mention: str) -> bool:
    """Tell whether a mention is somebody who speaks for a person named in it: `An aide to Mayor NAME`."""
    served = _SERVES.fullmatch(mention)
    return served is not None and is_role_noun(served.group(1).split()[-1])


def signature(text: str, content: Span, paragraph: Span) -> Span | None:
    """Find the name of `NAME: "..."` and of `"..." - NAME`, where the whole paragraph is nothing else."""
    if introduced := _INTRODUCES.fullmatch(text, paragraph[0], content[0]):
        return introduced.span(1)
    signed = _SIGNS.match(text, content[1], paragraph[1])
    if not signed:
        return None
    start, end = signed.span(1)
    # The full stop that ends the paragraph is no part of a name, but that of `Jr.` and `F.` is.
    last = text[start:end].split()[-1]
    return start, end - (last.endswith(".") and not _SHORT.fullmatch(last))


def _before(text: str, at: int, low: int) -> Span | None:
    start = max((m.end() for m in _BREAK.finditer(text, low, at)), default=low)
    clause = text[start:at].rstrip()
    while adverb := _ADVERB.search(clause):
        clause = clause[: adverb.start()]
    if clause.endswith(","):
        # `NAME, a teacher, said` and `The teacher, NAME, said`: the name is the subject.
        if clause.count(",") != 2:
            return None
        first = start + clause.index(",")
        return _apposed(text, start, first, start + len(clause)) or _phrase(text, start, first)
    last = clause.rfind(", ")
    return _phrase(text, start + last + 2 if last >= 0 else start, start + len(clause))


def _apposed(text: str, start: int, comma: int, end: int) -> Span | None:
    """Find the name in `The superintendent, NAME,` and `Its negotiator, shop teacher NAME,`."""
    named = _APPOSED.fullmatch(text, comma, end)
    if named is None:
        return None
    role, words = named.group(1).split(), text[start:comma].split()
    told = bool(words) and words[0].lower() in DETERMINERS
    if " " not in named.group(2) and (role or not told or not words[-1].islower() or plain(named.group(2)) in CALENDAR):
        return None
    if role and not (is_role_noun(role[-1]) or role[0] == "the"):
        return None
    if any(w in FUNCTION_WORDS - DETERMINERS for w in role):
        return None
    office = told and (words[-1].islower() or is_role_noun(words[-1]))
    return named.span(2) if office or not _NAMED.fullmatch(text, start, comma) else None


def _after(text: str, at: int, high: int) -> Span | None:
    stop = _BREAK.search(text, at, high)
    end = min(stop.start() if stop else high, at + _FARTHEST)
    words: list[re.Match[str]] = []
    for m in _WORD.finditer(text, at, end):
        low = plain(m.group().rstrip(",.;:"))
        if low in FUNCTION_WORDS and words and not (low == "of" and _takes_of(words[-1].group())):
            break
        words.append(m)
        if m.group()[-1] in ",;:" or (m.group()[-1] == "." and not (is_title(m.group()) or len(low) == 1)):
            break
    while words and plain(words[-1].group()) in CALENDAR:
        words.pop()
    if not words or words[0].start() > at + 1:
        return None
    named = _NAMED_NEXT.match(text, words[-1].end() - words[-1].group().endswith(","), high)
    if named and not words[-1].group()[0].isupper():
        return named.span(1)
    return _phrase(text, words[0].start(), words[-1].start() + len(words[-1].group().rstrip(",.;:")))


def _takes_of(word: str) -> bool:
    """Tell a body (`the Board of Education`) or an office (`its director of resources, NAME`) from other nouns."""
    return plain(word) in BODY_HEADS or is_role_noun(word)


def _phrase(text: str, start: int, end: int) -> Span | None:
    """Give a stretch without a connective at its start, if it is a noun phrase that can speak."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    if connective := _CONNECTIVE.match(text, start, end):
        start = connective.end()
    words = text[start:end].split()
    if not words or len(words) > 8:
        return None
    first, last = words[0].lower(), plain(words[-1])
    if (len(words) == 1 and first in _PERSONAL) or serves(" ".join(words)):
        return start, end
    if any(plain(w) in FUNCTION_WORDS - DETERMINERS - QUANTIFIERS and w not in ("of", "and", "for") for w in words):
        return None
    if last == "first" and first in DETERMINERS and len(words) == 2:
        # `The first` of two letters is no body, though `Classrooms First` is one.
        return None
    if first in PRONOUNS - DETERMINERS or words[-1].endswith(("’s", "'s")) or last in CALENDAR:
        return None
    if last in BODY_HEADS | GENERIC_BODIES.keys() or is_role_noun(last) or is_plural_people(last):
        return start, end
    i = len(words)
    while i and words[i - 1][0].isupper() and not is_title(words[i - 1]):
        i -= 1
    if i < len(words) and i and is_title(words[i - 1]) and not {"of", "for"}.intersection(words[:i]):
        # The title before a name is no part of the mention; `A spokesman for Gov. NAME` is not the governor.
        return text.index(words[i], start, end), end
    if last in DETERMINERS or not words[-1][0].isupper():
        # `The` before a noun that is the cue (`The finding of the commission`) opens no noun phrase of its own.
        return None
    return (start, end) if first in DETERMINERS or words[0][0].isupper() else None
