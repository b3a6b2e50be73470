"""Names replaced at random in training, so that the classifier learns roles and words, not who is who.

People's names, the places in the names of bodies, and bodies' acronyms are recognised by their form alone; what
replaces them comes from the other units of the training data, so no list of names is kept anywhere.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .inputs import UnitInput

_BODY_WORD = re.compile(
    r"\b(?:administration|association|board|chapter|city|coalition|college|committee|council|county|department|district|"
    r"federation|group|legislature|local|management|office|officials|parents|party|public|schools?|senate|society|state|"
    r"students|superintendents|system|teachers?|team|unified|union|university)\b",
    re.IGNORECASE,
)
_BODY = (
    r"(?:Teachers?|Education|Educators?|Federation|Public|School|Schools|City|County|Unified|Independent|Community|"
    r"Area|Consolidated|Classroom|Board|Parents?|Professional)"
)
_PLACE = re.compile(rf"\b(?!The\b|An?\b)((?:[A-Z][\w’'.-]+ ){{1,2}}?){_BODY}\b")
_ACRONYM = re.compile(r"\b([A-Z]{1,3})(TU|FT|EA|TA|PS|SD|SB)\b")
_NAME_WORD = re.compile(r"^[A-Z][\w’'.-]*$")
_LETTERS = "ABCDEFGHIJKLMNOPRSTUVW"
_SHARE_WITHOUT_NAME = 0.25


@dataclass(frozen=True)
class NamePools:
    """What replaces a name: first names, last names and places seen in the training data, each in sorted order."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    places: tuple[str, ...]


def name_pools(items: Sequence[UnitInput]) -> NamePools:
    """Collect the names that may stand in for others."""
    people = [words for item in items if (words := _person(item.speaker_name))]
    places = {m[1].strip() for item in items for m in _PLACE.finditer(f"{item.speaker_name}; {item.role}")}
    return NamePools(
        tuple(sorted({words[0] for words in people if len(words) > 1})),
        tuple(sorted({words[-1] for words in people})),
        tuple(sorted(place for place in places if not _BODY_WORD.search(place))),
    )


def replace_names(items: Sequence[UnitInput], share: float, pools: NamePools, chance: random.Random) -> list[UnitInput]:
    """Give the units with the names of a random share of them replaced, each consistently in all its fields.

    A quarter of the people so renamed lose their name altogether and keep their role.
    """
    return [_renamed(item, pools, chance) if chance.random() < share else item for item in items]


def _renamed(item: UnitInput, pools: NamePools, chance: random.Random) -> UnitInput:
    mapping: dict[str, str] = {}
    person = _person(item.speaker_name)
    if person and pools.last:
        if len(person) > 1 and pools.first:
            mapping[person[0]] = chance.choice(pools.first)
        mapping[person[-1]] = chance.choice(pools.last)
    whole = " ".join((item.speaker_name, item.role, item.quote, item.before, item.after))
    if pools.places:
        for match in _PLACE.finditer(whole):
            if not _BODY_WORD.search(match[1]):
                mapping.setdefault(match[1].strip(), chance.choice(pools.places))
    for match in _ACRONYM.finditer(whole):
        mapping.setdefault(match[0], "".join(chance.choice(_LETTERS) for _ in match[1]) + match[2])
    nameless = bool(person and item.role) and chance.random() < _SHARE_WITHOUT_NAME
    if not mapping:
        return item
    pattern = re.compile(
        r"\b(?:" + "|".join(re.escape(n) for n in sorted(mapping, key=lambda n: (-len(n), n))) + r")\b"
    )

    def renamed(text: str) -> str:
        return pattern.sub(lambda m: mapping[m[0]], text)

    return replace(
        item,
        quote=renamed(item.quote),
        speaker_name="" if nameless else renamed(item.speaker_name),
        role=renamed(item.role),
        before=renamed(item.before),
        after=renamed(item.after),
    )


def _person(name: str) -> list[str]:
    """Give the words of a name that looks like a person's, else nothing."""
    words = name.split()
    if not 1 <= len(words) <= 4 or any(not _NAME_WORD.match(w) for w in words):
        return []
    if _BODY_WORD.search(name) or _ACRONYM.search(name) or (len(words) == 1 and name.isupper()):
        return []
    return words
