"""How often the resolver is right on gold spans, by kind of mention: `python benchmarks/resolver.py [--errors KIND]`.

With `--bundle`, roles and affiliation use the evidence of a published tagger, which has seen most of these articles.
It reads the written articles, takes cue, speaker and content of every gold unit without name, role and affiliation,
resolves them, and counts. Every tenth article by number is the check part: its errors are never listed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "pipeline"))

from bothsides.annotated import AnnotatedArticle, read_annotated
from bothsides.article import Article
from bothsides.evaluation.units import same_name
from bothsides.quotes.resolve import Evidence, resolve
from bothsides.quotes.titles import PLURAL_PEOPLE
from bothsides.quotes.words import BODY_HEADS, FEMALE, GENERIC_BODIES, MALE, PLURAL_PRONOUNS, PRONOUNS, THING_PRONOUNS
from bothsides.unit import QuoteUnit

ROOT = Path(__file__).parents[1]
EvidenceOf = Callable[[AnnotatedArticle], Evidence]


@dataclass(frozen=True)
class Judged:
    """One gold unit and what the resolver made of it."""

    article: Article
    gold: QuoteUnit
    found: QuoteUnit
    kind: str

    @property
    def right(self) -> dict[str, bool]:
        """Whether name, role and affiliation are right, up to case, punctuation and a leading article."""
        return {
            "name": same_name(self.gold.speaker_name, self.found.speaker_name),
            "role": same_name(self.gold.speaker_role, self.found.speaker_role),
            "affiliation": self.gold.affiliation == self.found.affiliation,
        }


def kind_of(text: str, unit: QuoteUnit) -> str:
    """Name the kind of a unit's mention."""
    if unit.speaker is None:
        return "none"
    words = text[slice(*unit.speaker)].strip("\"“”‘’'").split()
    low = " ".join(words).lower()
    if low in MALE | FEMALE:
        return "he, she"
    if low in PLURAL_PRONOUNS:
        return "they, we, both"
    if low in THING_PRONOUNS:
        return "it"
    if low in PRONOUNS:
        return "other pronoun"
    bare = [w for w in words if w.lower() not in ("the", "a", "an")]
    if not bare:
        return "description"
    head = bare[-1].rstrip("'’s").lower()
    if len(bare) == 1 and len(bare[0]) > 1 and bare[0].rstrip("s").isupper():
        return "acronym"
    if " and " in low and all(p[:1].isupper() for p in re.split(r" and ", " ".join(words))):
        return "joint"
    if all(w[:1].isupper() or w in ("of", "and", "for", "de", "la", "van") for w in bare):
        if bare[-1].lower() in BODY_HEADS | GENERIC_BODIES.keys() | PLURAL_PEOPLE or words[0].lower() == "the":
            return "named body"
        return "last name" if len(bare) == 1 else "full name"
    if bare[-1].lower() in GENERIC_BODIES or head in BODY_HEADS - PLURAL_PEOPLE:
        return "common noun of a body"
    return "description"


def uniform(annotated: AnnotatedArticle) -> Evidence:
    """Know nothing of affiliation and roles."""
    return Evidence(lambda span: np.log(np.full(3, 1 / 3)))


def of_bundle(folder: Path) -> EvidenceOf:
    """Take the evidence of a published tagger."""
    from bothsides.quotes.reading import Reader
    from bothsides.quotes.splitter import _evidence
    from bothsides.runtime import OnnxBackend

    reader = Reader.load(folder / "splitter", OnnxBackend(folder / "splitter" / "model.onnx"))

    def evidence(annotated: AnnotatedArticle) -> Evidence:
        (reading,) = reader.read([annotated.article])
        return _evidence(reading)

    return evidence


def judged(annotated: AnnotatedArticle, evidence: Evidence) -> Iterator[Judged]:
    """Resolve an article's gold units, stripped of what is to be found."""
    bare = [replace(u, speaker_name="", speaker_role="", affiliation="unknown") for u in annotated.gold]
    for gold, found in zip(annotated.gold, resolve(annotated.article, bare, evidence), strict=True):
        yield Judged(annotated.article, gold, found, kind_of(annotated.article.text, gold))


def table(units: list[Judged]) -> str:
    """Lay out how often name, role and affiliation are right, by kind of mention."""
    kinds = [k for k, _ in Counter(u.kind for u in units).most_common()]
    lines = [f"{'mention':<24}{'units':>7}{'name':>8}{'role':>8}{'affil.':>8}"]
    for kind in ["all", *kinds]:
        some = [u.right for u in units if kind in ("all", u.kind)]
        shares = "".join(f"{np.mean([r[what] for r in some]):8.3f}" for what in ("name", "role", "affiliation"))
        lines.append(f"{kind:<24}{len(some):>7}{shares}")
    return "\n".join(lines)


def main() -> None:
    """Print the tables, or the errors of one kind of mention in the train part."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--bundle", type=Path, help="take affiliation and roles from this published model")
    parser.add_argument("--errors", metavar="KIND", help="list the train part's errors of a kind of mention, or `all`")
    parser.add_argument("--what", default="name", choices=("name", "role", "affiliation"))
    arguments = parser.parse_args()
    evidence_of = of_bundle(arguments.bundle) if arguments.bundle else uniform
    parts: dict[str, list[Judged]] = {"train": [], "check": []}
    for path in sorted((ROOT / "seeds/written").glob("*.xml")):
        part = "check" if int(re.sub(r"\D", "", path.stem)) % 10 == 0 else "train"
        annotated = read_annotated(path)
        parts[part] += judged(annotated, evidence_of(annotated))
    if arguments.errors:
        for unit in parts["train"]:
            if not unit.right[arguments.what] and arguments.errors in ("all", unit.kind):
                print(error(unit, arguments.what))
        return
    for part, units in parts.items():
        print(f"{part} part\n{table(units)}\n")


def error(unit: Judged, what: str) -> str:
    """Show one error with the text around the mention."""
    text, field = unit.article.text, "affiliation" if what == "affiliation" else f"speaker_{what}"
    at = unit.gold.speaker or unit.gold.spans[0]
    around = " ".join(f"{text[max(0, at[0] - 250) : at[0]]}>>>{text[slice(*at)]}<<<{text[at[1] : at[1] + 80]}".split())
    return (
        f"{unit.article.id} [{unit.kind}] {getattr(unit.gold, field)!r} not {getattr(unit.found, field)!r}\n  {around}"
    )


if __name__ == "__main__":
    main()
