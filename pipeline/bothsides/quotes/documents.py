"""What a source wrote or reckoned (`a brief by NAME`, `the BODY poll`): whose it is, by the words that name it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .words import DOCUMENTS, LEAFLETS, PRONOUNS, WORKS

__all__ = ["Owned", "is_sent", "owner_of", "possessor_of", "sender_after", "takes_up", "written_between"]

_WORK = rf"(?P<work>(?:{'|'.join(sorted(WORKS))})s?)"
_BY = re.compile(
    r"(?:(?!(?:of|for|on|to|from|with|about|in|at|by|who|that|which) )[\w’'-]+ ){1,5}?"
    rf"{_WORK} (?:(?:[\w-]+ed|written|done) )?(?:by|from) (?P<owner>.+)"
)
_OWNER_ENDS = re.compile(r"(?:,? (?:to|on|against|that|which|about)|,| (?:in|for) (?![A-Z])) ?")
_NOBODY = re.compile(r"(?:e-?mail|mail|post|phone|hand|last|this|next)\b")
_POSSESSOR = re.compile(r"(?P<owner>.+?)(?:['’]s|(?<=s)['’]) ")
_MODIFIER = re.compile(
    r"(?:[Aa]n?|[Tt]he|[Tt]his|[Tt]hat|[Aa]nother|[Oo]ne) (?:(?:new|recent|latest|\d{4}) )*"
    r"(?P<owner>(?:[A-Z][\w.&/-]* )+)"
    rf"(?:[a-z-]+ )?{_WORK}(?: (?:of|on|about|released|published|taken|done)\b.*)?"
)
"""A name between an article and the noun: `a Dell University poll`, `the DBE analysis of new filings`."""
_WRITTEN = re.compile(rf"\b(?:{'|'.join(sorted(DOCUMENTS | LEAFLETS))})\b")
_POSSESSED = re.compile(r"(?P<owner>(?:[\w.’'-]+ ){0,4}?[\w.-]+)(?:['’]s|(?<=s)['’]) (?:[\w-]+ ){0,2}[\w-]+")
_FROM = re.compile(
    r"(?: to [\w’' -]{1,40}?)? (?:from|by) (?P<owner>[\w.’'& -]{2,60}?)"
    r"(?=[,.;]|$| (?:on|in|at|to|that|this|last|who|which) )"
)
_SENDS = re.compile(
    r"(?<!was )(?<!were )(?<!been )(?<!being )\b(?:sent|sends|wrote|writes|issued|issues|posted|posts|released|"
    r"releases|published|(?:e-?)?mailed|texted|tweeted|circulated|distributed|put out|responded|replied|shared)\b"
)
_TAKES_UP = re.compile(r"(?:the|that)(?: same)? ([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Owned:
    """Whose a document is, by the words that say so.

    `work` is the document's noun, where the words tell it. Who stands after `by` or `from` is `surely` its owner; a
    name before the noun may tell its place, its day or what it is about.
    """

    owner: str
    work: str = ""
    surely: bool = False


def owner_of(mention: str) -> Owned | None:
    """Read whose the document is that a mention describes; None where it names nobody."""
    by = _BY.fullmatch(mention)
    if by and by["owner"].lower() not in PRONOUNS and not _NOBODY.match(by["owner"]):
        return Owned(_OWNER_ENDS.split(by["owner"], maxsplit=1)[0].strip(), by["work"].lower(), surely=True)
    possessor = _POSSESSOR.match(mention)
    if possessor and possessor["owner"].lower() not in PRONOUNS:
        return Owned(possessor["owner"])
    named = _MODIFIER.fullmatch(mention)
    return Owned(named["owner"].strip(), named["work"].lower()) if named else None


def takes_up(mention: str) -> str:
    """Give the noun by which `the report` and `that same report` take up a document of before; else nothing."""
    again = _TAKES_UP.fullmatch(mention)
    return again[1].lower() if again else ""


def possessor_of(subject: str) -> str:
    """Give the owner in a subject that ends in what is owned (`The union's second flyer`); else nothing."""
    owned = _POSSESSED.fullmatch(subject)
    return owned["owner"] if owned and owned["owner"].lower() not in PRONOUNS else ""


def sender_after(rest: str) -> str:
    """Give who is named as the sender right after the noun (`a letter to families from the union`); else nothing."""
    sent = _FROM.match(rest)
    return sent["owner"] if sent and sent["owner"].lower() not in PRONOUNS else ""


def is_sent(clause: str) -> bool:
    """Tell whether the subject of a clause is who sends something: not who is sent it, gets it or reads it."""
    return bool(_SENDS.search(clause))


def written_between(text: str, low: int, high: int) -> list[tuple[str, int, int]]:
    """List the nouns of written messages between two positions, each with where it starts and ends."""
    return [(m.group(), *m.span()) for m in _WRITTEN.finditer(text, low, high)]
