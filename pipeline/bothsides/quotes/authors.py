"""Who wrote what an article quotes: the owner whom the words name, or whoever the article says sent it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..article import Article
from ..unit import QuoteUnit
from .descriptions import head_of
from .directory import Directory
from .documents import Owned, is_sent, owner_of, possessor_of, sender_after, takes_up, written_between
from .sources import Source
from .subjects import sentence_start, subjects_before
from .words import DOCUMENTS, GENERIC_BODIES, WORKS

_CONCERNS = re.compile(r"\b(?:to|about|on|from|of|for|with|by|at|in|against|it|they|he|she)\b", re.IGNORECASE)
"""What stands before a name that is told something, or told about."""
_FARTHEST = 1500
_NEAR = 200
_COMMON_BODY = re.compile(rf"\b[Tt]he (?:{'|'.join(sorted(GENERIC_BODIES))})\b(?! [A-Z])")


class Authors(Directory):
    """A directory that also knows whose the documents of its article are."""

    def __init__(self, article: Article, units: Sequence[QuoteUnit]) -> None:
        super().__init__(article, units)
        self._works: dict[str, tuple[Source, int]] = {}

    def document(self, mention: str, at: int, previous: Source | None) -> Source | None:
        """Give whoever wrote what is quoted: the owner whom the words name or have named, or else the source before."""
        head, first = head_of(mention).lower(), mention.split()[0].lower()
        owned = owner_of(mention)
        if owned is not None and (owned.work or head in WORKS):
            owner = self._owner(owned, at)
            if owner is not None:
                self._works[owned.work or head] = owner, at
                return owner
        owner, since = self._works.get(takes_up(mention), (None, 0))
        if first in ("a", "an") or (owner is None and head not in DOCUMENTS):
            return None
        spoken = self.fuller(mention) if owner is None else None
        since = max(since, at - _FARTHEST, spoken.mentions[-1][1] if spoken else 0)
        return self._author(head, since, at) or spoken or owner or previous

    def author_of_it(self, at: int, subject_at: int, said: int) -> Source | None:
        """Give whose document `it` means: `NAME's letter was blunt. It said ...`, `NAME sent a letter ... it read`.

        The document stands in the paragraph of `it`, after its last subject that is a body, outside what somebody
        says. Where the last source that `it` may mean spoke in that sentence (`said`) or after it, none is sought.
        """
        for noun, start, end in reversed(written_between(self.text, max(0, subject_at), at)):
            if self.scene.paragraph(start) != self.scene.paragraph(at):
                return None
            if not self.scene.said(start):
                sentence = sentence_start(self.text, start)
                if said >= sentence:
                    return None
                subject = self.text[sentence:end]
                if takes_up(subject):
                    return self.document(subject, sentence, None)
                owner = possessor_of(subject) or sender_after(self.text[end:at])
                if owner:
                    return self._owner(Owned(owner), sentence)
                return self._author(noun, sentence, end) if is_sent(subject) else None
        return None

    def common_body(self, at: int) -> Source | None:
        """Give the source of the body last spoken of by its noun before a position: `What does the union want? It`."""
        nouns = _COMMON_BODY.finditer(self.text, max(0, at - _NEAR), at)
        told = [m.group() for m in nouns if not self.scene.said(m.start())]
        return self.body(told[-1], at) if told else None

    def subject_between(self, low: int, high: int, anybody: bool = False) -> Source | None:
        """Find the first person between two positions who is the subject of a clause, else `anybody` named there."""
        named = [(at, p) for (at, _), p in self.named.touching((low, high)) if low <= at and p.human]
        told = [(at, p) for at, p in named if not self.scene.said(at)]
        if anybody:
            # The last comma ends what stands before a subject: `On Monday, NAME`, `The mayor, NAME`.
            leads = [(max(low, self.text.rfind(", ", low, at)), at, p) for at, p in told]
            first = next((p for start, at, p in leads if not _CONCERNS.search(self.text, start, at)), None)
        else:
            first = next((p for at, p in told if self.scene.subject(at)), None)
        return self.of_person(first) if first else None

    def _owner(self, owned: Owned, at: int) -> Source | None:
        name = owned.owner
        start = max(at, self.text.find(name, at))
        found = self.person(name.split(), (start, start + len(name))) or self.body(name, at) or self.office(name, at)
        return found or (self.described(name) if owned.surely else None)

    def _author(self, noun: str, since: int, at: int) -> Source | None:
        """Give the subject of the sentence that introduces a document: `The district sent a letter ... the letter`."""
        introduced = re.compile(rf"\b(?:an?|its|his|her|their) (?:[\w-]+ ){{0,3}}{re.escape(noun)}\b")
        places = [m.start() for m in introduced.finditer(self.text, max(0, since), at)]
        places = [p for p in places if not self.scene.said(p)]
        if not places:
            return None
        sentence = sentence_start(self.text, places[-1])
        subject = next((s for s in subjects_before(self.scene, places[-1]) if s.start == sentence), None)
        if subject is None:
            named = [p for (start, _), p in self.named.touching((sentence, places[-1])) if start >= sentence]
            return self.of_person(named[0]) if named else None
        return (
            self.mentioned(subject.start)
            or self.joint(subject.words, subject.start)
            or self.body(subject.words, at)
            or self.office(subject.words, at)
        )

    def described(self, mention: str) -> Source:
        """Give the source that has no name but this description."""
        return self.called(mention, body=False)
