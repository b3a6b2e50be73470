"""Dialogues: interviews and transcripts of broadcasts, in which a label before each turn says who speaks.

No clause reports what is said there and no marks stand around it, so the tagger leaves most of it out. Print tells it
apart from a fact box (`Salary: ...`): somebody asks the others, or is labelled as whom the outlet pays to talk.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ..article import Article, Span, paragraph_at
from ..marks import UnitType
from ..unit import QuoteUnit
from .contents import trimmed
from .mentions import find_names

_CAPITALISED = r"[^\W\d_a-z][\w.’'-]*"
LABEL = re.compile(
    r"(?P<letter>Q|A|Question|Answer)[.:](?=\s|$)"
    rf"|(?P<name>(?:{_CAPITALISED}[ \u00a0]){{0,4}}{_CAPITALISED}(?:[ \u00a0]#?\d{{1,2}})?)"
    r"(?P<rest>(?:,|[ \u00a0]?\()[^:?!\n\"“”]{1,60})?:(?=\s|$)"
)
_STAFF = re.compile(
    r"\b(?:hosts?|byline|anchor|correspondent|reporter|presenter|moderator|interviewer)\b", re.IGNORECASE
)
_STAGE = re.compile(r"(?:\s|\([^()\n]*\))*")
"""What begins a turn and nobody says: `(SOUNDBITE OF CHANTING)`, `(Laughter)`."""
FIRST_PERSON = re.compile(
    r"\b(?:[Ww]e|[Oo]ur|[Mm]y)\b|(?<![\w-])(?<!Title )(?<!War )(?<!Phase )(?<!Part )(?<!Type )I(?=['’ ][a-z])"
)
_MARKS = "\"“‘'"
_ASKED = re.compile(r"\?[\"”’)\]]*\s*$")
_FEWEST_TURNS = 3


@dataclass(frozen=True)
class Turn:
    """What one party says at a time: its label, where its words begin, and the paragraphs that they stand in."""

    label: re.Match[str]
    paragraphs: range

    @property
    def party(self) -> str:
        """Whose turn it is: the last word of the label's name, so that `RUTH OKAFOR` and `OKAFOR` are one."""
        return (self.label["letter"] or self.label["name"].split()[-1]).casefold()


def in_turns(article: Article, units: Sequence[QuoteUnit], furniture: Collection[int]) -> list[QuoteUnit]:
    """Make the turns of a dialogue units of their speakers, but for those who ask and those on the outlet's staff.

    `units` are the linked ones in reading order, `furniture` the paragraphs to look past. What comes back is in reading
    order and disjoint; in an article that is no dialogue it is what was given. A turn is printed speech: one direct
    unit a paragraph. What a clause reports within a turn is part of it. A turn in quotation marks stays as linked.
    """
    turns = _turns(article)
    asking = _asking(article, turns)
    if len(turns) < _FEWEST_TURNS or not asking:
        return list(units)
    spoken: dict[int, QuoteUnit] = {}
    for turn in (t for t in turns if t.party not in asking):
        speaker = _speaker(article, turn, turns)
        for paragraph in turn.paragraphs if speaker else ():
            start, end = article.paragraphs[paragraph]
            stage = _STAGE.match(article.text, max(start, turn.label.end()), end)
            begin = stage.end() if stage else start
            words = whole(article, (begin, end), "direct")
            if words and paragraph not in furniture and article.text[begin] not in _MARKS:
                spoken[paragraph] = replace(words[0], speaker=speaker)
    kept = [part for unit in units if (part := _outside(article, unit, spoken))]
    return sorted([*kept, *spoken.values()], key=lambda u: u.start)


def whole(article: Article, span: Span, type_: UnitType) -> list[QuoteUnit]:
    """Make a unit without a clause of a stretch, none of one without words; printed speech keeps its full stop."""
    start, end = trimmed(article, span, ())
    stop = type_ == "direct" and article.text[end : span[1]] == "."
    words = any(c.isalnum() for c in article.text[start:end])
    return [QuoteUnit(spans=((start, end + stop),), type=type_)] if words else []


def _turns(article: Article) -> list[Turn]:
    """Part the paragraphs from the first label on into turns.

    Where labels are printed in capitals, as in transcripts, a turn goes on to the next label; elsewhere it has one
    paragraph, since a reporter's words may follow. So has the last one, and a label without words takes the next.
    """
    text, paragraphs = article.text, article.paragraphs
    found = [(i, m) for i, span in enumerate(paragraphs) if (m := LABEL.match(text, *span))]
    stops = [i for i, _ in found[1:]]
    turns = []
    for (first, label), stop in zip(found, [*stops, None][: len(found)], strict=True):
        alone = label.end() == paragraphs[first][1]
        end = min(first + 1 + alone, len(paragraphs))
        turns.append(Turn(label, range(first, stop if stop and (label["name"] or "").isupper() else end)))
    return turns


def _asking(article: Article, turns: Sequence[Turn]) -> set[str]:
    """Name the parties who ask: the outlet's staff by their labels, and whose turns mostly end in a question."""
    often = Counter(turn.party for turn in turns)
    ends = [article.text[slice(*article.paragraphs[turn.paragraphs[-1]])] for turn in turns]
    asked = Counter(turn.party for turn, end in zip(turns, ends, strict=True) if _ASKED.search(end))
    staff = {turn.party for turn in turns if _STAFF.search(turn.label["rest"] or "")}
    asking = staff | {party for party, n in often.items() if n > 1 and 2 * asked[party] >= n}
    return asking if asking != set(often) else set()


def _speaker(article: Article, turn: Turn, turns: Sequence[Turn]) -> Span | None:
    """Give the mention of who speaks: the label, or for an `A:` the person whom the introduction names most.

    Where few of the answers are in the first person, nobody gives them: the outlet explains.
    """
    if turn.label["name"]:
        return turn.label.span("name")
    answers = [
        article.text[t.label.end() : article.paragraphs[t.paragraphs[-1]][1]] for t in turns if t.party == turn.party
    ]
    if len(answers) > 3 * sum(bool(FIRST_PERSON.search(answer)) for answer in answers):
        return None
    start = article.paragraphs[turns[0].paragraphs[0]][0]
    named = [[o for o in p.occurrences if o[1] <= start] for p in find_names(article.text).persons if p.human]
    return max(named, key=len)[0] if any(named) else None


def _outside(article: Article, unit: QuoteUnit, spoken: Collection[int]) -> QuoteUnit | None:
    """Give what of a linked unit stands outside the paragraphs of turns, None where that is nothing."""
    if unit.cue and paragraph_at(article, unit.cue[0]) in spoken:
        return None
    spans = tuple(span for span in unit.spans if paragraph_at(article, span[0]) not in spoken)
    return replace(unit, spans=spans) if spans else None
