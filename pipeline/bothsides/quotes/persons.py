"""The persons of an article, and which of those who share a last name it means where that stands alone."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from ..article import Span
from .name_pieces import name_key
from .titles import FEMALE_TITLES, MALE_TITLES, is_role_noun, is_titled
from .words import FEMALE_KIN, KIN, MALE_KIN, THINGS, plain, word_set

__all__ = ["KIN_WORD", "Person", "assign_bare", "last_name", "relatives"]

_PLACE = re.compile(r"(?:St\.|Mt\.|Ft\.|Fort|Port|Mount|Lake|Cape|North|South|East|West|New|San|Santa) ")
KIN_WORD = "|".join(sorted(KIN))
_KIN = re.compile(
    r"\b(?:(?i:his|her|their)|\w+['’]s) (?:\w+ )?"
    rf"(?:{KIN_WORD}),? ([A-Z]\w+)|\bfirst (?:lady|gentleman),? ([A-Z]\w+)"
)
_SUFFIXES = word_set("Jr Sr II III IV QC KC SC MP MSP MLA MPP TD OBE MBE CBE PhD MD")
_FEMALE_BEFORE = FEMALE_KIN | {"lady"}
_NEXT_WORD = re.compile(r"[ \u00a0]([\w-]+)")
_GENDERED = re.compile(r"\b(?:he|his|she)\b", re.IGNORECASE)
_NEXT_SENTENCE = 150
"""Characters after a name in which a pronoun is taken to mean it."""


@dataclass
class Person:
    """One person: the fullest name, and every occurrence of a name of theirs in reading order, titles left out.

    `human` tells that the text around a name reads as that around a person's, `perhaps` that it may be one.
    """

    name: str
    occurrences: list[Span] = field(default_factory=list)
    roles: list[Span] = field(default_factory=list)
    male: float = 0.0
    female: float = 0.0
    human: bool = False
    perhaps: bool = False

    @property
    def thing(self) -> bool:
        """Whether the name is built as those of places, laws, papers and firms are: `Fort Dell`, `Fair Schools Act`."""
        return bool(_PLACE.match(self.name)) or plain(self.last) in THINGS

    @property
    def last(self) -> str:
        """The last name, by which later mentions call the person."""
        return last_name(self.name.split())


def last_name(words: list[str]) -> str:
    """Give the last name of a name: its last word that is no `Jr.`, numeral, rank or degree."""
    real = [w for w in words if w.rstrip(".,") not in _SUFFIXES]
    return real[-1] if real else ""


def relatives(text: str) -> dict[str, int]:
    """Find the first names of those who come in as somebody's relatives, and where each such name ends."""
    found = {}
    for m in reversed(list(_KIN.finditer(text))):
        following = _NEXT_WORD.match(text, m.end())
        if not (following and is_role_noun(following[1])):
            found[m[1] or m[2]] = m.end()
    return found


def assign_bare(
    text: str, span: Span, by_last: dict[str, list[Person]], persons: list[Person], kin: dict[str, int]
) -> None:
    """Give a single-word mention to the last person before it who has that last name, or to the first after it."""
    word = text[slice(*span)]
    gender = _title_gender(text, span[0])
    known = by_last.get(name_key(word), [])
    if gender and len(known) > 1:
        others = [p for p in known if not any(_title_gender(text, s) == -gender for s, _ in p.occurrences)]
        alike = [p for p in others if any(_title_gender(text, s) == gender for s, _ in p.occurrences)]
        shown = [p for p in others if _pronoun_gender(text, p.occurrences[0][1]) != -gender]
        known = (_called_by_it(text, alike, kin) if len(alike) > 1 else alike) or shown or others or known
    elif len(known) > 1:
        known = _called_by_it(text, known, kin)
    titled = is_titled(text, span[0])
    if titled and known and all(_comes_as_kin(p, span[0], kin) for p in known):
        known = []
    if known:
        person = min(known, key=lambda p: _distance(p, span[0]))
        person.occurrences.append(span)
    elif titled or kin.get(word) == span[1]:
        person = Person(word, [span])
        by_last.setdefault(name_key(word), []).append(person)
        persons.append(person)


def _comes_as_kin(person: Person, at: int, kin: dict[str, int]) -> bool:
    """Tell whether a person comes in later, as somebody's relative: `Governor Hale ... His wife, NAME Hale`."""
    first = person.occurrences[0]
    return first[0] > at and first[0] < kin.get(person.name.split()[0], -1) <= first[1]


def _called_by_it(text: str, known: list[Person], kin: Container[str]) -> list[Person]:
    """Keep those of one last name whom it may mean alone: no relatives, or the one whom it meant before others came.

    Whom an article brings in as somebody's wife, or after it has called another by that name, has the whole name there.
    """
    first = {id(p): min(p.occurrences)[0] for p in known}
    for person in known:
        bare = [start for start, end in person.occurrences if " " not in text[start:end]]
        if bare and all(min(bare) < first[id(p)] for p in known if p is not person):
            return [person]
    return [p for p in known if p.name.split()[0] not in kin] or known


def _title_gender(text: str, start: int) -> int:
    """Tell the gender of the title or the kin word before a position: 1 male, -1 female, 0 none."""
    words = text[max(0, start - 12) : start].split()
    title = words[-1].rstrip(".").lower() if words else ""
    kin = words[-1].rstrip(",").lower() if words else ""
    return (title in MALE_TITLES or kin in MALE_KIN) - (title in FEMALE_TITLES or kin in _FEMALE_BEFORE)


def _pronoun_gender(text: str, end: int) -> int:
    """Tell the gender of the first pronoun after a name, where one follows soon: see `_title_gender`."""
    found = _GENDERED.search(text, end, end + _NEXT_SENTENCE)
    return (-1 if found.group().lower() == "she" else 1) if found else 0


def _distance(person: Person, at: int) -> int:
    before = [at - s for s, _ in person.occurrences if s <= at]
    return min(before) if before else 1_000_000 + person.occurrences[0][0]
