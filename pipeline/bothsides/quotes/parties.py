"""The parties of a dialogue: whose turn each labelled paragraph begins, who asks, and who answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..article import Article, Span
from .words import FUNCTION_WORDS, word_set

_CAPITALISED = r"[^\W\d_a-z][\w.’'-]*"
LABEL = re.compile(
    rf"(?P<letter>Q|A|Question|Answer)(?:[ \u00a0]?\d{{1,2}})?(?:[ \u00a0]\((?P<who>{_CAPITALISED})\))?[.:](?=\s|$)"
    rf"|(?P<name>(?:{_CAPITALISED}[ \u00a0]){{0,4}}{_CAPITALISED}(?:[ \u00a0]#?\d{{1,2}})?)"
    r"(?P<rest>(?:,|[ \u00a0]?\()[^:?!\n\"“”]{1,120})?:(?=\s|$)"
)
_STAFF = re.compile(
    r"\b(?:hosts?|byline|anchor|correspondent|reporter|presenter|moderator|interviewer|narrator|announcer|question)\b",
    re.IGNORECASE,
)
_HOSTS = re.compile(
    r"\b[Ww]elcome(?: back)? to (?:the|our)\b|\b[Tt]hank(?:s| you)(?: so much| very much)? for (?:joining|being|"
    r"talking|speaking|coming)\b|\b[Ww]e['’]ll be (?:right )?back\b|\bI['’]m (?:[A-Z][\w’'-]+ ){1,3}and this is\b"
)
"""What only a host says."""
_NO_PARTY = FUNCTION_WORDS | word_set(
    "read see watch more related photo photos image video caption listen opinion advertisement ad credit note notes "
    "correction clarification update updates latest next live background fact facts myth issue view views transcript "
    "interview summary salary salaries wages pay raises benefits insurance calendar size care funding pensions cost "
    "costs timeline occupation family age residence education experience endorsements party contact email phone tel "
    "source sources date time place location subject re bottom line point points pros cons editor monday tuesday "
    "wednesday thursday friday saturday sunday"
)
"""The last words of labels that name nobody."""
_FEWEST_TURNS = 3
_FIRST_WORD = re.compile(r"\W?\w+")
_AFTER_A_WORD = re.compile(rf"(?<=\w ){_FIRST_WORD.pattern}")
_NAME_ENDS = re.compile(r"\b(?!:)")


@dataclass(frozen=True)
class Turn:
    """What one party says at a time, and the paragraphs that it stands in.

    `party` is the last word of the label's name, so that `RUTH OKAFOR` and `OKAFOR` are one, or its letter; `mention`
    the name, if there is one; `words` where the words begin; `staffed` and `described` tell that the label names the
    outlet's staff, or says who somebody is.
    """

    party: str
    mention: Span | None
    words: int
    paragraphs: range
    staffed: bool
    described: bool

    def text(self, article: Article) -> str:
        """Give what is said, from the label on."""
        return article.text[self.words : article.paragraphs[self.paragraphs[-1]][1]]


def parted(article: Article, quoting: Collection[int]) -> list[Turn]:
    """Part the paragraphs from the first label on into turns; none where there are fewer than three labels.

    In transcripts a turn goes on to the next label, stage direction or paragraph in which a clause reports a quotation
    (`quoting`): where staff is labelled, labels stand in lines of their own, or most paragraphs have one in capitals
    and the others report nothing. Elsewhere it has one paragraph, since a reporter's words may follow; so has the last.
    """
    text, paragraphs = article.text, article.paragraphs
    # Print that quotes a transcript opens each of its turns with a mark.
    starts = [start + (text[start] in '"“') for start, _ in paragraphs]
    found = [(i, m) for i, (_, end) in enumerate(paragraphs) if (m := LABEL.match(text, starts[i], end))]
    upper = [(m["name"] or "").isupper() for _, m in found]
    if (
        len(found) > 1
        and found[0][0] == 0
        and found[1][0] > 1
        and upper[:2] == [False, True]
        and not found[0][1]["rest"]
    ):
        found.pop(0)  # a title: `Okafor: We were never asked`
    if len(found) < _FEWEST_TURNS:
        return []
    alone = [m.end() == paragraphs[i][1] for i, m in found]
    capitals = sum((m["name"] or "").isupper() for _, m in found)
    staffed = [bool(_STAFF.search(m["name"] or "") or _STAFF.search(m["rest"] or "")) for _, m in found]
    among = range(found[0][0], found[-1][0] + 1)
    reported = any(i in among for i in {*quoting} - {first for first, _ in found})
    runs = any(staffed) or 2 * sum(alone) > len(found) or (2 * capitals > len(among) and not reported)
    turns = []
    for (first, m), by_itself, staff, (stop, _) in zip(found, alone, staffed, [*found[1:], (0, None)], strict=True):
        end = first + 1 + (by_itself and first + 1 < len(paragraphs) and first + 1 != stop)
        while runs and end < stop and end not in quoting and not text.startswith("(", paragraphs[end][0]):
            end += 1
        name = "who" if m["who"] else "name"
        party = m["who"] or m["letter"] or m["name"].split()[-1]
        described = bool(m["rest"]) or (m["name"] or "").startswith("UNIDENTIFIED")
        turns.append(
            Turn(party.casefold(), m.span(name) if m[name] else None, m.end(), range(first, end), staff, described)
        )
    return turns


def answering(article: Article, turns: Sequence[Turn]) -> set[str]:
    """Name the parties whose words are quotes: all whom a label names, but for those who ask or host.

    Nobody answers where nobody asks. Where no label tells who asks, it is the first party of whose turns half hold a
    question. A label names somebody where it comes again, tells who that is, stands beside labels of staff with a first
    and a last name, or the article speaks of its name elsewhere.
    """
    often = Counter(turn.party for turn in turns)
    full = {t.party for t in turns if t.mention and " " in article.text[slice(*t.mention)]}
    hosts = {t.party for t in turns if t.staffed or (often[t.party] > 1 and _HOSTS.search(t.text(article)))}
    questioning = _asking(article, turns, often)
    if hosts:
        # A host who is introduced before the excerpt has no label with a first name.
        asking = hosts.union(p for p in questioning if p not in full)
    else:
        asking = {"q", "question"} & often.keys() or set(questioning[:1])
    if not asking:
        return set()
    spoken_of = _spoken_of(article.text, [turn for turn in turns if often[turn.party] == 1])
    named = set()
    for turn in turns:
        known = often[turn.party] > 1 or turn.described or (turn.party in full and hosts) or turn.party in spoken_of
        if turn.mention is None or (known and not {turn.party, turn.party.removesuffix("s")} & _NO_PARTY):
            named.add(turn.party)
    counted = sum(often[party] for party in named | asking)
    return named - asking if counted >= _FEWEST_TURNS else set()


def _asking(article: Article, turns: Sequence[Turn], often: Counter[str]) -> list[str]:
    """List the parties of whose turns, two or more, half hold a question, in the order of their first turns.

    An outlet (`GAZETTE:`, in an article that speaks of `The Gazette`) comes first and needs no more than one.
    """
    asked = Counter(turn.party for turn in turns if "?" in turn.text(article))
    asking = [p for p in often if often[p] > 1 and 2 * asked[p] >= often[p] and p not in _NO_PARTY]
    outlets = [p for p in asked if often[p] > 1 and re.search(rf"\b[Tt]he {re.escape(p.capitalize())}\b", article.text)]
    return [*outlets, *asking]


def _spoken_of(text: str, turns: Sequence[Turn]) -> set[str]:
    """Find the parties that a text names, capitalised or in capitals, after another word and not in their label."""
    forms: dict[str, list[tuple[str, Turn]]] = {}
    for turn in turns:
        for form in (turn.party.capitalize(), turn.party.upper()):
            if first := _FIRST_WORD.match(form):
                forms.setdefault(first.group(), []).append((form, turn))
    found = set()
    for word in _AFTER_A_WORD.finditer(text):
        at = word.start()
        for form, turn in forms.get(word.group(), ()):
            labelled = turn.mention and turn.mention[0] <= at < turn.words
            if text.startswith(form, at) and _NAME_ENDS.match(text, at + len(form)) and not labelled:
                found.add(turn.party)
    return found
