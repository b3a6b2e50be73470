"""The people that an article names, found by capital letters, titles and repetition; and the bodies beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..article import Span
from .body_names import Body, bodies_of, body_spans, initials, nouns_beside
from .name_pieces import SENTENCE_START, is_dateline, is_headline, name_key, name_pieces, trimmed_pieces
from .words import (
    BODY_HEADS,
    FEMALE_TITLES,
    KIN,
    MALE_TITLES,
    NOT_NAMES,
    PLACE_WORDS,
    SHORT_FORMS,
    THINGS,
    is_plural_people,
    is_titled,
    plain,
)

_ABBREVIATION = rf"(?:{'|'.join(SHORT_FORMS)}|[A-Z])\."
_CAPITALISED = rf"(?:(?:[A-Z]\.){{2,}}|{_ABBREVIATION}|[^\W\d_a-z][\w’'-]*(?<!-))"
_JOINING = r"(?:of|and|for|the|de|del|der|da|di|du|la|le|van|von|den|&)"
_SPACE = r"[ \u00a0]{1,2}"
_NICKNAME = r"[“\"(][A-Z][a-z][\w’'-]*[”\")]"
_RUN = re.compile(
    rf"(?=[^\W\d_a-z])(?<![\w’'-]){_CAPITALISED}"
    rf"(?:{_SPACE}(?:{_NICKNAME}{_SPACE}|(?:{_JOINING}{_SPACE}){{0,2}})(?:{_CAPITALISED}|\d+\b))*"
)
_WORD = re.compile(r"[^ \u00a0]+")
_PLACE = re.compile(r"(?:St\.|Mt\.|Ft\.|Fort|Port|Mount|Lake|Cape|North|South|East|West|New|San|Santa) ")
_LINE = re.compile(r"[^\n\r]{12,200}")
_KIN = re.compile(
    r"\b(?:(?i:his|her|their)|\w+['’]s) (?:\w+ )?"
    rf"(?:{'|'.join(sorted(KIN))}),? ([A-Z]\w+)"
)
_SUFFIXES = frozenset({"Jr", "Sr", "II", "III", "IV"})
_GOES_ON = re.compile(r"(?:, |[ \u00a0](?!teachers|schools|students|parents|officials|public|district|school)[a-z])")
_DESCRIBED = re.compile(r",[ \u00a0](?:who|whose|an?|the|his|her|\d\d?,)(?![\w’'-])|[ \u00a0]\([RDI][-–)]")
_GENDERED = re.compile(r"\b(?:he|his|she)\b", re.IGNORECASE)
_NEXT_SENTENCE = 150
"""Characters after a name in which a pronoun is taken to mean it."""
_ONE_OF = re.compile(r"\b([a-z]+)[ \u00a0](?:like|such as|including)[ \u00a0]$")
"""What makes of a name one of several people: `parents like NAME`."""
_FARTHEST_NOUN = 40
_THE = re.compile(r"\b[Tt]he[ \u00a0]$")
_IN_PLACE = re.compile(r"\b(?:in|at|from|near|across|on|outside|around)\s$")


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


@dataclass(frozen=True)
class Names:
    """The persons and bodies of an article, in the order of their first occurrence."""

    persons: tuple[Person, ...]
    bodies: tuple[Body, ...]


def last_name(words: list[str]) -> str:
    """Give the last name of a name: its last word that is no `Jr.` or numeral."""
    real = [w for w in words if w.rstrip(".,") not in _SUFFIXES]
    return real[-1] if real else ""


def find_names(text: str) -> Names:
    """Find the persons and bodies of a text."""
    pieces: list[Span] = []
    bodies: list[Span] = []
    headlines = [m.span() for m in _LINE.finditer(text) if is_headline(m.group())]
    for run in _RUN.finditer(text):
        if " " not in run.group() and "\u00a0" not in run.group() and plain(run.group()) in NOT_NAMES:
            continue
        if any(start <= run.start() < end for start, end in headlines):
            continue
        if is_dateline(text, run.span()):
            continue
        words = [(m.start() + run.start(), m.end() + run.start()) for m in _WORD.finditer(run.group())]
        inside = body_spans(text, words) if len(words) > 1 or run.group()[:3].isupper() else []
        bodies += inside
        pieces += [p for p in name_pieces(text, words) if not any(s <= p[0] and p[1] < e for s, e in inside)]
    persons = _persons(text, trimmed_pieces(text, pieces))
    # A name of no person's is that of a body where `the company` stands beside it or an acronym abbreviates it.
    known, named = {start for start, _ in bodies}, {text[slice(*body)] for body in bodies}
    for person in persons:
        first = person.occurrences[0]
        called = nouns_beside(text, first) or (not person.perhaps and initials(person.name) in named)
        if called and not person.human and first[0] not in known:
            bodies += person.occurrences
    return Names(persons, bodies_of(text, sorted(bodies)))


def _persons(text: str, pieces: list[Span]) -> tuple[Person, ...]:
    full: dict[str, dict[str, list[Span]]] = {}
    for start, end in pieces:
        name = text[start:end]
        words = name.split()
        if len(words) > 1:
            full.setdefault(name_key(last_name(words)), {}).setdefault(" ".join(words), []).append((start, end))
    persons: list[Person] = []
    by_last: dict[str, list[Person]] = {}
    kin = set(_KIN.findall(text))
    bare = {name_key(text[slice(*piece)]) for piece in pieces}
    for last, names in full.items():
        for name in sorted(names, key=lambda n: (-len(n), names[n][0])):
            known = by_last.get(last, [])
            # A last name of two words never loses one of them; `Ann Hale` is no last name where `Hale` stands alone.
            whole = last not in bare and len(known) == 1 and name_key(known[0].name).endswith(" " + name_key(name))
            same = known if whole else [p for p in known if _includes(p.name, name)]
            if same:
                same[0].occurrences += names[name]
            else:
                person = Person(name, list(names[name]))
                by_last.setdefault(last, []).append(person)
                persons.append(person)
    for start, end in pieces:
        words = text[start:end].split()
        if len(words) == 1:
            _assign_bare(text, (start, end), by_last, persons, kin)
    for person in persons:
        person.occurrences.sort()
        person.human = any(_reads_as_person(text, person, span) for span in person.occurrences)
        person.perhaps = _may_be_person(text, person)
    return tuple(sorted(persons, key=lambda p: p.occurrences[0]))


def _includes(longer: str, shorter: str) -> bool:
    """Tell whether a shorter form can name the same person: same first word or its nickname, the rest in order."""
    left, right = name_key(longer).split(), name_key(shorter).split()
    nicknames = [w.strip('“”"()') for w in left if w[0] in '“"(']
    return right[0] in (left[0], *nicknames) and all(w in left for w in right[1:])


def _assign_bare(text: str, span: Span, by_last: dict[str, list[Person]], persons: list[Person], kin: set[str]) -> None:
    """Give a single-word mention to the last person before it who has that last name, or to the first after it."""
    word = text[slice(*span)]
    gender = _title_gender(text, span[0])
    known = by_last.get(name_key(word), [])
    if gender and len(known) > 1:
        others = [p for p in known if not any(_title_gender(text, s) == -gender for s, _ in p.occurrences)]
        alike = [p for p in others if any(_title_gender(text, s) == gender for s, _ in p.occurrences)]
        shown = [p for p in others if _pronoun_gender(text, p.occurrences[0][1]) != -gender]
        known = alike or shown or others or known
    if len(known) > 1 and not gender:
        known = _called_by_it(text, known, kin)
    if known:
        person = min(known, key=lambda p: _distance(p, span[0]))
        person.occurrences.append(span)
    elif is_titled(text, span[0]):
        person = Person(word, [span])
        by_last[name_key(word)] = [person]
        persons.append(person)


def _called_by_it(text: str, known: list[Person], kin: set[str]) -> list[Person]:
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
    """Tell the gender of the title before a position: 1 male, -1 female, 0 none."""
    words = text[max(0, start - 12) : start].split()
    title = words[-1].rstrip(".").lower() if words else ""
    return (title in MALE_TITLES) - (title in FEMALE_TITLES)


def _pronoun_gender(text: str, end: int) -> int:
    """Tell the gender of the first pronoun after a name, where one follows soon: see `_title_gender`."""
    found = _GENDERED.search(text, end, end + _NEXT_SENTENCE)
    return (-1 if found.group().lower() == "she" else 1) if found else 0


def _distance(person: Person, at: int) -> int:
    before = [at - s for s, _ in person.occurrences if s <= at]
    return min(before) if before else 1_000_000 + person.occurrences[0][0]


def _reads_as_person(text: str, person: Person, span: Span) -> bool:
    start, end = span
    if is_titled(text, start):
        return True
    if person.thing or nouns_beside(text, span) or _THE.search(text, max(0, start - 5), start):
        return False
    words = text[start:end].split()
    several = _ONE_OF.search(text, max(0, start - _FARTHEST_NOUN), start)
    if several and is_plural_people(several[1]):
        return len(words) > 1
    if len(words) > 1 and SENTENCE_START.search(text, max(0, start - 4), start) and _GOES_ON.match(text, end):
        return not any(plain(w) in PLACE_WORDS for w in words)
    in_place = _IN_PLACE.search(text[max(0, start - 9) : start])
    if _DESCRIBED.match(text, end) and not in_place:
        return " " in text[start:end]
    bare = " " not in text[start:end] and " " in person.name
    return bare and not in_place


def _may_be_person(text: str, person: Person) -> bool:
    words, before = person.name.split(), [text[max(0, s - 9) : s] for s, _ in person.occurrences]
    return (
        1 < len(words) < 4
        and not any(map(_IN_PLACE.search, before))
        and not all(map(_THE.search, before))
        and not person.thing
        and not any(plain(w) in PLACE_WORDS | BODY_HEADS for w in words)
    )
