"""Tidying of tagged spans: a tag's edge inside a word moves to the word's edge, a mention ends with its noun."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..article import Span
from .titles import is_plural_people, is_role_noun, is_title
from .words import (
    BODY_HEADS,
    CALENDAR,
    DETERMINERS,
    DOCUMENTS,
    FUNCTION_WORDS,
    GENERIC_BODIES,
    MONTHS_AS_NAMES,
    PRONOUNS,
    QUANTIFIERS,
    plain,
    word_set,
)

_WORD_PARTS = re.compile(r"[\w’'-]")
_SAYS = re.compile(r"[ \u00a0](said|says|read|reads|noted|stated|added|continued)\b")
_ARTICLE = re.compile(r"\b(?:[Tt]he|[Tt]heir|[Hh]is|[Hh]er|[Ii]ts|[Aa])[ \u00a0]$")
_ACCORDING_TO = re.compile(r"according[ \u00a0]to\b", re.IGNORECASE)
_LED_IN = re.compile(r"(?:to|of|by|from|with|for|and|but|said|says|according to)[ \u00a0]+", re.IGNORECASE)
_NAME_GOES_ON = re.compile(r"(?:[ \u00a0](?:[A-Z][\w’'-]*|[A-Z]\.))+(?![\w’'-])")
_BODY_GOES_ON = re.compile(r"[ \u00a0](?:of|for)(?:[ \u00a0]the)?(?:[ \u00a0][A-Z][\w’'-]*)+(?![\w’'-])")
_NOUN_TO_COME = re.compile(r"(?:[ \u00a0][a-z][\w’'-]*){0,1}[ \u00a0]([a-z][\w-]*)(?=[ \u00a0]$)")
_NOUN_NEXT = re.compile(r"[ \u00a0]([a-z][\w-]*)(?![\w’'-])")
_DETERMINED = re.compile(
    r"(?<![\w’'-])(?:[Tt]he|[Aa]n?|[Tt]heir|[Ii]ts|[Hh]is|[Hh]er|[Oo]ne|[Aa]nother)[ \u00a0]"
    r"(?:[a-z][\w’'-]*[ \u00a0]){0,3}$"
)
_COMPLEMENT = re.compile(r"(?:[ \u00a0](?:for|of|from)(?:[ \u00a0][\w.’'-]+){1,6})(?=[ \u00a0]$)")
"""What stands between a noun and its cue: `A spokesman for the mayor said`."""
_GOES_ON = re.compile(r"[ \u00a0](?:for|of)$")
_JOINS = "’'-"
_WORD = re.compile(r"[^\s\u00a0]+")
_BEFORE_DAYS = word_set("on last late early since")
_DAYS = word_set("today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday")
"""What a mention ends before, though nothing leads it in: `the NAME Union Friday rejected`, `NAME today said`."""
_CLASS = re.compile(r"['’]\d\d")
"""The year in which a student ends: `NAME '26`."""
_WRITINGS = DOCUMENTS | word_set(
    "analysis report study survey poll briefing guidance petition filing circular flier notice complaint review"
)
_WRITTEN_BY = re.compile(
    r"(?:(?:an?|the|one|this)[ \u00a0])?(?:[\w-]+[ \u00a0]){0,2}?([\w-]+)[ \u00a0](?:by|from)[ \u00a0]", re.IGNORECASE
)
_ENDS_A_MENTION = PRONOUNS | QUANTIFIERS | {"other", "two", "three", "four", "five", "here", "there"}


def tidied(text: str, spans: Sequence[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Tidy spans given in any order; they come out in reading order, and none grows into its neighbour.

    A mention that is nothing but an article or a preposition goes.
    """
    out: list[tuple[Span, str]] = []
    ordered = _whole_mentions(text, sorted(_spoken_documents(text, spans)))
    for i, (span, kind) in enumerate(ordered):
        low = out[-1][0][1] if out else 0
        high = ordered[i + 1][0][0] if i + 1 < len(ordered) else len(text)
        start, end = _whole_words(text, span, low, high)
        if kind == "cue" and (more := _ACCORDING_TO.match(text, start, high)):
            end = max(end, more.end())
        if kind.startswith("speaker"):
            before_cue = i + 1 < len(ordered) and ordered[i + 1][1] == "cue"
            start, end = _whole_phrase(text, _mention(text, (start, end)), low, high, before_cue)
        if start < end:
            out.append(((start, end), kind))
    return out


def _spoken_documents(text: str, spans: Sequence[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Read `the statement said`, where the noun was tagged as the cue, as a mention and its cue."""
    out: list[tuple[Span, str]] = []
    for span, kind in spans:
        verb = _SAYS.match(text, span[1]) if kind == "cue" and text[slice(*span)].lower() in DOCUMENTS else None
        article = _ARTICLE.search(text, max(0, span[0] - 5), span[0]) if verb else None
        if verb and article:
            out = [s for s in out if s[0][1] <= article.start()]
            out += [((article.start(), span[1]), "speaker-right"), (verb.span(1), kind)]
        else:
            out.append((span, kind))
    return out


def _whole_mentions(text: str, spans: Sequence[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Join mentions that are one, tagged in two: `Negotiators for` and `the district`, `Mayor NAME and` and `NAME`."""
    out: list[tuple[Span, str]] = []
    for span, kind in spans:
        alike = bool(out) and out[-1][1] == kind and kind.startswith("speaker")
        if alike and _is_joined(text[slice(*out[-1][0])], text[out[-1][0][1] : span[0]]):
            out[-1] = (out[-1][0][0], span[1]), kind
            continue
        out.append((span, kind))
    return out


def _is_joined(mention: str, between: str) -> bool:
    """Tell whether a mention goes on with the next one: after `for`, after `and`, or with a title before a name."""
    if between == " " and _GOES_ON.search(mention):
        return True
    if "\n" in between:
        return False
    words = (mention.split()[-1:] if mention.endswith(" and") else []) + between.split()
    return bool(words) and all(w == "and" or (w[0].isupper() and is_title(w)) for w in words)


def _whole_words(text: str, span: Span, low: int, high: int) -> Span:
    """Widen a span to whole words between two positions; a possessive ending stays outside."""
    start, end = span
    while start > low and _inside_word(text, start):
        start -= 1
    if _inside_word(text, end) and not re.match(r"['’](?:s\b|\W|$)", text[end : end + 3]):
        while end < high and _inside_word(text, end) and not re.match(r"['’](?:s\b|\W|$)", text[end : end + 3]):
            end += 1
    return start, end


def _inside_word(text: str, at: int) -> bool:
    """Tell whether a position stands between two characters of one word."""
    if not 0 < at < len(text) or not (_WORD_PARTS.match(text, at - 1) and _WORD_PARTS.match(text, at)):
        return False
    before, after = text[at - 1], text[at]
    if before in _JOINS:
        return after not in _JOINS and at > 1 and text[at - 2].isalnum()
    return after not in _JOINS or text[at + 1 : at + 2].isalnum()


def _mention(text: str, span: Span) -> Span:
    """Take off the words at a mention's end that no noun phrase ends in: `NAME on Friday`, `NAME of`, `NAME did`."""
    start, end = span
    words = [(m.start(), m.end()) for m in _WORD.finditer(text, start, end)]
    low = [text[slice(*w)].strip(",.;:\"“”'’").lower() for w in words]
    while words:
        named = len(words) > 1 and (text[words[-2][0]].isupper() or _is_noun(low[-2]))
        bare = len(words) == 1 or low[-2] in _BEFORE_DAYS or (named and low[-1] in _DAYS)
        day = low[-1] in CALENDAR - MONTHS_AS_NAMES and bare
        day = day or bool(_CLASS.fullmatch(text, *words[-1]))
        ends = low[-1] in _ENDS_A_MENTION or (low[-1] and low[-1] not in FUNCTION_WORDS | DETERMINERS)
        if not day and (ends or (len(words) > 1 and text[words[-1][0]].isupper())):
            return start, words[-1][1]
        words.pop()
        low.pop()
    return start, start


def _whole_phrase(text: str, span: Span, low: int, high: int, before_cue: bool) -> Span:
    """Complete a mention that was cut: the rest of its name, the noun between it and its cue, the article before it."""
    start, end = span
    if led_in := _LED_IN.match(text, start, end):
        start = led_in.end()
    written = _WRITTEN_BY.match(text, start, end)
    if written and written.group(1).lower() in _WRITINGS:
        # `A message from the district said`: the district is who speaks.
        start = written.end()
    if start >= end:
        return span
    words = text[start:end].split()
    if words[-1][0].isupper() and words[-1].lower() not in PRONOUNS and not words[-1].endswith(("’s", "'s")):
        more = _NAME_GOES_ON.match(text, end, high)
        if more and plain(more.group().split()[0]) not in CALENDAR | FUNCTION_WORDS:
            end = more.end()
        if plain(text[start:end].split()[-1]) in BODY_HEADS and (more := _BODY_GOES_ON.match(text, end, high)):
            end = more.end()
    elif words[-1].lower() not in PRONOUNS:
        ends = _is_noun(words[-1].lower())
        more = _NOUN_TO_COME.match(text, end, high) if before_cue else None
        if more is None and not ends:
            more = _NOUN_NEXT.match(text, end, high)
        if more and _is_noun(more.group(1)):
            end, ends = more.end(), True
        more = _BODY_GOES_ON.match(text, end, high) if ends else None
        if more is None and ends and before_cue:
            more = _COMPLEMENT.match(text, end, high)
        if more:
            end = more.end()
    if words[0][0].islower() and is_role_noun(words[0]) and (before := _DETERMINED.search(text, low, start)):
        start = before.start()
    return start, end


def _is_noun(word: str) -> bool:
    return word in BODY_HEADS | GENERIC_BODIES.keys() | DOCUMENTS or is_role_noun(word) or is_plural_people(word)
