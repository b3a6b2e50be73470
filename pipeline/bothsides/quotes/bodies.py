"""Bodies: the fullest name an article gives an organisation that it calls by a part, an acronym or a common noun."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..article import Span
from .body_names import Body
from .words import BODY_HEADS, DETERMINERS, GENERIC_BODIES, UNION_HEADS, word_set

_LOOSE = word_set(
    "teachers teacher school schools public local city county town largest main striking employees staff "
    "educators teachers' faculty district charter"
)
_ELSEWHERE = word_set(
    "state national american parent parents parent-teacher taxpayers boards administrators principals "
    "department university college bar retirement news international federal supreme employment relations "
    "labor chamber press street party superintendents business"
)
_ANY = word_set("group organization organisation")
_AUTHORITIES = word_set("district school schools board college university county city state department court committee")
_PARTS_OF_PLACES = word_set("north south east west new greater upper lower central northern southern eastern western")
"""`the Cleveland Teachers Union` is not the East Cleveland Teachers Union."""
_NEVER = re.compile(r"(?!)")
_ACRONYM_ENDS = {
    "union": re.compile(r"[A-Z]*(?:U|FT|EA|(?<!P)TA)"),
    "association": re.compile(r"[A-Z]+(?:EA|(?<!P)TA)"),
    "federation": re.compile(r"[A-Z]+FT"),
    "district": re.compile(r"[A-Z]*(?:SD|PS|CS)"),
}
"""How the acronyms of such bodies mostly end: union, education or teachers association, school district, schools."""
_NEAR = 4.0
_STRONG_UNION = UNION_HEADS - {"teachers", "educators", "workers", "employees", "faculty"}


def find_body(mention: str, near: Span, bodies: Sequence[Body], text: str) -> str | None:
    """Find the fullest name of the body that a mention means; None where it names no body.

    A name in capital letters is completed from a longer name that ends in it or that it abbreviates. A common noun
    (`the union`, `the district`) stands for the body with such a word in its name, or that the article calls so, which
    is named in `near` (the paragraph before the mention) or else most often.
    """
    words = mention.split()
    if words and words[0].lower() in DETERMINERS:
        words = words[1:]
    if not words:
        return None
    if all(w[0].isupper() or w in ("of", "and", "for", "the", "&") or w[0].isdigit() for w in words):
        return _proper(words, mention, near, bodies, text)
    if any(w[0].isupper() for w in words[1:]) or (words[0][0].isupper() and len(words) > 1 and mention[0].islower()):
        return None
    found = _generic([w.lower().strip(",.'’") for w in words], near, bodies)
    return (_acronym(found, bodies, text) or found) if found and found.isupper() else found


def _proper(words: list[str], mention: str, near: Span, bodies: Sequence[Body], text: str) -> str | None:
    name = " ".join(words)
    if len(words) == 1 and len(name) > 1 and name.rstrip("s").isupper():
        return _acronym(name, bodies, text) or name
    if len(words) == 1 and name.lower() in GENERIC_BODIES.keys() | UNION_HEADS | BODY_HEADS:
        return _generic([name.lower()], near, bodies)
    longer = [b for b in bodies if b.name != name and (b.name.endswith(" " + name) or b.name.startswith(name + " "))]
    if any(w.isdigit() for w in words):
        # `District 65` is not `District 65 Educators Council`, and two unions may have one number.
        ending = [b.name for b in longer if b.name.endswith(" " + name)]
        return ending[0] if len(ending) == 1 else name
    if longer and all(w.lower() in BODY_HEADS | {"of", "and", "for", "education", "public"} for w in words):
        return max(longer, key=lambda b: (len(b.occurrences), -b.occurrences[0][0])).name
    if any(w.lower().rstrip("'’") in BODY_HEADS for w in words):
        # `the Security Council` is the one that is named in full, where a single one is.
        ending = [b.name for b in longer if b.name.endswith(" " + name) and " the " not in b.name]
        ending = [longer for longer in ending if longer[: -len(name)].strip().lower() not in _PARTS_OF_PLACES]
        return ending[0] if len(ending) == 1 and mention[:4].lower() == "the " else name
    return None


def _acronym(acronym: str, bodies: Sequence[Body], text: str) -> str | None:
    long = [b for b in bodies if b.name != acronym and " " in b.name]
    for body in long:
        if any(re.match(rf"\W{{1,3}}(?:the )?{re.escape(acronym)}\W", text[e : e + 20]) for _, e in body.occurrences):
            return body.name
    spelled = [b for b in long if b.initials == acronym]
    return spelled[0].name if spelled else None


def _generic(words: list[str], near: Span, bodies: Sequence[Body]) -> str | None:
    head, modifiers = words[-1], words[:-1]
    if head not in GENERIC_BODIES and head not in UNION_HEADS | BODY_HEADS:
        return None
    if head in ("teachers", "educators", "workers", "employees", "faculty", "parents", "students", "families"):
        return None
    wanted = GENERIC_BODIES.get(head, frozenset()) | {head}
    known = [b for b in bodies if (b.words & wanted or head in b.nouns or _spells(b, head)) and _fits(modifiers, b)]
    if not known:
        return _last_named(modifiers, near, bodies) if head in _ANY else None
    best = max(known, key=lambda b: _rank(b, head, near))
    return best.name if _rank(best, head, near)[0] > 0 else None


def _last_named(modifiers: list[str], near: Span, bodies: Sequence[Body]) -> str | None:
    """Find the body named last before a noun that any body may be called by, but no district, board or school."""
    fitting = [b for b in bodies if not b.words & _AUTHORITIES and _fits(modifiers, b)]
    named = [(start, b.name) for b in fitting for start, _ in b.occurrences if near[0] <= start < near[1]]
    return max(named, default=(0, None))[1]


def _fits(modifiers: list[str], body: Body) -> bool:
    return all(m in _LOOSE or m in body.words for m in modifiers)


def _spells(body: Body, head: str) -> bool:
    """Tell whether an acronym that the article never spells out ends as those of such bodies do."""
    return " " not in body.name and bool(_ACRONYM_ENDS.get(head, _NEVER).fullmatch(body.name))


def _rank(body: Body, head: str, near: Span) -> tuple[float, int]:
    score = float(min(4, len(body.occurrences))) + 1.0 * (head in body.words | body.nouns) + 0.5 * (head in body.words)
    if head in body.words | body.nouns and any(near[0] <= start < near[1] for start, _ in body.occurrences):
        score += _NEAR
    if head in GENERIC_BODIES or head in _STRONG_UNION:
        score -= 3.0 * len((body.words - {head}) & _ELSEWHERE)
    if head == "union":
        score += 2.0 * bool(body.words & _STRONG_UNION)
        score -= 3.0 * bool(body.words & {"board", "committee", "district", "schools"})
    if head in ("district", "system"):
        score += 2.0 * bool(body.words & {"district", "schools", "unified"}) - 4.0 * bool(
            body.words & UNION_HEADS - ({"local"} if "schools" in body.words else set())
        )
    return score, -body.occurrences[0][0]
