"""GenderGapTracker's rules for finding quotes, written anew from its published description and source.

GenderGapTracker (github.com/sfu-discourse-lab/GenderGapTracker; Asr et al., PLOS ONE 2021) reads a spaCy parse: clauses
that complement a verb of saying, `according to`, quotations that float after an attributed one, and any other
quotation with the nearest verb. Its list of verbs is read from a file of its repository. Runs in the peers'
environment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

FLOATING_AFTER = ("QCQSV", "QCQVS", "CSV")
LONGEST_FLOAT = 5
FEWEST_WORDS, FEWEST_TOKENS, MOST_TOKENS = 4, 7, 99
NEAR = 5
_ACCENTS = str.maketrans("àáâãäåèéêëìíîïòóôõöùúûüýÿçñ", "aaaaaaeeeeiiiiooooouuuuyycn")
_COPULAS = ("is", "was", "be")


@dataclass(frozen=True)
class Found:
    """A quote in the prepared text: its spaCy span, the verb, the speaker's span, and the order of its parts."""

    content: Any
    verb: Any = None
    speaker: Any = None
    order: str = ""


def prepared(text: str) -> tuple[str, list[int]]:
    """Clean a text as the tool does, and tell for each character where it stood.

    A line's end also ends the sentence; accents go, and double quotation marks are straight.
    """
    out: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        piece = {"\n": ".\n ", "\xa0": " ", "“": '"', "”": '"'}.get(character, character.translate(_ACCENTS))
        if piece == ".\n " and out and out[-1] in (".", " ", "\n"):
            piece = "\n "
        if piece == " " and out and out[-1] == " ":
            continue
        out += piece
        places += [place] * len(piece)
    return "".join(out), [*places, len(text)]


def quotes(doc: Any, verbs: Collection[str]) -> list[Found]:
    """Find the quotes of a parsed text; where two overlap, the one found by the earlier rule stays."""
    syntactic = [*_complements(doc, verbs)]
    kept: list[Found] = []
    for found in [*syntactic, *_floating(doc, syntactic), *_quotations(doc)]:
        inside = any(
            k.content.start_char < found.content.end_char and found.content.start_char < k.content.end_char
            for k in kept
        )
        if len(found.content.text.split(" ")) >= FEWEST_WORDS and not inside:
            kept.append(found)
    return kept


def _complements(doc: Any, verbs: Collection[str]) -> list[Found]:
    found = []
    for token in doc:
        if token.dep_ == "ccomp" and token.right_edge.i + 1 < len(doc):
            content, verb = doc[token.left_edge.i : token.right_edge.i + 1], token.head
            subjects = [c for c in [*verb.children, *verb.head.children] if c.dep_ == "nsubj"]
            subjects = [c for c in subjects if c.right_edge.i + 1 < len(doc)]
            if subjects and verb.text.lower() in verbs:
                speaker = doc[subjects[0].left_edge.i : subjects[0].right_edge.i + 1]
                order = _order(doc, content, verb, speaker)
                whole = order[0] == order[-1] == "Q"
                if not whole and speaker.text.strip().lower() not in ("i", "we") and content.text.strip():
                    found.append(Found(content, verb, speaker, order))
        elif token.dep_ == "prep" and token.text == "to" and token.i and doc[token.i - 1].lower_ == "according":
            head = token.head
            if head.i < head.head.i:
                content = doc[head.right_edge.i + 1 : head.head.right_edge.i + 1]
                speaker = doc[token.i + 1 : head.right_edge.i + 1]
            else:
                content, speaker = doc[head.head.left_edge.i : head.i], doc[token.i + 1 : head.head.right_edge.i + 1]
            if len(content) and len(speaker):
                found.append(Found(content, head, speaker))
    return found


def _order(doc: Any, content: Any, verb: Any, speaker: Any) -> str:
    """Name the parts in reading order: content, verb, speaker, and the quotation marks around them."""
    last = len(doc) - 1
    before, after = doc[max(0, content.start - 1)], doc[min(last, content.end + 1)]
    parts = {
        "C": (content.start_char + content.end_char) / 2,
        "V": verb.idx + len(verb) / 2,
        "S": (speaker.start_char + speaker.end_char) / 2,
    }
    closes = doc[min(last, content.end)].is_quote or after.is_quote
    if (before.is_quote or doc[content.start].is_quote) and closes:
        parts |= {"Q": max(0, content.start_char - 1), "q": content.end_char + 1}
    elif speaker.start < content.start and doc[max(0, speaker.start - 1)].is_quote and after.is_quote:
        parts |= {"Q": max(0, speaker.start_char - 1), "q": content.end_char + 1}
    return "".join(sorted(parts, key=lambda name: parts[name])).upper()


def _floating(doc: Any, syntactic: list[Found]) -> list[Found]:
    """Find sentences in quotation marks that follow an attributed quotation: they are its speaker's too."""
    sentences, found, at = list(doc.sents), [], 1
    last = sentences[0] if sentences else None
    while at < len(sentences):
        sentence, taken = sentences[at], 1
        source = next((f for f in syntactic if f.order in FLOATING_AFTER and _share_half(f.content, last)), None)
        if source:
            taken, content = _quoted_sentences(doc, sentences, at)
            if content is not None:
                found.append(Found(content, None, source.speaker))
        at += taken
        last = sentence
    return found


def _share_half(content: Any, sentence: Any) -> bool:
    common = min(content.end_char, sentence.end_char) - max(content.start_char, sentence.start_char)
    return common >= min(content.end_char - content.start_char, sentence.end_char - sentence.start_char) / 2


def _quoted_sentences(doc: Any, sentences: list[Any], at: int) -> tuple[int, Any]:
    first = _bare(sentences[at])
    if '"' not in first[:3]:
        return 1, None
    if '."' in first[-3:]:
        return 1, sentences[at]
    for taken in range(2, min(LONGEST_FLOAT, len(sentences) - at) + 1):
        text = _bare(sentences[at + taken - 1])
        if (len(text) < 3 and text.count('"') == 1) or ('"' in text[-3:] and '"' not in text[:-3]):
            return taken, doc[sentences[at].start : sentences[at + taken - 1].end]
    return 1, None


def _bare(sentence: Any) -> str:
    return str(sentence.text.replace(" ", "").replace("\n", "").replace("\\", ""))


def _quotations(doc: Any) -> list[Found]:
    marks = [token.i for token in doc if token.text == '"']
    found = []
    for first, last in zip(marks[::2], marks[1::2], strict=False):
        content = doc[first : last + 1]
        if FEWEST_TOKENS <= len(content) <= MOST_TOKENS:
            verb = _near_verb(doc, content)
            subject = next((c for c in verb.children if c.dep_ == "nsubj"), None) if verb is not None else None
            speaker = doc[subject.i : subject.i + 1] if subject is not None else None
            found.append(Found(content, verb, speaker))
    return found


def _near_verb(doc: Any, content: Any) -> Any:
    before = range(content.start - 1, max(-1, content.start - NEAR), -1)
    after = range(content.end, min(content.end + NEAR, len(doc)))
    for places in (before, after):
        for i in places:
            if doc[i].pos_ == "VERB" and doc[i].text not in _COPULAS:
                return doc[i]
            if doc[i].text in (".", '"'):
                break
    return None
