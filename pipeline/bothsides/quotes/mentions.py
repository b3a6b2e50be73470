"""The people that an article names, found by capital letters, titles and repetition; and the bodies beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..article import Span
from .body_names import Body, bodies_of, body_spans, initials, nouns_beside
from .name_pieces import SENTENCE_START, is_dateline, is_headline, name_key, name_pieces, trimmed_pieces
from .persons import KIN_WORD, Person, assign_bare, last_name, relatives
from .titles import SHORT_FORMS, is_plural_people, is_titled
from .words import BODY_HEADS, NOT_NAMES, PLACE_WORDS, plain

_ABBREVIATION = rf"(?:{'|'.join(SHORT_FORMS)}|[A-Z])\."
_CAPITALISED = rf"(?:(?:[A-Z]\.){{2,}}|{_ABBREVIATION}|[^\W\d_a-z][\w’'-]*(?<!-))"
_JOINING = r"(?:of|and|for|the|de|del|der|da|di|du|la|le|van|von|den|&)"
_SPACE = r"[ \u00a0]{1,2}"
_TO_DO = (
    r"(?:(?<=Coalition )|(?<=Alliance )|(?<=Campaign )|(?<=Committee )|(?<=Movement )|(?<=Network )|(?<=Partnership )"
    r"|(?<=Parents )|(?<=Citizens )|(?<=Friends )|(?<=Families )|(?<=Neighbors )|(?<=Project ))"
    rf"to{_SPACE}(?=(?:Advance|Build|Change|Defend|Defeat|Elect|End|Expand|Fix|Free|Fund|Help|Improve|Keep|Preserve|Protect|"
    r"Rebuild|Recall|Reclaim|Reform|Restore|Save|Stop|Strengthen|Support|Transform|Unite)\b)"
)
"""What a body is there to do: `Coalition to Save Our Libraries`."""
_NICKNAME = r"[“\"(][A-Z][a-z][\w’'-]*[”\")]"
_RUN = re.compile(
    rf"(?=[^\W\d_a-z])(?<![\w’'-]){_CAPITALISED}"
    rf"(?:{_SPACE}(?:{_NICKNAME}{_SPACE}|{_TO_DO}|(?:{_JOINING}{_SPACE}){{0,2}})(?:{_CAPITALISED}|\d+\b))*"
)
_WORD = re.compile(r"[^ \u00a0]+")
_LINE = re.compile(r"[^\n\r]{12,200}")
_KIN_BEFORE = re.compile(rf"\b(?:{KIN_WORD}),? $")
_GOES_ON = re.compile(r"(?:, |[ \u00a0](?!teachers|schools|students|parents|officials|public|district|school)[a-z])")
_DESCRIBED = re.compile(r",[ \u00a0](?:who|whose|an?|the|his|her|\d\d?,)(?![\w’'-])|[ \u00a0]\([RDI][-–)]")
_ONE_OF = re.compile(r"\b([a-z]+)[ \u00a0](?:like|such as|including)[ \u00a0]$")
"""What makes of a name one of several people: `parents like NAME`."""
_FARTHEST_NOUN = 40
_MODIFIES = re.compile(
    r"[ \u00a0](?:[a-z-]+[ \u00a0])?(?:secretary|minister|spokes\w+|president|chair\w*|chief|officials?|leaders?)"
    r"[ \u00a0](?:[A-Z]|said|says)"
)
"""What makes of a name a body's: `NAME NAME minister Ann Hale`, `NAME NAME officials said`."""
_THE = re.compile(r"\b[Tt]he[ \u00a0]$")
_IN_PLACE = re.compile(r"\b(?:in|at|from|near|across|on|outside|around)\s$")


@dataclass(frozen=True)
class Names:
    """The persons and bodies of an article, in the order of their first occurrence."""

    persons: tuple[Person, ...]
    bodies: tuple[Body, ...]


def find_names(text: str) -> Names:
    """Find the persons and bodies of a text."""
    pieces: list[Span] = []
    bodies: list[Span] = []
    headlines = [m.span() for m in _LINE.finditer(text) if is_headline(m.group())]
    for run in _RUN.finditer(text):
        alone = " " not in run.group() and "\u00a0" not in run.group()
        if alone and run.group() != "May" and plain(run.group()) in NOT_NAMES:
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
    kin = relatives(text)
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
            assign_bare(text, (start, end), by_last, persons, kin)
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


def _reads_as_person(text: str, person: Person, span: Span) -> bool:
    start, end = span
    if is_titled(text, start) or (" " not in person.name and _KIN_BEFORE.search(text, max(0, start - 20), start)):
        return True
    if _MODIFIES.match(text, end) and " " in text[start:end]:
        return False
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
