"""The model card: what the model is for, what it is not for, what it learned from, and how good it is.

After Mitchell et al., Model Cards for Model Reporting (2019).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import ModelError

_FIGURES = (
    ("Quote units found, with the right mention of the speaker (joint F1)", "units/joint_f1"),
    ("Quote units found (relaxed F1, half of the content overlaps)", "units/relaxed_f1"),
    ("Quote units found to the character (exact F1)", "units/exact_f1"),
    ("Speaker's full name, of found units (share right)", "units/name_accuracy"),
    ("Stance of given units (macro-F1)", "stance/macro_f1"),
    ("... that a union-aligned unit is recognised (recall)", "stance/union_recall"),
    ("... that a district-aligned unit is recognised (recall)", "stance/district_recall"),
    ("... that a neutral unit is recognised (recall)", "stance/neutral_recall"),
    ("... the speaker's true side as the label would reach (macro-F1)", "baselines/speaker_side/macro_f1"),
    ("... labelling functions, rules written by hand, would reach", "baselines/functions/macro_f1"),
    ("... TF-IDF, words alone, would reach", "baselines/tfidf/macro_f1"),
    ("Units found and stance together (macro-F1)", "end_to_end/macro_f1"),
    ("Error of an article's shares of voice by quotes (mean, in points of 100)", "balance/quotes_mae"),
    ("Calibration error of the stance probabilities (ECE)", "calibration/ece"),
)
"""What the card shows, and where in reports/metrics.json it stands."""

_MIRRORED = "fairness/mirrored/"
_FAIRNESS = (
    ("Recall of union-aligned less that of district-aligned units, real articles", "fairness/stance_recall_gap"),
    ("... validation articles", "validation/fairness/stance_recall_gap"),
    ("... mirrored pairs", _MIRRORED + "recall_gap"),
    ("Mirrored pairs: both statements get their own side's label", _MIRRORED + "flipped"),
    ("... statements that get the other side's label", _MIRRORED + "opposed"),
    ("Neutral pairs: both statements are called neutral", _MIRRORED + "neutral_kept"),
    ("... labels that stay with the other side's speaker", _MIRRORED + "neutral_swapped_unchanged"),
    ("Partisan statements whose label stays with the other side's speaker", _MIRRORED + "swapped_unchanged"),
    ("Labels that stay without the speaker's name", _MIRRORED + "masked_unchanged"),
    ("Labels that stay under other names", _MIRRORED + "renamed_unchanged"),
    ("... validation articles", "validation/fairness/renamed_unchanged"),
    ("Statements labelled right, told speaker and words", _MIRRORED + "accuracy"),
    ("... told the words alone", _MIRRORED + "quote_only_accuracy"),
    ("... told the speaker alone", _MIRRORED + "speaker_only_accuracy"),
)
"""The same for the fairness of the model."""

_TEXT = """# bothsides {version}, model card

Splits English news articles about teachers' strikes and contract disputes into quote units (what one source is
reported to have said under one attribution), resolves who speaks, and labels each unit union-aligned,
district-aligned or neutral.

## Intended use

- Measuring, over many articles, who is heard and for which side, with a sample checked by human coders.
- Finding quotes and their sources in an archive.

## Limits

- English news text about disputes between school staff and their employer. Other languages, topics and kinds of
  text were neither trained on nor measured.
- A label says whom a statement serves, by the rules of the codebook. It is no judgement of its truth, of its
  quality, of the person who speaks or of the journalist.
- One article's balance rests on few units and can be far off; look at the units before you quote it. Shares from
  labels or probabilities are biased even where most labels are right: correct them with a random sample of human codes.
- A unit marked `abstain` is one that the model is not sure of: review it.
- The training articles were written for this project (docs/datasheet.md in its repository). Real coverage is more
  varied, so expect other newsrooms to score lower or higher than the figures below.
- Do not use it to rank, sanction or expose people.

## Data

Trained on {train} annotated articles ({train_units} units), tuned and calibrated on {validation} further ones
({validation_units} units). {weak}Judged on {test} real articles ({test_units} units) that were never trained on and
chose no parameter; whether a new model replaces the champion is decided on them. The figures under `validation` in
reports/metrics.json are optimistic: calibration and abstention threshold were fitted on those same articles.

## How good it is

On the {test} real articles, with 95% intervals (bootstrap over articles; {test} articles are few, so the intervals
are rough):

| | figure | 95% interval |
| --- | --- | --- |
{figures}

## Whether it favours a side

{pairs} pairs of mirrored statements make the same kind of argument for each side; {neutral_pairs} further pairs serve
neither. Each statement stands alone, told with its speaker. Intervals are over pairs, and over articles where articles
are named.

| | figure | 95% interval |
| --- | --- | --- |
{fairness}

{verdict}

A label that moves with the speaker is right where the words leave the side open ("they walked away from the table"),
and wrong where they do not. The pairs do not tell these apart.

Tier: {tier}. Base encoder: {encoder}, under its own licence. This model: MIT.
"""


def model_card(metrics: Mapping[str, Any], ingested: Mapping[str, Any], version: str, tier: str, encoder: str) -> str:
    """Write the card from reports/metrics.json and reports/ingest.json.

    Raises `ModelError` where a figure that the card shows is not among the metrics.
    """
    splits = ingested["splits"]
    weak = splits["train"]["articles"] - splits["train"]["annotated"]
    return _TEXT.format(
        version=version,
        tier=tier,
        encoder=encoder,
        train=splits["train"]["annotated"],
        validation=splits["validation"]["annotated"],
        test=splits["test"]["annotated"],
        train_units=splits["train"]["units"],
        validation_units=splits["validation"]["units"],
        test_units=splits["test"]["units"],
        weak=f"{weak} articles without annotation were used with weak labels at a lower weight. " if weak else "",
        figures="\n".join(_row(metrics, text, path) for text, path in _FIGURES),
        pairs=_figure(metrics, _MIRRORED + "pairs"),
        neutral_pairs=_figure(metrics, _MIRRORED + "neutral_pairs"),
        fairness="\n".join(_row(metrics, text, path) for text, path in _FAIRNESS),
        verdict=_verdict(int(_figure(metrics, "fairness/gate_failed"))),
    )


def _verdict(failed: int) -> str:
    if not failed:
        return "The model passes every check of the fairness gate (reports/fairness.json in the project's repository)."
    return f"The model fails the fairness gate in {failed} of its checks, which reports/fairness.json names."


def _row(metrics: Mapping[str, Any], text: str, path: str) -> str:
    value, low, high = (_figure(metrics, path + suffix) for suffix in ("", "_low", "_high"))
    return f"| {text} | {value:.2f} | {low:.2f} to {high:.2f} |"


def _figure(metrics: Mapping[str, Any], path: str) -> float:
    group: Any = metrics
    try:
        for name in path.split("/"):
            group = group[name]
    except (KeyError, TypeError) as error:
        raise ModelError(f"reports/metrics.json: has no {path}; run `dvc repro evaluate`") from error
    assert isinstance(group, int | float)
    return group
