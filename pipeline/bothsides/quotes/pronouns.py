"""Whom `he` and `she` mean: the person last spoken of whose gender, as the article's own words show it, fits."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from ..article import Article, Span
from ..marks import quotations
from .clauses import ABBREVIATION_END
from .persons import Person
from .titles import FEMALE_TITLES, MALE_TITLES
from .words import FEMALE, FEMALE_KIN, MALE, MALE_KIN

_PRONOUN = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)
_TITLE_BEFORE = re.compile(r"\b(\w+)[.,]?[ \u00a0]$")
_FEMALE_ROLE = re.compile(
    rf"\b(?:{'|'.join(sorted(FEMALE_KIN))}|\w*woman|grandmother|aunt|alumna|lady)\b", re.IGNORECASE
)
_MALE_ROLE = re.compile(
    rf"\b(?:{'|'.join(sorted(MALE_KIN))}|grandfather|uncle|spokesman|businessman|widower|alumnus|pastor)\b",
    re.IGNORECASE,
)

_INTRODUCED = re.compile(r"\b(?:is|was|are|were) (?:[A-Z][\w.-]* )?$")
_PLACE_BEFORE = re.compile(
    r"(?:In|At|On|Outside|Inside|Across|Near|Behind|Beside|By|After|Before|Down|Up|Over) [^,]+, "
)
"""Where and when, before the subject of a sentence: `Across the street, NAME was waiting`."""
_SENTENCE_END = re.compile(r"[.!?:\n]")
_POSSESSIVE = re.compile(r"['’](?:s\b|(?=\s))")
_ROLE_END = re.compile(r",|\b(?:who|whose|of|for|at|in|with|and|to|brought|from)\b")
_LEAD = 90
"""Characters of a sentence that may stand before its subject."""
_STRENGTH = {"he": 1.0, "she": 1.0, "him": 0.0}


class Scene:
    """Where persons are mentioned in an article, outside the contents of its units."""

    def __init__(self, article: Article, persons: Sequence[Person], contents: Sequence[Span]) -> None:
        self.text = article.text
        self.persons = persons
        self._paragraphs = [start for start, _ in article.paragraphs]
        self._content_starts = [s for s, _ in contents]
        self._contents = contents
        self._quotes = [q.outer for q in quotations(article)]
        self._quote_starts = [s for s, _ in self._quotes]
        self._seen: dict[int, list[int]] = {}
        for person in persons:
            told = [start for start, _ in person.occurrences if not self.said(start)]
            if not told and person.human:
                told = [person.occurrences[0][0]]
            self._seen[id(person)] = told
        self._named = sorted(o[0] for p in persons if p.human or p.perhaps for o in p.occurrences)
        self._places = sorted(o[0] for p in persons if p.human for o in p.occurrences)

    def paragraph(self, at: int) -> int:
        """Give the index of the paragraph that holds a position."""
        return bisect_right(self._paragraphs, at) - 1

    def before(self, at: int) -> Span:
        """Give the part of a position's paragraph that stands before it."""
        i = self.paragraph(at)
        return (self._paragraphs[i] if i >= 0 else 0), at

    def said(self, at: int) -> bool:
        """Tell whether a position lies inside the content of a unit."""
        i = bisect_right(self._content_starts, at) - 1
        return i >= 0 and self._contents[i][0] <= at < self._contents[i][1]

    def quoted(self, at: int) -> bool:
        """Tell whether a position lies inside quotation marks."""
        i = bisect_right(self._quote_starts, at) - 1
        return i >= 0 and at < self._quotes[i][1]

    def seen(self, person: Person, at: int) -> None:
        """Note that a person is mentioned at a position, by whatever word."""
        places = self._seen[id(person)]
        places.insert(bisect_left(places, at), at)

    def subject(self, at: int) -> bool:
        """Tell whether a mention begins its sentence, but for a title or a few words without a comma or another name.

        One that the sentence introduces (`The only one was NAME, ...`) counts too.
        """
        before = self.text[max(0, at - _LEAD) : at]
        ends = [m.end() for m in _SENTENCE_END.finditer(before) if not ABBREVIATION_END.search(before, 0, m.end())]
        cut = ends[-1] - 1 if ends else -1
        if _INTRODUCED.search(before):
            return True
        if cut < 0 and at > _LEAD:
            return False
        lead = _PLACE_BEFORE.sub("", before[cut + 1 :].lstrip(' \u00a0"“”'))
        i = bisect_left(self._places, at) - 1
        other = i >= 0 and self._places[i] >= at - len(lead) and self._places[i] != at
        return "," not in lead and lead.count(" ") <= 7 and not other

    def names_person(self, span: Span) -> bool:
        """Tell whether the name of somebody, or what may be one, begins in a span."""
        i = bisect_left(self._named, span[0])
        return i < len(self._named) and self._named[i] < span[1]

    def owns(self, person: Person, at: int) -> bool:
        """Tell whether a mention of a person at a position is a possessive: `NAME's bill`."""
        end = next((e for s, e in person.occurrences if s == at), at)
        return end > at and bool(_POSSESSIVE.match(self.text, end))

    def last_seen(self, person: Person, at: int) -> int:
        """Give where a person was last mentioned before a position, or -1."""
        places = self._seen[id(person)]
        i = bisect_left(places, at)
        return places[i - 1] if i else -1


def note_gender(scene: Scene) -> None:
    """Count the words that show a person's gender: titles, role nouns, and pronouns with one person before them."""
    text = scene.text
    mentions = sorted((o[0], i) for i, p in enumerate(scene.persons) if p.human for o in p.occurrences)
    places = [at for at, _ in mentions]
    for person in scene.persons:
        for start, _ in person.occurrences:
            m = _TITLE_BEFORE.search(text, max(0, start - 12), start)
            title = m.group(1).lower() if m else ""
            # `her father. NAME` begins another sentence.
            kin = title if m and "." not in m.group() else ""
            person.male += 5.0 * (title in MALE_TITLES or kin in MALE_KIN)
            person.female += 5.0 * (title in FEMALE_TITLES or kin in FEMALE_KIN)
        for span in person.roles:
            gender = gender_of(text[slice(*span)])
            person.female += 4.0 * (gender == "female")
            person.male += 4.0 * (gender == "male")
    for m in _PRONOUN.finditer(text):
        i = bisect_left(places, m.start()) - 1
        if i < 0 or scene.quoted(m.start()):
            continue
        person = scene.persons[mentions[i][1]]
        here, there = scene.paragraph(m.start()), scene.paragraph(places[i])
        if here - there > 1:
            continue
        alone = not any(j != mentions[i][1] and scene.paragraph(at) >= there for at, j in mentions[max(0, i - 4) : i])
        weight = _STRENGTH.get(m.group().lower(), 0.25) * (1.0 if here == there else 0.4) * (1.0 if alone else 0.3)
        if m.group().lower() in MALE:
            person.male += weight
        else:
            person.female += weight


def may_mean(word: str, description: str) -> bool:
    """Tell whether a singular pronoun may mean a description, by the gender that its head shows."""
    return gender_of(description) != ("female" if word in MALE else "male" if word in FEMALE else "none")


def gender_of(role: str) -> str:
    """Tell the gender that the head of a role or a description shows: `female`, `male` or nothing."""
    head = _ROLE_END.split(role, maxsplit=1)[0]
    if _FEMALE_ROLE.search(head):
        return "female"
    return "male" if _MALE_ROLE.search(head) else ""


def nearest_person(scene: Scene, word: str, at: int, previous: Person | None) -> Person | None:
    """Find the person whom a singular pronoun at a position means, or None where nobody is near.

    Recency counts in paragraphs and characters; the speaker of the unit before, subjects of sentences and known gender
    speak for a person, the other gender strongly against. The weights were fitted on the written articles.
    """
    here = scene.paragraph(at)
    best: tuple[float, int] | None = None
    found: Person | None = None
    for person in scene.persons:
        seen = scene.last_seen(person, at)
        if seen < 0 or not (person.human or person is previous or person.perhaps):
            continue
        distance = here - scene.paragraph(seen)
        score = -1.6 * distance - (at - seen) / 300 + _gender(person, word)
        if person is previous:
            score += 0.6
        elif not person.human:
            score -= 1.0
        if scene.owns(person, seen):
            score -= 0.6
        elif distance < 4 and scene.subject(seen):
            score += 1.2 if distance else 1.8
        if best is None or (score, seen) > best:
            best, found = (score, seen), person
    return found


def _gender(person: Person, word: str) -> float:
    if word not in MALE | FEMALE:
        return 0.0
    known = person.male - person.female
    fits = known if word in MALE else -known
    return max(-5.0, min(0.7, 2.0 * fits))
