"""Every unit beside what the model made of it, as rows of CSV files, and the errors among them by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..article import Article, Span
from ..unit import STANCES, QuoteUnit
from .judging import Answers
from .stance import label_of
from .units import same_name

Row = dict[str, object]

_DECIMALS = 6


def prediction_rows(answers: Iterable[Answers]) -> Iterator[Row]:
    """Give one row a gold unit: the stance predicted for it, and the unit that the splitter found in its place.

    `found` is the number of that unit among those found, empty where it was missed; the `found_` columns are its own.
    Each article ends with the spurious units, which have no `unit` and no `gold`.
    """
    for each in answers:
        article, matches = each.aligned.article, each.aligned.by_gold
        for i, (gold, answer) in enumerate(zip(each.aligned.gold, each.answered, strict=True)):
            match = matches.get(i)
            found = each.aligned.found[match.found] if match else None
            yield {
                **_unit(article, i + 1, gold),
                "gold": label_of(gold),
                "reason": gold.reason,
                **_answer(answer),
                "found": match.found + 1 if match else None,
                "found_iou": round(match.iou, _DECIMALS) if match else None,
                "found_exact": int(match.exact) if match else None,
                "found_speaker_right": int(match.speaker) if match else None,
                "found_name": found.speaker_name if found else None,
                "found_affiliation": found.affiliation if found else None,
                "found_stance": label_of(found) if found else None,
            }
        matched = {m.found for m in each.aligned.matches}
        for j, unit in enumerate(each.aligned.found):
            if j not in matched:
                yield {
                    **_unit(article, None, unit),
                    "gold": None,
                    "reason": None,
                    **_answer(replace(unit, stance=None)),
                    "found": j + 1,
                    **dict.fromkeys(("found_iou", "found_exact", "found_speaker_right")),
                    "found_name": unit.speaker_name,
                    "found_affiliation": unit.affiliation,
                    "found_stance": label_of(unit),
                }


def error_rows(answers: Iterable[Answers]) -> Iterator[Row]:
    """Give one row an error, gold beside found, in reading order of each article.

    `missed` and `spurious` units have no counterpart; `boundary`, `speaker`, `name`, `affiliation` and `end_to_end`
    (the stance) are errors of found units; `stance` is one on the gold unit itself.
    """
    for each in answers:
        article, matches = each.aligned.article, each.aligned.by_gold
        rows: list[tuple[int, Row]] = []
        for i, (gold, answer) in enumerate(zip(each.aligned.gold, each.answered, strict=True)):
            match = matches.get(i)
            errors: list[tuple[str, object, object]] = []
            if match is None:
                errors.append(("missed", gold.quote(article.text), None))
            else:
                errors += _found_errors(article, gold, each.aligned.found[match.found], match.exact, match.speaker)
            if label_of(answer) != label_of(gold):
                errors.append(("stance", label_of(gold), label_of(answer)))
            rows += [(gold.start, _error(article, i + 1, gold, *error)) for error in errors]
        matched = {m.found for m in each.aligned.matches}
        for j, unit in enumerate(each.aligned.found):
            if j not in matched:
                error = ("spurious", None, unit.quote(article.text))
                rows.append((unit.start, _error(article, None, unit, *error)))
        yield from (row for _, row in sorted(rows, key=lambda pair: pair[0]))


def _found_errors(
    article: Article, gold: QuoteUnit, found: QuoteUnit, exact: bool, speaker: bool
) -> Iterator[tuple[str, object, object]]:
    text = article.text
    if not exact:
        yield "boundary", gold.quote(text), found.quote(text)
    if not speaker:
        yield "speaker", _text(text, gold.speaker), _text(text, found.speaker)
    if not same_name(gold.speaker_name, found.speaker_name):
        yield "name", gold.speaker_name, found.speaker_name
    if gold.affiliation != found.affiliation:
        yield "affiliation", gold.affiliation, found.affiliation
    if label_of(gold) != label_of(found):
        yield "end_to_end", label_of(gold), label_of(found)


def _error(article: Article, number: int | None, unit: QuoteUnit, error: str, gold: object, found: object) -> Row:
    return {
        "article_id": article.id,
        "unit": number,
        "error": error,
        "gold": gold,
        "found": found,
        "type": unit.type,
        "speaker_name": unit.speaker_name,
        "quote": unit.quote(article.text),
    }


def _unit(article: Article, number: int | None, unit: QuoteUnit) -> Row:
    return {
        "article_id": article.id,
        "unit": number,
        "quote": unit.quote(article.text),
        "type": unit.type,
        "speaker": _text(article.text, unit.speaker),
        "speaker_name": unit.speaker_name,
        "speaker_role": unit.speaker_role,
        "affiliation": unit.affiliation,
    }


def _answer(unit: QuoteUnit) -> Mapping[str, object]:
    columns = ("p_union", "p_district", "p_neutral")
    if unit.stance is None:
        return dict.fromkeys(("stance", *columns, "confidence", "abstain"))
    probabilities: Sequence[float] = [round(p, _DECIMALS) for p in unit.stance.probabilities]
    return {
        "stance": unit.stance.label,
        **dict(zip(columns, probabilities, strict=True)),
        "confidence": probabilities[STANCES.index(unit.stance.label)],
        "abstain": unit.stance.abstain,
    }


def _text(text: str, mention: Span | None) -> str:
    return text[slice(*mention)] if mention else ""
