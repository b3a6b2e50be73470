"""Speaker resolution within one article: each unit's source gets its fullest name, its role and its affiliation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..article import Article, Span, unwrapped
from ..unit import Affiliation, QuoteUnit
from .authors import Authors
from .bodies import find_body
from .descriptions import Office, head_of, is_held, is_known, is_post, leads_body, may_take_up, words_of
from .directory import OWNING_END
from .persons import last_name
from .pronouns import gender_of, may_mean, nearest_person, note_gender
from .roles import Borders, roles_of, trimmed
from .sources import Evidence, Source, affiliation_of, attached, role_of
from .subjects import Subject, sentence_start, subjects_before
from .titles import role_key
from .untagged import serves
from .words import KIN, PLURAL_PRONOUNS, PRONOUNS, SUBJECT_PRONOUNS, THING_PRONOUNS, THINGS, WORKS, plain

__all__ = ["Evidence", "resolve"]

_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
_ANNOUNCED = re.compile(r":\s*\n\s*[\"“”‘']*$")
_MOST_PLACES = 8
_FURTHEST_KNOWN = 3
"""Paragraphs within which `the 28-year-old` finds its person."""
_OWNERS = {"his": "he", "her": "she", "its": "it", "their": "they"}


def resolve(article: Article, units: list[QuoteUnit], evidence: Evidence) -> list[QuoteUnit]:
    """Resolve the speakers of an article's units, given in reading order.

    A unit without a mention has the source of the unit before it. The spans stay as they are. The affiliation is the
    class with the highest mean log-probability over all mentions, names and role words of the source; a joint source
    whose members differ is `other`; a unit without any source is `unknown`.
    """
    if not units:
        return []
    article = unwrapped(article)
    resolver = _Resolver(article, units, evidence.roles)
    sources = resolver.run()
    known: dict[int, tuple[str, Affiliation]] = {}
    resolved = []
    for unit, source in zip(units, sources, strict=True):
        if source is None:
            resolved.append(replace(unit, speaker_name="", speaker_role="", affiliation="unknown"))
            continue
        if id(source) not in known:
            source.served = resolver.abbreviated(source)
            known[id(source)] = role_of(article.text, source), affiliation_of(article.text, source, evidence)
        role, affiliation = known[id(source)]
        resolved.append(replace(unit, speaker_name=source.name, speaker_role=role, affiliation=affiliation))
    return resolved


class _Resolver(Authors):
    """The state of one pass over an article's units."""

    def __init__(self, article: Article, units: Sequence[QuoteUnit], roles: Sequence[Span]) -> None:
        super().__init__(article, units)
        self._read_roles(roles)
        note_gender(self.scene)

    def run(self) -> list[Source | None]:
        """Give every unit's source."""
        found: list[Source | None] = []
        meant: dict[Span, Source | None] = {}
        previous: Source | None = None
        for number, unit in enumerate(self.units):
            if unit.speaker is not None and unit.speaker[0] < unit.speaker[1]:
                if unit.speaker not in meant:
                    meant[unit.speaker] = self._mention(unit.speaker, previous)
                source = meant[unit.speaker]
                if source is not None:
                    source.mentions.append(unit.speaker)
                    if source.person is None:
                        source.roles += self._given.get(number, [])
                    else:
                        self.scene.seen(source.person, unit.speaker[0])
                previous = source or previous
            elif unit.cue is not None:
                # `NAME, who rose, left and blamed ...`
                previous = self.subject_between(sentence_start(self.text, unit.cue[0]), unit.cue[0]) or previous
            elif unit.type == "direct" and (m := _ANNOUNCED.search(self.text, max(0, unit.start - 9), unit.start)):
                # `NAME made this comment:` and a paragraph of nothing but the comment
                previous = (
                    self.subject_between(sentence_start(self.text, m.start()), m.start(), anybody=True) or previous
                )
            elif previous is None and unit.type == "direct":
                # `NAME sent a letter. "Dear families," it began.`
                previous = self.subject_between(self.text.rfind("\n", 0, unit.start) + 1, unit.start)
            found.append(previous)
        return found

    def abbreviated(self, source: Source) -> list[Span]:
        """List where the bodies are spelled out whose acronyms stand in a source's post (`HFT president`).

        Who works or learns there (`HSD custodian`) may speak for anybody.
        """
        posts = [span for span in source.roles if is_post(self.text[slice(*span)])]
        acronyms = {m.group() for span in posts for m in _ACRONYM.finditer(self.text, *span)}
        names = {find_body(acronym, (0, 0), self.names.bodies, self.text) for acronym in acronyms}
        served = [b for b in self.names.bodies if b.name in names]
        return sorted(span for b in served for span in b.occurrences[: _MOST_PLACES if b.name in acronyms else 1])

    def _read_roles(self, given: Sequence[Span]) -> None:
        """Collect every person's role words: those found by rule, else those given by the tagger."""
        text, persons = self.text, self.names.persons
        cues = [u.cue for u in self.units if u.cue]
        edges = {p for span in cues for p in span} | {p for u in self.units for s in u.spans for p in s}
        borders = Borders(tuple(sorted(edges)), frozenset(c[0] for c in cues))
        occurrences = [(span, i) for i, p in enumerate(persons) for span in p.occurrences]
        if given:
            named = {p for (start, end), _ in occurrences for p in (start, end)}
            occurrences += [
                (u.speaker, len(persons) + i)
                for i, u in enumerate(self.units)
                if u.speaker and not named.intersection(u.speaker)
            ]
        by_tagger = attached(given, sorted(occurrences), text)
        self._given = {i - len(persons): spans for i, spans in by_tagger.items() if i >= len(persons)}
        for i, person in enumerate(persons):
            by_rule = [(o, roles_of(text, o, borders)) for o in person.occurrences[:8]]
            ruled = [span for _, spans in by_rule for span in spans]
            first = next((spans for _, spans in by_rule if spans), [])
            person.roles = first or by_tagger.get(i, [])
            person.human = person.human or (bool(person.roles) and not person.thing)
            self.offices += [Office(person, span, text[slice(*span)]) for span in {*ruled, *person.roles}]
        self.offices.sort(key=lambda o: (o.span, o.person.name))

    def _mention(self, span: Span, previous: Source | None) -> Source | None:
        start, end = trimmed(self.text, span)
        words, end = words_of(self.text, start, end)
        if not words:
            return previous
        mention = OWNING_END.sub("", " ".join(words))
        low = mention.lower()
        pronoun = OWNING_END.sub("", words[0]).lower()
        if low in PRONOUNS or pronoun in SUBJECT_PRONOUNS:
            return self._pronoun(pronoun, start, previous)
        if serves(mention):
            return self.described(mention)
        return (
            self.joint(mention, start)
            or self.person(words, (start, end))
            or self.placed((start, end))
            or self.titled(start, end)
            or self.named_beside((start, end))
            or self.again(mention, start)
            or self.office(mention, start)
            or self._document(mention, start, previous)
            or self.fuller(mention)
            or self.body(mention, start)
            or self.longer(mention, start)
            or self.misspelt(mention)
            or self._taken_up(mention, start, previous)
            or self.described(mention)
        )

    def _pronoun(self, word: str, at: int, previous: Source | None) -> Source | None:
        if word in PLURAL_PRONOUNS or word in THING_PRONOUNS:
            return self._group(word, at, previous)
        person = nearest_person(self.scene, word, at, previous.person if previous else None)
        seen = self.scene.last_seen(person, at) if person else -1
        subjects = subjects_before(self.scene, at)
        subject = next((s for s in subjects if self._may_go_on(word, s)), None)
        if subject is not None and subject.start > seen:
            return (
                self.mentioned(subject.start)
                or self.office(subject.words, subject.start)
                or (self._taken_up(subject.words, subject.start, previous, word) if is_held(subject.words) else None)
                or self.described(subject.words)
            )
        alone = previous is not None and previous.person is None and not previous.body and not previous.plural
        alone = alone and plain(last_name(previous.name.split() if previous else [])) not in THINGS
        if previous is not None and alone and may_mean(word, previous.name):
            mentioned = previous.mentions[-1][0] if previous.mentions else -1
            if person is None or seen < mentioned:
                return previous
        return self.of_person(person) if person else previous

    def _may_go_on(self, word: str, subject: Subject) -> bool:
        """Tell whether `he` or `she` may mean a subject; `her mother ... she` is told in passing, unless she spoke."""
        alike = _OWNERS.get(subject.words.split()[0].lower()) == word
        passing = alike and head_of(subject.words) in KIN
        may = subject.kind == "person" and may_mean(word, subject.words)
        return may and not (passing and self.mentioned(subject.start) is None)

    def _group(self, word: str, at: int, previous: Source | None) -> Source | None:
        """Resolve `they` and `it`: the group or body last spoken of, subjects of sentences first."""
        wanted = ("plural",) if word in PLURAL_PRONOUNS else ("body",)
        fits = previous is not None and (previous.plural if wanted == ("plural",) else previous.person is None)
        said = previous.mentions[-1][0] if previous is not None and fits and previous.mentions else -1
        subjects = subjects_before(self.scene, at)
        best = next((s for s in subjects if s.kind in wanted and s.start > said), None)
        if best is not None and (
            said < 0 or self.scene.paragraph(best.start) > self.scene.paragraph(said) or best.first
        ):
            return (
                self.mentioned(best.start)
                or self.joint(best.words, best.start)
                or self.body_at(best.start)
                or self.body(best.words, best.start)
                or self.described(best.words)
            )
        author = self.author_of_it(at, best.start if best else -1, said) if word in THING_PRONOUNS else None
        if author is not None:
            return author
        here = said >= 0 and self.scene.paragraph(said) == self.scene.paragraph(at)
        named = self.body_before(at, said) if word in THING_PRONOUNS and not here else None
        spoken = previous if fits else self.last_spoken(lambda s: s.plural or s.body) or previous
        return named or spoken or (self.common_body(at) if word in THING_PRONOUNS else None)

    def _taken_up(self, mention: str, at: int, previous: Source | None, pronoun: str = "") -> Source | None:
        """Find the person whom `the professor` takes up, of whom this paragraph has spoken without that word.

        `pronoun` is one that takes up the description in turn. An office of a body is no second office of somebody.
        """
        if not may_take_up(mention) or self.known(mention):
            return None
        word = pronoun or {"female": "she", "male": "he"}.get(gender_of(mention), "")
        person = nearest_person(self.scene, word, at, previous.person if previous else None)
        if person is None or not (person.human or (previous is not None and previous.person is person)):
            return None
        seen = self.scene.last_seen(person, at)
        other = (word == "she" and person.male > person.female) or (word == "he" and person.female > person.male)
        away = self.scene.paragraph(at) - self.scene.paragraph(seen)
        known = is_known(mention) and not any(
            s.kind == "person" and s.start > seen for s in subjects_before(self.scene, at)
        )
        # `The former mayor` is not the mayor of the paragraphs before.
        holds = away and any(role_key(head_of(mention)) in o.keys for o in self.offices if o.person is person)
        if other or holds or away > (_FURTHEST_KNOWN if known else 0):
            return None
        if leads_body(mention):
            between = any(s.kind == "body" and s.start > seen for s in subjects_before(self.scene, at))
            return None if person.roles or between else self.of_person(person)
        return self.of_person(person)

    def _document(self, mention: str, at: int, previous: Source | None) -> Source | None:
        """Give whoever wrote what is quoted; see `Authors.document`."""
        first = mention.split()[0].lower()
        if first in _OWNERS and head_of(mention).lower() in WORKS:
            return self._pronoun(_OWNERS[first], at, previous)
        return self.document(mention, at, previous)
