"""What a source wrote or reckoned (`a brief by NAME`, `the BODY poll`): whose it is, by the words that name it."""

from __future__ import annotations

import re

from .words import PRONOUNS, WORKS

__all__ = ["owner_of"]

_WORK = rf"(?P<work>{'|'.join(sorted(WORKS))})s?"
_POSSESSOR = re.compile(r"(?P<owner>.+?)(?:['’]s|(?<=s)['’]) ")
_BY = re.compile(
    rf"(?:[\w’'-]+ ){{1,5}}?{_WORK} (?:(?:[\w-]+ed|done|put out|written|drawn up) )?(?:by|from) (?P<owner>.+)"
)
_MODIFIER = re.compile(
    r"(?:[Aa]n?|[Tt]he|[Tt]his|[Tt]hat|[Aa]nother|[Oo]ne) (?:(?:new|recent|latest|\d{4}) )*"
    r"(?P<owner>(?:[A-Z][\w.&/-]* )+)"
    rf"(?:[a-z-]+ )?{_WORK}(?: (?:of|on|about|released|published|taken|done)\b.*)?"
)
"""A name between an article and the noun: `a Dell University poll`, `the DBE analysis of new filings`."""


def owner_of(mention: str) -> tuple[str, str]:
    """Give the words that name the owner of a document and its noun: `NAME` and `brief` of `a brief by NAME`.

    Both are empty where nobody is named. A possessor may own anything, so the noun is empty beside it.
    """
    possessor = _POSSESSOR.match(mention)
    if possessor and possessor["owner"].lower() not in PRONOUNS:
        return possessor["owner"], ""
    named = _BY.fullmatch(mention) or _MODIFIER.fullmatch(mention)
    return (named["owner"].strip(), named["work"]) if named else ("", "")
