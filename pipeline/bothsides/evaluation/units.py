"""Scoring found quote units against gold ones: content, speaker, and both together.

Content is compared as the set of letters and digits that the spans cover, so quotation marks, white space and
punctuation at the edges never decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..article import Article, Span
from ..marks import UNIT_TYPES
from ..unit import QuoteUnit
from .bootstrap import Counts, Floats, Totals, f1, ratio

_WORD = re.compile(r"[^\W_]+(?:[.'’\-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_NOT_NAME = re.compile(r"[^\w\s]|_")
_LEADING_ARTICLE = re.compile(r"^(?:the|a|an)\s+")


@dataclass(frozen=True)
class Match:
    """A gold unit and the found unit that covers it, by their indices, and how well they agree.

    `speaker` tells whether the speaker is right: the same mention or the same last word, or no mention in both.
    """

    gold: int
    found: int
    iou: float
    exact: bool
    speaker: bool


@dataclass(frozen=True)
class Alignment:
    """The gold and the found units of one article, and which of them match one to one."""

    article: Article
    gold: tuple[QuoteUnit, ...]
    found: tuple[QuoteUnit, ...]
    matches: tuple[Match, ...]

    @property
    def by_gold(self) -> dict[int, Match]:
        """The matches by the index of their gold unit."""
        return {m.gold: m for m in self.matches}


def content(unit: QuoteUnit, text: str) -> frozenset[int]:
    """Give the positions of the letters and digits of a unit's content."""
    return frozenset(i for s, e in unit.spans for i in range(max(0, s), min(e, len(text))) if text[i].isalnum())


def align(article: Article, gold: Sequence[QuoteUnit], found: Sequence[QuoteUnit], iou: float) -> Alignment:
    """Match gold and found units one to one, the pairs with the highest overlap first.

    A pair matches where the intersection of the contents is at least `iou` of their union.
    """
    text = article.text
    gold_content, found_content = [content(u, text) for u in gold], [content(u, text) for u in found]
    pairs = []
    for i, a in enumerate(gold_content):
        for j, b in enumerate(found_content):
            if common := len(a & b):
                overlap = common / (len(a) + len(b) - common)
                if overlap >= iou:
                    pairs.append((-overlap, i, j))
    matches: dict[int, Match] = {}
    taken: set[int] = set()
    for overlap, i, j in sorted(pairs):
        if i not in matches and j not in taken:
            taken.add(j)
            exact, speaker = gold_content[i] == found_content[j], same_speaker(text, gold[i], found[j])
            matches[i] = Match(i, j, -overlap, exact, speaker)
    return Alignment(article, tuple(gold), tuple(found), tuple(matches[i] for i in sorted(matches)))


def same_speaker(text: str, gold: QuoteUnit, found: QuoteUnit) -> bool:
    """Tell whether the found speaker is the gold one.

    It is where the mentions overlap, or where they end in the same word (lower case, without a possessive). Where the
    gold unit has no mention, the found one must have none.
    """
    if gold.speaker is None or found.speaker is None:
        return gold.speaker is None and found.speaker is None
    if gold.speaker[0] < found.speaker[1] and found.speaker[0] < gold.speaker[1]:
        return True
    word = _last_word(text, gold.speaker)
    return bool(word) and word == _last_word(text, found.speaker)


def same_name(gold: str, found: str) -> bool:
    """Tell whether two resolved names are one, up to case, punctuation and a leading article."""
    return _plain(gold) == _plain(found)


def unit_counts(aligned: Alignment) -> Counts:
    """Count what `unit_figures` needs, for all units and by type.

    Recall of a type counts its gold units, matched to anything; precision its found units, matched to anything. Found
    units without a letter or digit do not count.
    """
    text = aligned.article.text
    gold_all = frozenset[int]().union(*(content(u, text) for u in aligned.gold))
    found_all = frozenset[int]().union(*(content(u, text) for u in aligned.found))
    counts = {
        "gold_characters": float(len(gold_all)),
        "found_characters": float(len(found_all)),
        "common_characters": float(len(gold_all & found_all)),
    }
    for kind in ("all", *UNIT_TYPES):
        gold = [kind in ("all", u.type) for u in aligned.gold]
        found = [kind in ("all", u.type) and bool(content(u, text)) for u in aligned.found]
        of_gold = [m for m in aligned.matches if gold[m.gold]]
        of_found = [m for m in aligned.matches if found[m.found]]
        named = [m for m in of_gold if aligned.gold[m.gold].speaker]
        pairs = [(aligned.gold[m.gold], aligned.found[m.found]) for m in of_gold]
        counts |= {
            f"{kind}_gold": sum(gold),
            f"{kind}_found": sum(found),
            f"{kind}_relaxed_gold": len(of_gold),
            f"{kind}_relaxed_found": len(of_found),
            f"{kind}_exact_gold": sum(m.exact for m in of_gold),
            f"{kind}_exact_found": sum(m.exact for m in of_found),
            f"{kind}_joint_gold": sum(m.speaker for m in of_gold),
            f"{kind}_joint_found": sum(m.speaker for m in of_found),
            f"{kind}_mentions": len(named),
            f"{kind}_speakers": sum(m.speaker for m in named),
            f"{kind}_names": sum(same_name(g.speaker_name, f.speaker_name) for g, f in pairs),
            f"{kind}_affiliations": sum(g.affiliation == f.affiliation for g, f in pairs),
        }
    return counts


def unit_figures(totals: Totals, kind: str = "all") -> dict[str, Floats]:
    """Give precision, recall and F1 of the units of a type, and how often the speaker of a matched one is right.

    `relaxed`: matched. `exact`: with the very same content. `joint`: matched and with the right speaker.
    `characters` (all types together): how much of the content is found, however it is parted into units.
    `speaker_accuracy` is over matched gold units with a mention, `name_accuracy` and `affiliation_accuracy` over all
    matched ones. NaN for a type that neither side has.
    """
    gold, found = totals[f"{kind}_gold"], totals[f"{kind}_found"]
    absent = np.where(gold + found > 0, 0.0, np.nan)
    figures: dict[str, Floats] = {}
    for measure in ("relaxed", "exact", "joint"):
        precision = ratio(totals[f"{kind}_{measure}_found"], found)
        recall = ratio(totals[f"{kind}_{measure}_gold"], gold)
        figures |= _prf(measure, precision, recall, absent)
    if kind == "all":
        common = totals["common_characters"]
        precision, recall = ratio(common, totals["found_characters"]), ratio(common, totals["gold_characters"])
        figures |= _prf("characters", precision, recall, absent)
    matched = totals[f"{kind}_relaxed_gold"]
    figures["speaker_accuracy"] = ratio(totals[f"{kind}_speakers"], totals[f"{kind}_mentions"])
    figures["name_accuracy"] = ratio(totals[f"{kind}_names"], matched)
    figures["affiliation_accuracy"] = ratio(totals[f"{kind}_affiliations"], matched)
    return figures


def _prf(measure: str, precision: Floats, recall: Floats, absent: Floats) -> dict[str, Floats]:
    return {
        f"{measure}_precision": np.nan_to_num(precision) + absent,
        f"{measure}_recall": np.nan_to_num(recall) + absent,
        f"{measure}_f1": f1(precision, recall) + absent,
    }


def _last_word(text: str, mention: Span) -> str:
    words = [_POSSESSIVE.sub("", w) for w in _WORD.findall(text[slice(*mention)].lower())]
    return next((w for w in reversed(words) if w), "")


def _plain(name: str) -> str:
    return _LEADING_ARTICLE.sub("", " ".join(_NOT_NAME.sub(" ", name.casefold()).split()))
