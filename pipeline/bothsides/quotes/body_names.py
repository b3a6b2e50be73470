"""The bodies that an article names: runs of capitalised words that hold a word which only bodies have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..article import Span
from .titles import PLURAL_PEOPLE, is_plural_people, is_title, is_titled
from .words import BODY_HEADS, CALENDAR, FUNCTION_WORDS, GENERIC_BODIES, POSSESSIVE, plain, word_set

_COMPLETE = word_set("association union federation district alliance league guild committee council")
_CALLED_AFTER = re.compile(r"(?:[ \u00a0]\([^)]{2,20}\))?, (?:the|an?|its|their|one|another) ([^,.;:\n\"“”]{3,90})")
_CALLED_BEFORE = re.compile(
    r"(?<!\bof )(?<!\bfor )(?<!\bto )(?<!\bin )(?<!\bfrom )(?<!\bat )(?<!\bwith )(?<!\w)"
    r"(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir) "
    r"(?:(?!of |for |to |in |at )[\w’'-]+ ){0,4}([a-z]+),? (?:the )?$"
)
_REPRESENTS = re.compile(r"(?:[ \u00a0]\([^)]{2,20}\))?, which (?:represents|bargains for|speaks for)\b")
_COMPLEMENT = re.compile(r" (?:that|which|who|of|for|in|with|representing|whose|at|and|from|behind|to)(?: |$)")

_HOLY = frozenset({"Saint", "St.", "St", "Sacred", "Holy"})


@dataclass
class Body:
    """One organisation: its fullest name without article, where it occurs, and the common nouns that stand beside it.

    Of `the union, NAME,` and `NAME, the advocacy group that ...` the nouns are `union` and `group`.
    """

    name: str
    occurrences: list[Span]
    nouns: frozenset[str] = frozenset()

    @property
    def words(self) -> frozenset[str]:
        """The lower-cased words of the name."""
        return frozenset(w.lower().rstrip("'’") for w in self.name.split())

    @property
    def initials(self) -> str:
        """The capital initials, as an acronym would spell them."""
        return initials(self.name)


def initials(name: str) -> str:
    """Give the capital initials of a name, as an acronym would spell them."""
    return "".join(w[0] for w in re.split(r"[\s-]+", name) if w[:1].isupper())


def body_spans(text: str, words: list[Span]) -> list[Span]:
    """Find the names of bodies in a run: cut at titles, and keep what holds a word that only bodies have."""
    found: list[Span] = []
    current: list[Span] = []

    def close() -> None:
        while current and (text[current[0][0]].isdigit() or text[slice(*current[0])].lower() in FUNCTION_WORDS):
            current.pop(0)
        if len(current) > 2 and plain(text[slice(*current[0])]) not in BODY_HEADS:
            # `Thousands of`, `Day 2 of` and the like stand before a name; only a body's own noun takes an `of`.
            joint = 2 if text[current[1][0]].isdigit() else 1
            if text[slice(*current[joint])] in ("of", "for"):
                del current[: joint + 1]
            elif (of := _whose(text, current)) is not None:
                del current[: of + 1]
                while current and text[current[0][0]].islower():
                    current.pop(0)
        while len(current) > 1 and text[current[-1][0]].isdigit() and text[current[-2][0]].islower():
            del current[-2:]
        while current and not (text[current[-1][0]].isupper() or text[current[-1][0]].isdigit()):
            current.pop()
        spelled = [text[s:e] for s, e in current]
        acronym = len(spelled) == 1 and len(spelled[0]) > 2 and spelled[0].rstrip("s").isupper()
        if acronym or (len(current) > 1 and any(plain(w) in BODY_HEADS for w in spelled)):
            found.append((current[0][0], current[-1][1]))
        current.clear()

    for start, end in words:
        word = text[start:end]
        owner = POSSESSIVE.search(word)
        if owner and owner.group() not in ("'", "’") and (plain(word) in BODY_HEADS or (start, end) == words[-1]):
            current.append((start, start + owner.start()))
            close()
        elif (word == "and" and current and _joins_bodies(text, current, end)) or _parts_bodies(
            text, word, (start, end), words
        ):
            close()
        else:
            current.append((start, end))
    close()
    return found


def _whose(text: str, words: list[Span]) -> int | None:
    """Give where the `of` of `NAME NAME of the BODY` stands: it has a title, or its last word stands alone too."""
    spelled = [text[slice(*word)] for word in words]
    of = spelled.index("of") if "of" in spelled else 0
    start = words[0][0]
    if not 1 < of < 4 or text[max(0, start - 4) : start].lower() == "the " or spelled[0] in _HOLY:
        return None
    if any(not w[0].isupper() or plain(w) in BODY_HEADS or is_plural_people(w) for w in spelled[:of]):
        return None
    alone = rf"(?<![Tt]he )\b{re.escape(spelled[of - 1])}\b(?! of\b)"
    return of if is_titled(text, start) or re.search(alone, text) else None


def _joins_bodies(text: str, before: list[Span], end: int) -> bool:
    """Tell whether an `and` parts two names: the one before it is complete or a person's, or `the` begins another."""
    complete = plain(text[slice(*before[-1])]) in _COMPLETE or is_titled(text, before[0][0])
    return complete or text.startswith("the", end + 1)


def _parts_bodies(text: str, word: str, span: Span, words: list[Span]) -> bool:
    """Tell whether a word of a run stands outside the names of bodies: titles, days, and `Members` in `Members of`."""
    low = plain(word)
    if not word[0].isupper():
        return False
    if low == "general":
        # `Attorney General` is a title, `General Hospital` is part of a name.
        return any(w[1] == span[0] - 1 and is_title(text[slice(*w)]) for w in words)
    if low in CALENDAR or (is_title(word) and low not in BODY_HEADS):
        return True
    following = next((text[slice(*w)] for w in words if w[0] > span[1]), "")
    return span == words[0] and low in PLURAL_PEOPLE and following in ("of", "for")


def bodies_of(text: str, spans: Iterable[Span]) -> tuple[Body, ...]:
    """Group the occurrences of names by name, in the order of their first occurrence."""
    grouped: dict[str, Body] = {}
    for start, end in spans:
        name = " ".join(text[start:end].split())
        grouped.setdefault(name, Body(name, [])).occurrences.append((start, end))
    for body in grouped.values():
        body.nouns = frozenset(noun for span in body.occurrences[:12] for noun in nouns_beside(text, span))
    return tuple(sorted(grouped.values(), key=lambda b: b.occurrences[0]))


def nouns_beside(text: str, span: Span) -> set[str]:
    """Read the nouns of the appositions around a body's name: what the article calls it."""
    after, before = _CALLED_AFTER.match(text, span[1]), _CALLED_BEFORE.search(text, max(0, span[0] - 60), span[0])
    nouns = {"union"} if _REPRESENTS.match(text, span[1]) else set()
    if after:
        nouns.add(plain(_COMPLEMENT.split(after.group(1), maxsplit=1)[0].split()[-1]))
    if before:
        nouns.add(plain(before.group(1)))
    return nouns & (BODY_HEADS | GENERIC_BODIES.keys()) - PLURAL_PEOPLE
