"""`python pipeline/run.py error_page`: docs/errors.md, what the model gets wrong, by kind and with a likely cause.

No DVC stage: the page is made from the reports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..errors import InputError
from ..params import Params
from ..tracking.content import read_predictions
from ..unit import REASONS

_DOCUMENT = "docs/errors.md"
_KINDS = {
    "missed": "Missed: nobody is found to have said this",
    "spurious": "Spurious: nobody is reported to have said this",
    "boundary": "Boundary: the unit is found, and ends or begins elsewhere",
    "speaker": "Speaker: the words that name the speaker are others",
    "name": "Name: the mention is right or nearly so, and resolved to another name",
    "affiliation": "Affiliation: the speaker is taken to speak for somebody else",
}
_PAGE = """# What the model gets wrong

Written by `python pipeline/run.py error_page` from `reports/errors.csv` and `reports/predictions.csv`, which have all
errors on articles that the model was not trained on: the three real ones and the written ones held out. Nothing was
chosen by hand.

{counts}

## Units: twenty errors by kind

From each kind in turn the next one in reading order, those on real articles first.

{units}
## Stance: right labels by what is said

The written articles held out, given units, by why a statement has its label ([codebook.md](codebook.md#the-reason)).

{reasons}

## Stance: the twenty worst errors

Given the annotated unit, the labels that the model was surest of and that are not those of the annotators. The likely
cause is told by rule from the two labels, whom the source speaks for, and whom the model took it to speak for.

{stances}
"""
_SPLITS = {"test": "real", "validation": "written"}
_OF_SPEAKER = ("speaker", "name", "affiliation")
_SHOWN = 20
_LONGEST = 140

Row = Mapping[str, str]


def main(root: Path, params: Params) -> None:
    """Write the page from reports/errors.csv and reports/predictions.csv.

    Raises `InputError` where one of them is missing.
    """
    errors, predictions = (_rows(root / f"reports/{name}.csv") for name in ("errors", "predictions"))
    (root / _DOCUMENT).write_text(page(errors, predictions), encoding="utf-8")


def _rows(path: Path) -> Sequence[Row]:
    rows = read_predictions(path)
    if rows is None:
        raise InputError(f"{path}: is missing; run `dvc repro evaluate`")
    return rows


def page(errors: Sequence[Row], predictions: Sequence[Row]) -> str:
    """Lay out the page: counts, twenty errors of units by kind, stance by reason, twenty surest errors of stance."""
    return _PAGE.format(
        counts="\n".join(_counts(errors)),
        units="\n".join(_units(errors)),
        reasons="\n".join(_reasons(predictions)),
        stances="\n".join(_stances(predictions)),
    )


def _counts(errors: Sequence[Row]) -> Iterator[str]:
    counts = Counter((row["split"], row["error"]) for row in errors)
    yield "| error | 3 real articles | written, held out |"
    yield "| --- | --- | --- |"
    for kind in (*_KINDS, "stance"):
        yield f"| {kind} | {' | '.join(str(counts[split, kind]) for split in _SPLITS)} |"


def _units(errors: Sequence[Row]) -> Iterator[str]:
    by_kind = {kind: _real_first([row for row in errors if row["error"] == kind]) for kind in _KINDS}
    longest = max((len(rows) for rows in by_kind.values()), default=0)
    in_turn = [rows[i] for i in range(longest) for rows in by_kind.values() if i < len(rows)][:_SHOWN]
    for kind, title in _KINDS.items():
        if chosen := [row for row in in_turn if row["error"] == kind]:
            yield f"### {title}"
            yield ""
            # What is said is what is annotated and found, but for errors about who says it.
            said = [_cell(row["quote"]) for row in chosen] if kind in _OF_SPEAKER else []
            yield f"| article | {'said | ' if said else ''}annotated | found |"
            yield f"| --- | {'--- | ' if said else ''}--- | --- |"
            for i, row in enumerate(chosen):
                cells = [*said[i : i + 1], _cell(row["gold"]), _cell(row["found"])]
                yield f"| {_SPLITS[row['split']]}, {row['type']} | {' | '.join(cells)} |"
            yield ""


def _reasons(predictions: Sequence[Row]) -> Iterator[str]:
    yield "| reason | units | right | a side's called neutral, neutral a side's | called the other side's |"
    yield "| --- | --- | --- | --- | --- |"
    for reason in REASONS:
        told = [(row["gold"], row["stance"]) for row in predictions if row["reason"] == reason]
        if told:
            right = sum(gold == stance for gold, stance in told) / len(told)
            other = sum(gold != stance and "neutral" not in (gold, stance) for gold, stance in told) / len(told)
            yield f"| {reason} | {len(told)} | {right:.2f} | {1 - right - other:.2f} | {other:.2f} |"


def _stances(predictions: Sequence[Row]) -> Iterator[str]:
    wrong = [row for row in predictions if row["gold"] and row["stance"] and row["gold"] != row["stance"]]
    wrong.sort(key=lambda row: -float(row["confidence"]))
    yield "| article | said | by | annotated | model | likely cause |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in wrong[:_SHOWN]:
        said, by = _cell(row["quote"]), _cell(row["speaker_role"] or row["speaker_name"] or "nobody named")
        model = f"{row['stance']}, {float(row['confidence']):.2f}"
        yield f"| {_SPLITS[row['split']]} | {said} | {by} | {row['gold']} | {model} | {likely_cause(row)} |"


def likely_cause(row: Row) -> str:
    """Say why a stance may have been missed: which of the two questions, whose side and partisan at all, went wrong."""
    own, taken = row["affiliation"], row["found_affiliation"]
    if taken and own and taken != own:
        return f"source taken to speak for {taken}, not for {own}"
    side = row["stance"].removesuffix("-aligned")
    if row["stance"] == "neutral":
        return "argument without a word of judgement" if own in row["gold"] else "a bystander takes a side"
    if row["gold"] == "neutral":
        return (
            "fact or process told by a partisan source"
            if side == own
            else "words that one side uses, said without taking it"
        )
    return "words of the other side" if side != own else "speaks against its own side"


def _real_first(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: list(_SPLITS).index(row["split"]))


def _cell(text: str) -> str:
    short = " ".join(text.split())
    short = short if len(short) <= _LONGEST else short[:_LONGEST].rsplit(" ", 1)[0] + " ..."
    return short.replace("|", "\\|").replace("<", "&lt;") or "(nothing)"
