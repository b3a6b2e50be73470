"""The ingest stage: reads every article of `seeds/`, checks it, and assigns train, validation and test by article."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ..annotated import AnnotatedArticle, read_annotated
from ..article import Article, Span
from ..errors import InputError
from ..marks import UNIT_TYPES
from ..params import IngestParams, Params
from ..predict.read import Failure, read_file
from ..reasons import FILE as REASONS_FILE
from ..reasons import read_reasons, with_reasons
from ..tables import Record, article_record, unit_record, write_json, write_jsonl
from ..unit import AFFILIATIONS, REASONS, STANCES, QuoteUnit

Split = Literal["train", "validation", "test"]
Origin = Literal["gold", "written", "news"]

_PRONOUNS = frozenset({"he", "she", "they", "it", "him", "her", "them", "his", "their", "i", "we", "who"})
_LENGTHS = ((300, "under_300_words"), (550, "300_to_549_words"), (10**9, "550_words_and_more"))

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ingested:
    """One article of the seeds with its split, where it came from, and its gold units (None: nobody annotated it)."""

    article: Article
    split: Split
    origin: Origin
    path: Path
    gold: tuple[QuoteUnit, ...] | None = None


def main(root: Path, params: Params) -> None:
    """Read `seeds/`; write `data/articles.jsonl`, `data/gold.jsonl` and `reports/ingest.json`.

    Raises `InputError`, one line that names the file, where an article cannot be read, breaks the rules of the
    format, or stands in the seeds twice.
    """
    ingested = gather(root / "seeds", params.ingest, params.seed)
    write_jsonl(root / "data" / "articles.jsonl", map(_article_row, ingested))
    write_jsonl(root / "data" / "gold.jsonl", _gold_rows(ingested))
    write_json(root / "reports" / "ingest.json", report(ingested))
    log.info("ingested %d articles", len(ingested))


def gather(seeds: Path, params: IngestParams, seed: int) -> list[Ingested]:
    """Read the folders `gold`, `news` and `written` of the seeds, in this order: test articles come first.

    `reasons.jsonl` tells of written articles why their units have their stance; see `reasons`.

    An article of `news` with an annotated namesake in `gold` is one article: the text of `news` to the byte, with
    the gold's units. An annotated .xml in `news` is training data. Raises `InputError`.
    """
    gold = {path.stem: path for path in _files(seeds / "gold")}
    reasons = read_reasons(seeds / REASONS_FILE)
    found: list[Ingested] = []
    for path in _files(seeds / "news"):
        found += _news(path, gold)
    named = {i.article.id for i in found if i.origin == "gold"}
    for stem in sorted(gold.keys() - named):
        annotated = _annotated(gold[stem])
        article = Article(stem, annotated.article.text, annotated.article.columns)
        found.append(Ingested(article, "test", "gold", gold[stem], tuple(annotated.gold)))
    for path in _files(seeds / "written"):
        annotated = _annotated(path)
        if split := written_split(annotated.article.id, params, seed):
            units = with_reasons(annotated.article.id, annotated.gold, reasons, seeds / REASONS_FILE)
            found.append(Ingested(annotated.article, split, "written", path, units))
    if not found:
        raise InputError(f"{seeds}: holds no articles; put some into {seeds / 'news'} or {seeds / 'written'}")
    _refuse_duplicates(found)
    if not any(i.origin == "gold" for i in found):
        raise InputError(f"{seeds / 'gold'}: holds no annotated article to judge the model on; put at least one there")
    return sorted(found, key=lambda i: (("gold", "news", "written").index(i.origin), i.article.id))


def written_split(article_id: str, params: IngestParams, seed: int) -> Split | None:
    """Assign a written article by a seeded hash of its id, so that further articles never move it; None leaves it out.

    A smaller `train_share` keeps a part of what a larger one keeps, and the validation articles stay.
    """
    place = _hash(f"{seed}:{article_id}")
    if place < params.validation_share:
        return "validation"
    return "train" if _hash(f"{seed}:share:{article_id}") < params.train_share else None


def moved(annotated: AnnotatedArticle, article: Article, path: Path) -> tuple[QuoteUnit, ...]:
    """Move gold units onto the same article with other white space between its paragraphs.

    `path` is the gold's file. Raises `InputError` naming the first paragraph whose text differs.
    """
    old, new = annotated.article, article
    for number, (here, there) in enumerate(zip(old.paragraphs, new.paragraphs, strict=False), start=1):
        if old.text[slice(*here)] != new.text[slice(*there)]:
            raise InputError(f"{path}: paragraph {number} is not that of the article {article.id}; copy it exactly")
    if len(old.paragraphs) != len(new.paragraphs):
        counts = f"{len(old.paragraphs)} paragraphs, the article {article.id} has {len(new.paragraphs)}"
        raise InputError(f"{path}: has {counts}; annotate all of the article")
    shifts = [(s, e, t - s) for (s, e), (t, _) in zip(old.paragraphs, new.paragraphs, strict=True)]
    return tuple(_moved_unit(unit, shifts) for unit in annotated.gold)


def report(ingested: Sequence[Ingested]) -> Record:
    """Count articles, words and units by split and by origin, with the proportions of what is annotated.

    Shares are of units (of articles for `length`), rounded to four places.
    """
    by_split = {s: [i for i in ingested if i.split == s] for s in ("train", "validation", "test")}
    by_origin = {o: [i for i in ingested if i.origin == o] for o in ("gold", "news", "written")}
    return {
        "articles": len(ingested),
        "splits": {name: proportions(part) for name, part in by_split.items()},
        "origins": {name: proportions(part) for name, part in by_origin.items() if part},
    }


def proportions(part: Sequence[Ingested]) -> Record:
    """Count one part of the corpus; see `report`."""
    units = [(i.article, unit) for i in part for unit in i.gold or ()]
    annotated = [i.article for i in part if i.gold is not None]
    sides = {a: [u for _, u in units if u.affiliation == a] for a in AFFILIATIONS}
    return {
        "articles": len(part),
        "annotated": len(annotated),
        "words": sum(i.article.words for i in part),
        "units": len(units),
        "words_per_unit": round(sum(a.words for a in annotated) / len(units), 1) if units else None,
        "length": _shares((_length(i.article) for i in part), [name for _, name in _LENGTHS]),
        "type": _shares((u.type for _, u in units), UNIT_TYPES),
        "affiliation": _shares((u.affiliation for _, u in units), AFFILIATIONS),
        "stance": _shares(_labels(u for _, u in units), STANCES),
        "stance_by_affiliation": {a: _shares(_labels(us), STANCES) for a, us in sides.items() if us},
        "reason": _shares((u.reason for _, u in units if u.reason), REASONS),
        "short_mention": _share(_short_mention(a, u) for a, u in units),
        "no_clause": _share(u.cue is None for _, u in units),
    }


def _hash(text: str) -> float:
    """Give a number of [0, 1) for a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def _files(folder: Path) -> list[Path]:
    found = (p for p in folder.rglob("*") if p.is_file())
    return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts))


def _annotated(path: Path) -> AnnotatedArticle:
    if path.suffix.lower() != ".xml":
        raise InputError(f"{path}: is not an annotated .xml file; unannotated articles belong into seeds/news")
    return read_annotated(path)


def _news(path: Path, gold: dict[str, Path]) -> Iterator[Ingested]:
    if path.suffix.lower() == ".xml":
        annotated = read_annotated(path)
        yield Ingested(annotated.article, "train", "news", path, tuple(annotated.gold))
        return
    for article in read_file(path):
        if isinstance(article, Failure):
            raise InputError(str(article))
        if article.id in gold:
            units = moved(read_annotated(gold[article.id]), article, gold[article.id])
            yield Ingested(article, "test", "gold", path, units)
        else:
            yield Ingested(article, "train", "news", path)


def _refuse_duplicates(found: Iterable[Ingested]) -> None:
    ids: dict[str, Path] = {}
    texts: dict[str, Path] = {}
    for i in found:
        if i.article.id in ids:
            raise InputError(f"{i.path}: its id {i.article.id} is already that of {ids[i.article.id]}; rename one")
        text = " ".join(i.article.text.split())
        if text in texts:
            raise InputError(f"{i.path}: is the same text as {texts[text]}; remove one")
        ids[i.article.id] = texts[text] = i.path


def _moved_unit(unit: QuoteUnit, shifts: Sequence[tuple[int, int, int]]) -> QuoteUnit:
    def shifted(span: Span) -> Span:
        by = next(by for start, end, by in shifts if start <= span[0] and span[1] <= end)
        return span[0] + by, span[1] + by

    return replace(
        unit,
        spans=tuple(map(shifted, unit.spans)),
        cue=shifted(unit.cue) if unit.cue else None,
        speaker=shifted(unit.speaker) if unit.speaker else None,
    )


def _article_row(i: Ingested) -> Record:
    return article_record(i.article) | {"split": i.split, "origin": i.origin, "annotated": i.gold is not None}


def _gold_rows(ingested: Iterable[Ingested]) -> Iterator[Record]:
    for i in ingested:
        for number, unit in enumerate(i.gold or (), start=1):
            yield unit_record(i.article.id, number, unit)


def _labels(units: Iterable[QuoteUnit]) -> Iterator[str]:
    return (u.stance.label for u in units if u.stance)


def _length(article: Article) -> str:
    return next(name for limit, name in _LENGTHS if article.words < limit)


def _short_mention(article: Article, unit: QuoteUnit) -> bool:
    """Tell whether the mention is a pronoun, or the last name alone of a source with a fuller name."""
    mention = article.text[slice(*unit.speaker)].lower() if unit.speaker else ""
    name = unit.speaker_name.lower().split()
    return mention in _PRONOUNS or (len(name) > 1 and mention == name[-1])


def _share(flags: Iterable[bool]) -> float | None:
    listed = list(flags)
    return round(sum(listed) / len(listed), 4) if listed else None


def _shares(values: Iterable[str], names: Sequence[str]) -> dict[str, float]:
    counts = Counter(values)
    total = sum(counts.values())
    return {name: round(counts[name] / total, 4) for name in names} if total else {}
