"""The sources of one article, looked up by what names them: a name, a title, an office, a body's name or noun."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..article import Article, Span
from ..unit import QuoteUnit
from .bodies import find_body
from .descriptions import Office, find_office, head_of, is_plural
from .mentions import Names, find_names
from .name_pieces import is_misspelt, name_key
from .persons import Person, last_name
from .pronouns import Scene
from .row import Row
from .sources import Source
from .titles import is_role_noun, is_title, role_key
from .words import BODY_HEADS, FUNCTION_WORDS, GENERIC_BODIES, PLACE_WORDS, THINGS, plain, word_set

ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
OWNING_END = re.compile(r"['’]s?$")
_AGAIN = re.compile(r"(?i:the|that|this)( same)? ([a-z][\w-]*)")
# An article has several boards and unions, and calls the main one by the noun alone.
_MANY_OF_A_KIND = word_set("union district board system schools association federation local")
# `The county` is no `Dell County` and `the state` no `Dell State` that the article speaks of beside it.
_GOVERNED = word_set("city county town township village borough")
_NO_NAME_ENDS = PLACE_WORDS | word_set("state nation country house")
_ANOTHER = "(?:an?|another|other|his|her|its|their)"
_PLACED = re.compile(r", (?:an?|the|who)\b| (?:of|from|in|at) ")
_TO = re.compile(r"\b(?:to|for|with|by|from)\b|\bof$")
"""What parts somebody else from a title and a name: `an aide to Mayor NAME`."""
_OF_ANOTHER = re.compile(r" (?:to|for|with|by|from|at|in|on|representing) ")
_AT = re.compile(r"\b(?:to|against|about|with|sued|names)(?: the)? $")
"""What stands before the body that something is said to or of: not the one that goes on."""
_CLAUSE_ENDS = re.compile(r"[,;:.)”\"\n]|$")
_LONGEST_LEAD, _LONGEST_TITLE = 200, 24
_PARTS = re.compile(r",?\s+and\s+|,\s+|\s*&\s*")


class Directory:
    """The people and bodies of an article and the sources made of them; each is one `Source`, however it is named."""

    def __init__(self, article: Article, units: Sequence[QuoteUnit]) -> None:
        self.text = article.text
        self.units = units
        self.names: Names = find_names(article.text)
        contents = sorted(span for unit in units for span in unit.spans)
        self.scene = Scene(article, self.names.persons, contents)
        named = sorted((span, i) for i, p in enumerate(self.names.persons) for span in p.occurrences)
        self.named = Row([(span, self.names.persons[i]) for span, i in named], lambda pair: pair[0])
        self.sources: dict[str, Source] = {}
        self._by_person: dict[int, Source] = {}
        self.offices: list[Office] = []

    def person(self, words: list[str], span: Span) -> Source | None:
        """Find the person whom a mention of capitalised words at a span names, by the whole name or a part of it."""
        name = [OWNING_END.sub("", w).rstrip(",") for w in words]
        if not name[-1][:1].isupper() or not name[0][:1].isupper() or name[0].lower() in ("the", "a", "an"):
            return None
        for (start, end), person in self.named.touching(span):
            if span[0] <= start and end <= span[1] + 2:
                same = name_key(last_name(name)) == name_key(person.last)
                if same and len(name) <= len(person.name.split()) + 1:
                    return self.of_person(person)
        tail = " " + name_key(" ".join(name))
        known = [p for p in self.names.persons if (" " + name_key(p.name)).endswith(tail)]
        known = known or [p for p in self.names.persons if p.human and len(name) == 1 and p.name.split()[0] == name[0]]
        if known:
            return self.of_person(min(known, key=lambda p: abs(p.occurrences[0][0] - span[0])))
        return None

    def misspelt(self, word: str) -> Source | None:
        """Find the only person of whose last name a word differs in one letter, where it names no place or thing."""
        if not word[:1].isupper() or is_role_noun(word) or is_plural(word):
            return None
        persons = [p for p in self.names.persons if p.human and is_misspelt(word, p.last)]
        placed = re.search(rf"\b(?:in|at|from|of|to|the) {re.escape(word)}\b", self.text) if persons else None
        return self.of_person(persons[0]) if len(persons) == 1 and not placed else None

    def placed(self, span: Span) -> Source | None:
        """Find the person of `NAME of the union`, `NAME, the lawyer for ...` and `the mediator, NAME of Dell`."""
        near = [pair for pair in self.named.touching(span) if span[0] <= pair[0][0] < span[0] + _LONGEST_LEAD]
        if len({id(person) for _, person in near if person.human}) > 1 and " and " in self.text[slice(*span)]:
            return None
        for (start, end), person in near:
            lead = self.text[span[0] : start].split()
            titled = all(is_title(word) for word in lead)
            described = self.text[start - 2 : start] == ", " and is_role_noun(lead[-1].rstrip(",")) if lead else False
            if (titled or described) and _PLACED.match(self.text, end, span[1]):
                return self.of_person(person)
        return None

    def inside(self, span: Span) -> Source | None:
        """Find the person whose name ends a span, after nothing but what says who that is."""
        for (start, end), person in self.named.touching(span):
            if span[0] <= start and end == span[1] and not _OF_ANOTHER.search(self.text, span[0], start):
                return self.of_person(person)
        return None

    def titled(self, start: int, end: int) -> Source | None:
        """Find the person of `UNION bargaining chair NAME`, of `county NAME` and, of a part of a name, of the whole."""
        for (at, stop), person in self.named.touching((start, end)):
            before = self.text[start:at].rstrip(" ,\u00a0")
            others, _, title = before.rpartition(" ")
            office = is_title(title) or (title.islower() and is_role_noun(title))
            loose = before.isalpha() and before.islower() and before not in FUNCTION_WORDS
            told = at > start and stop == end and (loose or (office and not _TO.search(others)))
            if told or (at <= start and end <= stop and " " in self.text[at:stop]):
                return self.of_person(person)
        return None

    def named_beside(self, span: Span) -> Source | None:
        """Find the name in `The superintendent, NAME,`, `union leader NAME` and `NAME, the superintendent,`."""
        mention = self.text[slice(*span)]
        if is_plural(mention) or head_of(mention)[:1].isupper() or not is_role_noun(head_of(mention)):
            return None
        for (start, end), person in self.named.touching((span[0] - 2, span[1] + _LONGEST_TITLE)):
            between = self.text[span[1] : start]
            titles = between.strip(", ").split()
            before = start > span[1] and bool(re.match(",? ", between)) and all(map(is_title, titles))
            if before and between[0] == "," and titles:
                # `According to an aide, Mayor NAME was away` goes on with another clause.
                before = bool(_CLAUSE_ENDS.match(self.text, end))
            if before or (end + 2 == span[0] and self.text[end : span[0]] == ", "):
                return self.of_person(person)
        return None

    def office(self, mention: str, at: int) -> Source | None:
        """Find the holder of the office that a description names."""
        person = find_office(mention, at, self.offices, self.scene)
        return self.of_person(person) if person else None

    def again(self, mention: str, at: int) -> Source | None:
        """Find the source that `the lawyer` takes up: `a lawyer for NAME`, who spoke after any holder of the office."""
        key = role_key(head_of(mention))
        if not re.fullmatch(r"(?:the|that) [\w’'-]+", mention, re.IGNORECASE) or not is_role_noun(head_of(mention)):
            return None
        last = self.last_spoken(lambda s: s.name.lower().startswith(("a ", "an ")) and role_key(head_of(s.name)) == key)
        if last is None:
            return None
        holder = find_office(mention, at, self.offices, self.scene)
        return None if holder and self.scene.last_seen(holder, at) > last.mentions[-1][0] else last

    def fuller(self, mention: str) -> Source | None:
        """Find the source that `the coalition` and `the same officials` take up, which has a fuller description."""
        again = _AGAIN.fullmatch(mention)
        if again is None or (again.group(2).lower() in _MANY_OF_A_KIND and not again.group(1)):
            return None
        head = again.group(2).lower()
        return self.last_spoken(
            lambda s: s.person is None and not s.members and len(s.name.split()) > 2 and head_of(s.name).lower() == head
        )

    def body(self, mention: str, at: int) -> Source | None:
        """Find the body that a name, an acronym or a common noun means; a noun of unnamed bodies means itself."""
        name = find_body(mention, self.scene.before(at), self.names.bodies, self.text)
        if name is None and head_of(mention).lower() in GENERIC_BODIES.keys() | BODY_HEADS:
            name = mention
        return self.called(name, body=True) if name else None

    def longer(self, mention: str, at: int) -> Source | None:
        """Complete `Dell` from the only longer name that it begins, `the Times` or `the forum` from the one it ends."""
        word = ARTICLE.sub("", mention, count=1)
        bare, thing = word == mention, plain(word) in THINGS
        if " " in word or is_title(word) or (bare and not word[:1].isupper()) or plain(word) in _NO_NAME_ENDS:
            return None
        names = {p.name for p in self.names.persons if bare or thing or not p.human}
        names |= {b.name for b in self.names.bodies}
        if bare:
            longer = [n for n in names if n.startswith(word + " ") and plain(n.split()[-1]) not in _GOVERNED]
        else:
            longer = [n for n in names if n.lower().endswith(" " + word.lower())]
        if len(longer) != 1 or (word.islower() and self._another(word, at)):
            return None
        return self.called(longer[0], body=True)

    def _another(self, noun: str, at: int) -> bool:
        """Tell whether the text before a position speaks of another one of a kind: `a local bank`, `her family`."""
        other = re.compile(rf"\b{_ANOTHER} (?:[\w-]+ )?{re.escape(noun)}\b", re.IGNORECASE)
        return bool(other.search(self.text, 0, at))

    def joint(self, mention: str, at: int) -> Source | None:
        """Give the source of `NAME and NAME`, by the fullest names, or of `the district and the union`, as written."""
        parts = [p for p in _PARTS.split(mention.removesuffix(" both")) if p]
        if len(parts) < 2 or any(_PARTS.search(b.name) and mention.endswith(b.name) for b in self.names.bodies):
            return None
        members: list[Source] = []
        for part in parts:
            offset = self.text.find(part, at)
            span = (offset, offset + len(part))
            member = self.inside(span) or self.person(part.split(), span) or self.office(part, at)
            member = member or (self.body(part, at) if ARTICLE.match(part) or part[:1].isupper() else None)
            if member is None:
                return None
            members.append(member)
        if len({id(m) for m in members}) < 2:
            return None
        named = " and ".join([", ".join(m.name for m in members[:-1]), members[-1].name])
        name = mention if any(m.person is None for m in members) else named
        source = self.called(name, body=False)
        source.members, source.plural = tuple(members), True
        return source

    def mentioned(self, at: int) -> Source | None:
        """Give the source of an earlier unit whose mention begins at a position."""
        return next((s for s in self.sources.values() if any(m[0] == at for m in s.mentions)), None)

    def of_person(self, person: Person) -> Source:
        """Give the one source of a person."""
        if id(person) not in self._by_person:
            self._by_person[id(person)] = Source(person.name, person, roles=person.roles)
        return self._by_person[id(person)]

    def last_spoken(self, fits: Callable[[Source], bool]) -> Source | None:
        """Give the source that spoke last of those that fit."""
        spoken = (s for s in self.sources.values() if s.mentions and fits(s))
        return max(spoken, key=lambda s: s.mentions[-1], default=None)

    def known(self, name: str) -> bool:
        """Tell whether a name or description has a source already; see `called`."""
        return _key(name) in self.sources

    def body_at(self, at: int) -> Source | None:
        """Give the source of the body whose name begins at a position, or after the article there."""
        starts = (at, article.end()) if (article := ARTICLE.match(self.text, at)) else (at,)
        name = next((b.name for b in self.names.bodies for start, _ in b.occurrences if start in starts), None)
        return self.called(name, body=True) if name else None

    def body_before(self, at: int, since: int) -> Source | None:
        """Give the source of the body named last before a position in its paragraph, and after another position."""
        low = max(self.scene.before(at)[0], since + 1)
        near = [(start, b.name) for b in self.names.bodies for start, _ in b.occurrences if low <= start < at]
        named = [p for p in near if not self.scene.said(p[0]) and not _AT.search(self.text, max(0, p[0] - 12), p[0])]
        if not named:
            return None
        name = max(named)[1]
        return self.body(name, at) if name.isupper() else self.called(name, body=True)

    def called(self, name: str, body: bool) -> Source:
        """Give the one source of a name or description that is no person's, whatever article stands before it."""
        key = _key(name)
        if key not in self.sources:
            places = next((b.occurrences for b in self.names.bodies if b.name.lower() == key), ()) if body else ()
            self.sources[key] = Source(name, body=body, plural=is_plural(name), places=places)
        return self.sources[key]


def _key(name: str) -> str:
    return ARTICLE.sub("", name, count=1).lower() if ARTICLE.match(name) else name.lower()
