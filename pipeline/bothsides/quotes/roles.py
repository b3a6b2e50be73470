"""The words of an article that say who a person is: titles before a name, appositions, relative and copular clauses."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from ..article import Span
from .clauses import clause_end, clause_start, first_comma, goes_on
from .titles import ABBREVIATED, HONORIFICS, ROLE_NOUNS, is_role_noun, is_title
from .words import FUNCTION_WORDS, NOT_NAMES

_NO_WORD = frozenset(',;:()"“”«»')
_AFTER = re.compile(r",?[ \u00a0](?:\d{1,3},[ \u00a0])?")
_APPOSITION_START = re.compile(
    r"(?:an?|the|one|another|who|whose|her|his|their|our|president|of)\b|\w+['’]s?\s", re.IGNORECASE
)
_COPULA = re.compile(
    r"[ \u00a0](?:is|was|has been)[ \u00a0](?=(?:an?|the|one)\b|"
    r"(?:(?!not |no |never )[a-z]+(?<!ed|ng)[ \u00a0]){0,2}?[a-z-]+"
    r"(?:[ \u00a0](?:of|at|in|for|since|then|when)\b|[,.]))"
)
"""What makes of a noun phrase an office: `NAME is the president`, `NAME has been superintendent since`."""
_COMPLEMENT = re.compile(r"[ \u00a0](?:of|who|in|at|for|since|then|when)\b")
_OFFICE_IS = re.compile(
    r"(?:^|[.!?\n][\"”’]?\s*)((?:The|Its|Their|[A-Z][\w’'-]+['’]s?)[ \u00a0](?:[\w’'-]+[ \u00a0]){0,5}?[a-z-]+)"
    r"(?:[ \u00a0]then)? (?:is|was) $"
)
_TITLE_OF = re.compile(
    r"(?<![\w’'-])((?!The )((?:[A-Z][\w’'-]+ )*[A-Z][\w’'-]+) (?:of|for) (?:the )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?)"
    r"[ \u00a0](?:Dr\.? |Mr\.? |Mrs\.? |Ms\.? )?$"
)
_NOUN_PHRASE_BEFORE = re.compile(r"(?:an?|the|one|another|her|his|their|its|our)\b|[\w.’'-]+['’]s?\s", re.IGNORECASE)
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|said|says|told|will|would|did|does|can|could|added)\b")
_VERB = re.compile(
    r"[a-z]+(?:ed|ing)|gave|put|met|took|sent|saw|led|left|wrote|made|got|heard|let|sued|quoted|tells|asks"
)
_LONGEST = 160
_RELATIVE = frozenset({"that", "which", "who", "where", "when", "they", "he", "she", "it"})
_NO_NAME = re.compile(
    r",[ \u00a0]\d{1,3},?\Z|[ \u00a0]in (?:part|an? (?:\w+ )?(?:statement|interview|e-?mail|letter|post|tweet))\Z"
)


@dataclass(frozen=True)
class Borders:
    """Positions that no role words may cross, the edges of cues and contents, and where cues begin."""

    stops: tuple[int, ...]
    cues: frozenset[int]

    def next(self, position: int, end: int) -> int:
        """Give the first border at or after a position, or `end`."""
        i = bisect_left(self.stops, position)
        return min(end, self.stops[i]) if i < len(self.stops) else end

    def last(self, position: int, start: int) -> int:
        """Give the last border at or before a position, or `start`."""
        i = bisect_left(self.stops, position + 1)
        return max(start, self.stops[i - 1]) if i else start


def roles_of(text: str, occurrence: Span, borders: Borders) -> list[Span]:
    """Find the role words around one occurrence of a name, in reading order."""
    start, end = occurrence
    found = (
        _title_of(text, start, borders)
        or _title_before(text, start, borders)
        or _apposition_before(text, occurrence, borders)
        or _office_is(text, start, borders)
    )
    after = _apposition_after(text, end, borders)
    if found and after and text.startswith("who", after[0]):
        # A title says who it is; the clause after it mostly tells what the person did.
        after = None
    return [span for span in (found, after) if span is not None]


def trimmed(text: str, span: Span) -> Span:
    """Take white space and commas off the edges of a span, and off its end an age, `in part` or `in a statement`."""
    start, end = span
    if age := _NO_NAME.search(text, start, end):
        end = age.start()
    while start < end and text[start] in " \t\n\r\u00a0,;:":
        start += 1
    while end > start and text[end - 1] in " \t\n\r\u00a0,;:":
        end -= 1
    return start, end


def _title_of(text: str, start: int, borders: Borders) -> Span | None:
    """Read a capitalised title with its complement: `Superintendent of Schools`, `President of the Council`."""
    low = borders.last(start, max(0, start - 90))
    if " of " not in text[low:start] and " for " not in text[low:start]:
        return None
    m = _TITLE_OF.search(text, low, start)
    return m.span(1) if m and any(is_role_noun(w) for w in m.group(2).split()[-1:]) else None


def _title_before(text: str, start: int, borders: Borders) -> Span | None:
    """Read a title that stands directly before a name, with what belongs to it: `city school board President`."""
    low = borders.last(start, max(0, start - 120))
    at, end, left = start, start, start
    while (before := _word_before(text, low, at)) is not None:
        word = text[slice(*before)]
        bare = word.rstrip(".").lower()
        if end == start and bare in HONORIFICS:
            at = before[0]
            start = end = left = at
            continue
        if end == left and not (is_role_noun(word) and (word[0].isupper() or bare in ROLE_NOUNS or len(bare) > 4)):
            return None
        if word.endswith(".") and bare not in ABBREVIATED and (len(bare) != 1 or not word[0].isupper()):
            break
        if bare in FUNCTION_WORDS and bare not in ("the", "a", "an", "of", "and", "for", "former"):
            break
        if (bare in NOT_NAMES and bare not in FUNCTION_WORDS) or _VERB.fullmatch(word) or not word.strip("–—-"):
            break
        if bare in ("of", "and", "for"):
            previous = _word_before(text, low, before[0])
            joined = text[before[1] + 1 : before[1] + 2].isupper() and previous and text[previous[0]].isupper()
            # `Mayor NAME and Gov. NAME` are two, `President and CEO NAME` is one.
            earlier = _word_before(text, low, previous[0]) if previous else None
            told = is_role_noun(text[slice(*previous)]) if previous else False
            told = told or (earlier is not None and text[slice(*earlier)] in ("of", "for"))
            two = bare == "and" and not told and is_title(text[before[1] : end].split(maxsplit=1)[0])
            if not joined or two:
                break
        at = left = before[0]
        if bare in ("the", "a", "an"):
            break
    span = trimmed(text, (left, end))
    return _without_article(text, span) if span[0] < span[1] else None


def _word_before(text: str, low: int, at: int) -> Span | None:
    """Find the word that one space parts from a position, or None where something else stands between."""
    if at - 2 < low or text[at - 1] not in " \u00a0":
        return None
    end = start = at - 1
    while start > low and not (text[start - 1].isspace() or text[start - 1] in _NO_WORD):
        start -= 1
    return (start, end) if start < end else None


def _without_article(text: str, span: Span) -> Span:
    """Drop an article before a short capitalised title: `the Rev.`, but keep `the state's mediator`."""
    m = re.compile(r"(?:the|an?)\s+", re.IGNORECASE).match(text, span[0], span[1])
    if m and m.end() < span[1] and text[m.end()].isupper() and " " not in text[m.end() : span[1]]:
        return m.end(), span[1]
    return span


def _apposition_before(text: str, occurrence: Span, borders: Borders) -> Span | None:
    """Read `The union's president, NAME,`: a noun phrase that ends in a comma before the name."""
    start, end = occurrence
    if text[max(0, start - 2) : start] not in (", ", ",\u00a0"):
        return None
    if text[end : end + 1] not in (",", ".", " ", ""):
        return None
    low = borders.last(start - 2, max(0, start - _LONGEST))
    left = clause_start(text, low, start - 2)
    left, right = trimmed(text, (left, start - 2))
    comma = text.rfind(", ", left, right)
    if comma >= 0 and not re.search(r"\bwho\b", text[left:comma]):
        left = comma + 2
    m = re.compile(r"(?:but|and|said|so|while|as)\s+", re.IGNORECASE).match(text, left, right)
    left = m.end() if m else left
    phrase = text[left:right]
    if not phrase or len(phrase.split()) > 20:
        return None
    head = re.split(r"\b(?:who|whose|which|that|of|for|at|in|with)\b", phrase)[0].split()
    if not head or not (is_role_noun(head[-1]) and (_NOUN_PHRASE_BEFORE.match(phrase) or len(head) > 1)):
        return None
    if "who" not in phrase and _FINITE.search(phrase):
        return None
    return left, right


def _office_is(text: str, start: int, borders: Borders) -> Span | None:
    """Read `Its chairman is NAME` and `The superintendent then was NAME`."""
    if not text[max(0, start - 5) : start].endswith((" is ", " was ")):
        return None
    m = _OFFICE_IS.search(text, borders.last(start, max(0, start - _LONGEST)), start)
    if not m:
        return None
    head = _COMPLEMENT.split(m.group(1), maxsplit=1)[0].split()
    return m.span(1) if is_role_noun(head[-1]) else None


def _apposition_after(text: str, end: int, borders: Borders) -> Span | None:
    """Read `NAME, president of X,`, `NAME, who chairs X,`, `NAME of X` and `NAME is the president of X.`."""
    limit = borders.next(end, min(len(text), end + _LONGEST))
    copula = _COPULA.match(text, end)
    if copula:
        stop = clause_end(text, copula.end(), limit)
        span = trimmed(text, (copula.end(), first_comma(text, copula.end(), stop)))
        words = _COMPLEMENT.split(text[slice(*span)], maxsplit=1)[0].split()
        return span if words and is_role_noun(words[-1]) else None
    m = _AFTER.match(text, end)
    if not m:
        return None
    begin = m.end()
    comma_before = m.group().startswith(",")
    if not comma_before and not text.startswith("of ", begin):
        return None
    stop = clause_end(text, begin, limit)
    phrase = text[begin:stop]
    if not _starts_role(phrase):
        return None
    if stop in borders.cues and comma_before:
        # The clause goes on with its cue: the apposition is what the last comma before the cue closes.
        last = text.rfind(",", begin, stop)
        first = first_comma(text, begin, stop)
        right = last if last >= 0 and goes_on(text[first + 1 : last]) else first
        if last < 0 and not re.search(r"\b(?:and|but)\s*$", phrase):
            return None
    else:
        right = first_comma(text, begin, stop)
    verb = _FINITE.search(text, begin, right) if phrase.startswith("of ") else None
    verb = verb if verb and text[begin : verb.start()].split()[-1] not in _RELATIVE else None
    span = trimmed(text, (begin, verb.start() if verb else right))
    return span if span[0] < span[1] and _is_role(text[slice(*span)]) else None


def _starts_role(phrase: str) -> bool:
    if _APPOSITION_START.match(phrase):
        return True
    return any(is_role_noun(w.strip(",.")) for w in phrase.split(",")[0].split()[:7])


def _is_role(phrase: str) -> bool:
    low = phrase.lower()
    if _FINITE.match(phrase):
        return False
    if low.startswith(("who ", "whose ")):
        return len(phrase.split()) > 2
    if low.startswith("of "):
        return phrase[3:4].isupper() or phrase[3:7] == "the "
    if re.match(r"(?:an?|one|another) ", low):
        return not re.match(r"(?:a|one) (?:day|week|month|year|few|while)\b", low)
    head = re.split(r"\b(?:who|whose|which|that|of|for|at|in|with|and|to)\b", phrase)[0].split()
    return bool(head) and any(is_role_noun(w) for w in head[-2:])
