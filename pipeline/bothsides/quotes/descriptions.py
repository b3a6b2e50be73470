"""Sources that are called by what they are (`the union president`, `a judge`): which named person holds the office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..article import Span
from .persons import Person
from .pronouns import Scene
from .titles import are_titles, is_plural_people, is_role_noun, is_title, role_key
from .words import DETERMINERS, DISTRICT_HEADS, GENERIC_BODIES, POSSESSIVE, QUANTIFIERS, UNION_HEADS, plain, word_set

_NOUN_PHRASE_END = re.compile(
    r"\s(?:of|for|at|in|with|from|on|to|who|whose|whom|which|that|near|outside|inside|after|before|about|called|"
    r"familiar|involved|representing|named)\s|,\s"
)
_HOLDS = re.compile(r"\b(?:is|as|was) (?:also )?(?:the |an? )?(?:[\w’'-]+ ){0,2}?([\w-]+)(?= of\b| for\b|,|$)")
_ONE_OF_A_KIND = word_set(
    "judge mediator arbitrator superintendent mayor governor fact-finder factfinder president chair"
)
_TAKES_UP = re.compile(r"(?:the|that) (?!.*(?:['’]s|s['’]|\b(?:for|who|whose)) )", re.IGNORECASE)
"""A definite description without what tells of somebody new: an owner, a client, a clause."""
_LED_BODY = re.compile(
    r"(?:the [a-z]+['’]s|its|their) (?:(?:vice )?president|(?:vice )?chair\w*|leader|superintendent|executive director|"
    r"general secretary|chief (?:executive|negotiator))$",
    re.IGNORECASE,
)
"""An office of which a body has one."""
_HIDDEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_TAIL = re.compile(
    r"(?:[ \u00a0](?:who|whose|which|that|and|most|often|almost|further|also|then|later|again|too|released|"
    r"(?<!the )(?<!their )(?<!his )(?<!her )(?:last|this) (?:week|month|year|night|spring|summer|fall|autumn|winter)|"
    r"(?:him|her|it)self|themselves|"
    r"\((?:[RDI]\b|[A-Z]{2,9}\b)[^()]*(?:\)|$)|"
    r"(?!family|assembly|ally|rally|reply|tally|supply|daily|weekly|monthly|elderly)[a-z]{3,}ly))+$"
)
"""What may stand at the end of a mention and is no part of it: a clause's beginning, an adverb, a party, an acronym."""
_LONGEST_TAIL = 120
_COMMON = re.compile(rf"[Tt]he (?:{'|'.join(sorted(GENERIC_BODIES))}), (?=(?:the )?[A-Z])")
"""What stands before the name of a body: `the union, NAME`."""
_ASIDE = re.compile(
    r", (?:[a-z]+ing (?:the|an?|his|her|their|its|for|at|in|on|from|with|through|outside|inside) "
    r"|\d+ (?!and |or )[a-z])"
    r"|,?[ \u00a0]in an? (?:\w+ )?(?:statement|letter|e-?mail|post|memo)(?=$| (?:to|on|from) )"
)
"""What is told beside who somebody is: what they were doing, how many they are, how they said it."""
_TO_DO = re.compile(r"\bto \w+$")
"""What an adverb at a mention's end belongs to: `an aide not authorised to speak publicly`."""
_KNOWN = re.compile(
    r"(?:the|that) (?:[\w-]+-year-old(?: \w+)?|[\w-]+[- ]years?[- ]veteran|(?:[\w-]+ )?\w+-of-\w+|"
    r"former .+|(?:single |married )?(?:grand)?(?:mother|father|mom|mum|dad) of \w+|[A-Z]\w+ native|(?:[A-Z]\w+ )?MP)",
    re.IGNORECASE,
)
"""What an article calls somebody of whom it has told already, be it some paragraphs before."""
_CLAUSE = re.compile(r",? (?:who|which) ")
_LEADERS = word_set("leader head chief boss")
_LED = word_set("president chair superintendent director")
_HELD = _LED | word_set("principal pastor teacher head leader mayor governor")
_SPEAKS_FOR = _LEADERS | word_set("convener convenor secretary organizer organiser spokesperson negotiator")
_PUBLIC = DISTRICT_HEADS | {"school", "schools", "board", "system"}


@dataclass(frozen=True)
class Office:
    """A role that the article gives to a person, where it stands and its words."""

    person: Person
    span: Span
    words: str

    @cached_property
    def keys(self) -> frozenset[str]:
        """The role nouns of the office before its complements, in their comparable form."""
        if self.words.lower().startswith("who "):
            held = {role_key(noun) for noun in _HOLDS.findall(self.words) if is_role_noun(noun)}
            return frozenset(held | ({"chair"} if re.match(r"who chairs\b", self.words) else set()))
        head = _NOUN_PHRASE_END.split(self.words, maxsplit=1)[0]
        return frozenset(role_key(w) for w in head.split() if is_role_noun(plain(w)))

    @cached_property
    def plain_words(self) -> frozenset[str]:
        """All words of the office, lower-cased, with the district of a superintendent and the union of a secretary."""
        words = frozenset(plain(w.strip(",.;")) for w in self.words.split())
        implied = {"district"} if "superintendent" in self.keys else set()
        # A union is led by its president or, outside the United States, by its general secretary.
        return words | implied | ({"union"} if {"general", "secretary"} <= words else set())


def head_of(mention: str) -> str:
    """Give the head noun of a description: the last word before its complements."""
    words = _NOUN_PHRASE_END.split(mention, maxsplit=1)[0].split()
    return words[-1].strip(".,;:\"“”'’") if words else ""


def words_of(text: str, start: int, end: int) -> tuple[list[str], int]:
    """Give the words of a mention without what is no part of it at its end or before a name, and where it ends.

    A title goes only where a name is left: `Mayor NAME's office` is no person.
    """
    tail = _TAIL.search(text, max(start, end - _LONGEST_TAIL), end)
    said = text[start : tail.start()] if tail else ""
    if tail and said.lower() not in DETERMINERS and not (_TO_DO.search(said) or " who " in said):
        end = tail.start()
    aside = _ASIDE.search(text, start + 1, end)
    end = aside.start() if aside else end
    common = _COMMON.match(text, start, end)
    start = common.end() if common else start
    words = text[start:end].translate(_HIDDEN).lstrip("., ").strip("\"“”‘’'*•-–— ").split()
    named = head_of(POSSESSIVE.sub("", " ".join(words)))[:1].isupper()
    while (
        named
        and len(words) > 1
        and (is_title(words[0]) or (are_titles(words[0]) and "and" in words))
        and words[1][0].isupper()
    ):
        words.pop(0)
    return words, end


def is_plural(mention: str) -> bool:
    """Tell whether a description names several people."""
    words = mention.lower().split()
    if not words:
        return False
    head = head_of(mention).lower()
    return (
        words[0] in ("some", "many", "several", "most", "others", "few", "both")
        or is_plural_people(head)
        or " and " in mention
    )


def may_take_up(mention: str) -> bool:
    """Tell whether a description may mean a person of whom its paragraph has spoken without that word."""
    head = head_of(mention)
    definite = bool(_TAKES_UP.match(mention)) or leads_body(mention)
    if is_known(mention):
        return True
    return definite and not is_plural(mention) and head[:1].islower() and is_role_noun(head)


def is_known(mention: str) -> bool:
    """Tell whether a description is one of somebody told of already: `the 28-year-old`, `the mother of three`."""
    return bool(_KNOWN.fullmatch(mention))


def leads_body(mention: str) -> bool:
    """Tell whether a description names the one who leads a body: `the union's president`, `its leader`."""
    return bool(_LED_BODY.match(mention))


def is_held(mention: str) -> bool:
    """Tell whether the head of a description is a post that somebody holds for years, as no driver or lawyer does."""
    return role_key(head_of(mention)) in _HELD


def is_post(mention: str) -> bool:
    """Tell whether the head of a description is a post of somebody who speaks for a body, whoever else works there."""
    return is_held(mention) or role_key(head_of(mention)) in _SPEAKS_FOR


def find_office(mention: str, at: int, offices: Sequence[Office], scene: Scene) -> Person | None:
    """Find the person whom a description at a position means, or None.

    Definite descriptions (and bare ones) mean the holder of the office whose other words fit best, the last one
    mentioned among equals. An indefinite one means a person only where the office is one of a kind and its holder is
    named later (`A judge ... Judge NAME`).
    """
    words = [plain(w.strip(',.;:"“”')) for w in _CLAUSE.split(mention, maxsplit=1)[0].split()]
    head = head_of(mention)
    if not words or not is_role_noun(head) or is_plural(mention) or words[0] in QUANTIFIERS:
        return None
    key = role_key(head)
    indefinite = words[0] in ("a", "an")
    if indefinite and key not in _ONE_OF_A_KIND:
        return None
    modifiers = [w for w in words if w not in DETERMINERS and role_key(w) != key and w not in ("of", "for")]
    # `The union leader` and `the schools chief` are whoever presides there, where no office has that very word.
    leads = key in _LEADERS and any(w in UNION_HEADS | _PUBLIC | {"council"} for w in modifiers)
    exact = any(key in office.keys for office in offices)
    best: tuple[float, int, int] | None = None
    holder: Person | None = None
    for office in offices:
        led = office.keys & (_LED | _LEADERS) or {"general", "secretary"} <= office.plain_words
        if key not in office.keys and not (leads and not exact and led):
            continue
        fit = sum(_fits(w, office.plain_words) for w in modifiers)
        if modifiers and fit < (-1.0 if indefinite else 0.5 if leads else 0.0):
            continue
        seen = scene.last_seen(office.person, at)
        if indefinite and seen >= 0:
            continue
        rank = (fit, seen if seen >= 0 else -1, -office.person.occurrences[0][0])
        if best is None or rank > best:
            best, holder = rank, office.person
    return holder


def _fits(word: str, office: frozenset[str]) -> float:
    if word in office or word.rstrip("s") in office:
        return 1.0
    if word in UNION_HEADS and office & UNION_HEADS:
        return 1.0
    if word in _PUBLIC and office & _PUBLIC:
        return 0.5
    if word in UNION_HEADS | _PUBLIC and office & (UNION_HEADS | _PUBLIC):
        return -2.0
    return -0.4
