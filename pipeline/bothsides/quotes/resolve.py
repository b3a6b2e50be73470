"""Speaker resolution within one article: each unit's source gets its fullest name, its role and its affiliation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..article import Article, Span, unwrapped
from ..unit import Affiliation, QuoteUnit
from .bodies import find_body
from .descriptions import Office, find_office, head_of, is_plural
from .mentions import Names, Person, find_names, last_name
from .pronouns import Scene, may_mean, nearest_person, note_gender
from .roles import Borders, roles_of, trimmed
from .row import Row
from .sources import Evidence, Source, affiliation_of, attached, role_of
from .subjects import sentence_start, subjects_before
from .words import (
    BODY_HEADS,
    DOCUMENTS,
    GENERIC_BODIES,
    PLURAL_PRONOUNS,
    PRONOUNS,
    THING_PRONOUNS,
    is_role_noun,
    is_title,
    role_key,
)

__all__ = ["Evidence", "resolve"]

_HIDDEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
_BESIDE = re.compile(r",? (?:(?:Dr|Mr|Mrs|Ms|Miss|Rev)\.? )?")
_OWNER = re.compile(r"(.+?)(?:['’]s|s['’]) ")
_PARTS = re.compile(r",?\s+and\s+|,\s+|\s*&\s*")


def resolve(article: Article, units: list[QuoteUnit], evidence: Evidence) -> list[QuoteUnit]:
    """Resolve the speakers of an article's units, given in reading order.

    A unit without a mention has the source of the unit before it. The spans stay as they are. The affiliation is the
    class with the highest mean log-probability over all mentions, names and role words of the source; a joint source
    whose members differ is `other`; a unit without any source is `unknown`.
    """
    if not units:
        return []
    article = unwrapped(article)
    sources = _Resolver(article, units, evidence.roles).run()
    affiliations: dict[int, Affiliation] = {}
    resolved = []
    for unit, source in zip(units, sources, strict=True):
        if source is None:
            resolved.append(replace(unit, speaker_name="", speaker_role="", affiliation="unknown"))
            continue
        if id(source) not in affiliations:
            affiliations[id(source)] = affiliation_of(article.text, source, evidence)
        resolved.append(
            replace(
                unit,
                speaker_name=source.name,
                speaker_role=role_of(article.text, source),
                affiliation=affiliations[id(source)],
            )
        )
    return resolved


class _Resolver:
    """The state of one pass over an article's units."""

    def __init__(self, article: Article, units: Sequence[QuoteUnit], roles: Sequence[Span]) -> None:
        self._text = article.text
        self._units = units
        self._names: Names = find_names(article.text)
        contents = sorted(span for unit in units for span in unit.spans)
        self._scene = Scene(article, self._names.persons, contents)
        named = sorted((span, i) for i, p in enumerate(self._names.persons) for span in p.occurrences)
        self._named = Row([(span, self._names.persons[i]) for span, i in named], lambda pair: pair[0])
        self._sources: dict[str, Source] = {}
        self._of_person: dict[int, Source] = {}
        self._offices: list[Office] = []
        self._read_roles(roles)
        note_gender(self._scene)

    def run(self) -> list[Source | None]:
        """Give every unit's source."""
        found: list[Source | None] = []
        previous: Source | None = None
        for number, unit in enumerate(self._units):
            if unit.speaker is not None and unit.speaker[0] < unit.speaker[1]:
                source = self._mention(unit.speaker, previous)
                if source is not None:
                    source.mentions.append(unit.speaker)
                    if source.person is None:
                        source.roles += self._given.get(number, [])
                    else:
                        self._scene.seen(source.person, unit.speaker[0])
                previous = source or previous
            found.append(previous)
        return found

    def _read_roles(self, given: Sequence[Span]) -> None:
        """Collect every person's role words: those found by rule, else those given by the tagger."""
        text, persons = self._text, self._names.persons
        cues = [u.cue for u in self._units if u.cue]
        edges = {p for span in cues for p in span} | {p for u in self._units for s in u.spans for p in s}
        borders = Borders(tuple(sorted(edges)), frozenset(c[0] for c in cues))
        occurrences = [(span, i) for i, p in enumerate(persons) for span in p.occurrences]
        if given:
            named = {p for (start, end), _ in occurrences for p in (start, end)}
            occurrences += [
                (u.speaker, len(persons) + i)
                for i, u in enumerate(self._units)
                if u.speaker and not named.intersection(u.speaker)
            ]
        by_tagger = attached(given, sorted(occurrences), text)
        self._given = {i - len(persons): spans for i, spans in by_tagger.items() if i >= len(persons)}
        for i, person in enumerate(persons):
            by_rule = [(o, roles_of(text, o, borders)) for o in person.occurrences[:8]]
            ruled = [span for _, spans in by_rule for span in spans]
            first = next((spans for _, spans in by_rule if spans), [])
            person.roles = first or by_tagger.get(i, [])
            person.human = person.human or bool(person.roles)
            self._offices += [Office(person, span, text[slice(*span)]) for span in {*ruled, *person.roles}]
        self._offices.sort(key=lambda o: (o.span, o.person.name))

    def _mention(self, span: Span, previous: Source | None) -> Source | None:
        text = self._text
        start, end = trimmed(text, span)
        words = text[start:end].translate(_HIDDEN).strip("\"“”‘’'*•-–— ").split()
        while len(words) > 1 and is_title(words[0]) and words[1][0].isupper():
            words.pop(0)
        if not words:
            return previous
        mention = " ".join(words)
        low = _POSSESSIVE.sub("", mention.lower())
        if low in PRONOUNS:
            return self._pronoun(low, start, previous)
        return (
            self._joint(mention, start)
            or self._person(words, (start, end))
            or self._titled(start, end)
            or self._named_beside((start, end))
            or self._again(mention, start)
            or self._office(mention, start)
            or self._document(mention, start, previous)
            or self._body(mention, start)
            or self._longer(mention)
            or self._description(mention)
        )

    def _pronoun(self, word: str, at: int, previous: Source | None) -> Source | None:
        if word in PLURAL_PRONOUNS or word in THING_PRONOUNS:
            return self._group(word, at, previous)
        person = nearest_person(self._scene, word, at, previous.person if previous else None)
        seen = self._scene.last_seen(person, at) if person else -1
        subjects = subjects_before(self._scene, at)
        subject = next((s for s in subjects if s.kind == "person" and may_mean(word, s.words)), None)
        if subject is not None and subject.start > seen:
            return (
                self._mentioned(subject.start)
                or self._office(subject.words, subject.start)
                or self._description(subject.words)
            )
        if previous is not None and previous.person is None and not previous.body and not previous.plural:
            mentioned = previous.mentions[-1][0] if previous.mentions else -1
            if person is None or seen < mentioned:
                return previous
        return self._person_source(person) if person else previous

    def _group(self, word: str, at: int, previous: Source | None) -> Source | None:
        """Resolve `they` and `it`: the group or body last spoken of, subjects of sentences first."""
        wanted = ("plural",) if word in PLURAL_PRONOUNS else ("body",)
        fits = previous is not None and (previous.plural if wanted == ("plural",) else previous.person is None)
        said = previous.mentions[-1][0] if previous is not None and fits and previous.mentions else -1
        subjects = subjects_before(self._scene, at)
        best = next((s for s in subjects if s.kind in wanted and s.start > said), None)
        if best is not None and (
            said < 0 or self._scene.paragraph(best.start) > self._scene.paragraph(said) or best.first
        ):
            return self._mentioned(best.start) or self._body(best.words, best.start) or self._description(best.words)
        if fits:
            return previous
        spoken = [s for s in self._sources.values() if s.mentions and (s.plural or s.body)]
        return max(spoken, key=lambda s: s.mentions[-1]) if spoken else previous

    def _again(self, mention: str, at: int) -> Source | None:
        """Find the source that `the lawyer` takes up, where `a lawyer for NAME` spoke after any holder of the office."""
        key = role_key(head_of(mention))
        if not re.fullmatch(r"(?:the|that) [\w’'-]+", mention, re.IGNORECASE) or not is_role_noun(head_of(mention)):
            return None
        spoken = [
            s
            for s in self._sources.values()
            if s.mentions and s.name.lower().startswith(("a ", "an ")) and role_key(head_of(s.name)) == key
        ]
        if not spoken:
            return None
        last = max(spoken, key=lambda s: s.mentions[-1])
        holder = find_office(mention, at, self._offices, self._scene)
        return None if holder and self._scene.last_seen(holder, at) > last.mentions[-1][0] else last

    def _mentioned(self, at: int) -> Source | None:
        """Give the source of an earlier unit whose mention begins at a position."""
        return next((s for s in self._sources.values() if any(m[0] == at for m in s.mentions)), None)

    def _person(self, words: list[str], span: Span) -> Source | None:
        name = [_POSSESSIVE.sub("", w).rstrip(",") for w in words]
        if not name[-1][:1].isupper() or not name[0][:1].isupper() or name[0].lower() in ("the", "a", "an"):
            return None
        for (start, end), person in self._named.touching(span):
            if span[0] <= start and end <= span[1] + 2:
                same = last_name(name).lower() == person.last.lower()
                if same and len(name) <= len(person.name.split()) + 1:
                    return self._person_source(person)
        tail = " " + " ".join(name).lower()
        known = [p for p in self._names.persons if (" " + p.name.lower()).endswith(tail)]
        known = known or [p for p in self._names.persons if p.human and len(name) == 1 and p.name.split()[0] == name[0]]
        if known:
            return self._person_source(min(known, key=lambda p: abs(p.occurrences[0][0] - span[0])))
        return None

    def _inside(self, span: Span) -> Source | None:
        """Find the person whose name ends a span."""
        for (start, end), person in self._named.touching(span):
            if span[0] <= start and end == span[1]:
                return self._person_source(person)
        return None

    def _titled(self, start: int, end: int) -> Source | None:
        """Find the person of `UNION bargaining chair NAME` and, of a part of a name, the person of the whole."""
        for (at, stop), person in self._named.touching((start, end)):
            before = self._text[start:at].rstrip(" ,\u00a0")
            titled = at > start and stop == end and is_title(before.rpartition(" ")[2])
            if titled or (at <= start and end <= stop and " " in self._text[at:stop]):
                return self._person_source(person)
        return None

    def _named_beside(self, span: Span) -> Source | None:
        """Find the name in `The superintendent, NAME,`, `union leader NAME` and `NAME, the superintendent,`."""
        mention = self._text[slice(*span)]
        if is_plural(mention) or head_of(mention)[:1].isupper() or not is_role_noun(head_of(mention)):
            return None
        for (start, end), person in self._named.touching((span[0] - 2, span[1] + 6)):
            before = start > span[1] and _BESIDE.fullmatch(self._text, span[1], start)
            if before or (end + 2 == span[0] and self._text[end : span[0]] == ", "):
                return self._person_source(person)
        return None

    def _office(self, mention: str, at: int) -> Source | None:
        person = find_office(mention, at, self._offices, self._scene)
        return self._person_source(person) if person else None

    def _body(self, mention: str, at: int) -> Source | None:
        name = find_body(mention, self._scene.before(at), self._names.bodies, self._text)
        if name is None and head_of(mention).lower() in GENERIC_BODIES.keys() | BODY_HEADS:
            name = mention
        return self._called(name, body=True) if name else None

    def _document(self, mention: str, at: int, previous: Source | None) -> Source | None:
        """Give whoever wrote what is quoted: its owner, or else the source before it."""
        if head_of(mention).lower() not in DOCUMENTS:
            return None
        owner = _OWNER.match(mention)
        if owner and owner.group(1).lower() not in PRONOUNS:
            return self._body(owner.group(1), at) or self._office(owner.group(1), at) or previous
        if mention.lower().startswith(("a ", "an ")):
            return None
        return self._author(head_of(mention).lower(), at) or previous

    def _author(self, noun: str, at: int) -> Source | None:
        """Give the subject of the sentence that introduces a document: `The district sent a letter ... the letter`."""
        introduced = re.compile(rf"\b(?:an?|its|his|her|their) (?:[\w-]+ ){{0,3}}{re.escape(noun)}\b")
        places = [m.start() for m in introduced.finditer(self._text, max(0, at - 1500), at)]
        places = [p for p in places if not self._scene.said(p)]
        if not places:
            return None
        sentence = sentence_start(self._text, places[-1])
        subject = next((s for s in subjects_before(self._scene, places[-1]) if s.start == sentence), None)
        if subject is None:
            named = [p for (start, _), p in self._named.touching((sentence, places[-1])) if start >= sentence]
            return self._person_source(named[0]) if named else None
        return self._mentioned(subject.start) or self._body(subject.words, at) or self._office(subject.words, at)

    def _longer(self, mention: str) -> Source | None:
        """Complete one capitalised word from the only longer name that it begins."""
        if " " in mention or not mention[0].isupper():
            return None
        longer = {p.name for p in self._names.persons if p.name.startswith(mention + " ")}
        longer |= {b.name for b in self._names.bodies if b.name.startswith(mention + " ")}
        return self._called(longer.pop(), body=True) if len(longer) == 1 else None

    def _description(self, mention: str) -> Source:
        return self._called(mention, body=False)

    def _joint(self, mention: str, at: int) -> Source | None:
        """Give the members of `NAME and NAME`, by their fullest names, and of `the district and the union`, as written."""
        parts = [p for p in _PARTS.split(mention) if p]
        if len(parts) < 2 or any(mention.endswith(b.name) for b in self._names.bodies):
            return None
        members: list[Source] = []
        for part in parts:
            offset = self._text.find(part, at)
            span = (offset, offset + len(part))
            member = self._inside(span) or self._person(part.split(), span) or self._office(part, at)
            member = member or (self._body(part, at) if _ARTICLE.match(part) or part[:1].isupper() else None)
            if member is None:
                return None
            members.append(member)
        if len({id(m) for m in members}) < 2:
            return None
        if any(m.person is None for m in members):
            name = mention
        else:
            name = " and ".join([", ".join(m.name for m in members[:-1]), members[-1].name])
        source = self._called(name, body=False)
        source.members, source.plural = tuple(members), True
        return source

    def _person_source(self, person: Person) -> Source:
        if id(person) not in self._of_person:
            self._of_person[id(person)] = Source(person.name, person, roles=person.roles)
        return self._of_person[id(person)]

    def _called(self, name: str, body: bool) -> Source:
        key = _ARTICLE.sub("", name, count=1).lower() if _ARTICLE.match(name) else name.lower()
        if key not in self._sources:
            places = next((b.occurrences for b in self._names.bodies if b.name.lower() == key), ()) if body else ()
            self._sources[key] = Source(name, body=body, plural=is_plural(name), places=places)
        return self._sources[key]
