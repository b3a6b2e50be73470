"""`bothsides evaluate`: score the model on annotated articles."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import BothsidesError
from .annotated_files import read_annotated
from .console import NOTHING_DONE, OK, SOME_FAILED, Commands, complain, new_command
from .model import add_model_options, chosen_bundle

# As the pipeline's own evaluation does by default.
_IOU, _RESAMPLES, _SEED = 0.5, 1000, 13

_DESCRIPTION = """\
Score the model on annotated articles: units, speakers, stance, calibration, share of voice, with intervals."""


def add(commands: Commands) -> None:
    """Declare the command."""
    evaluate = new_command(commands, "evaluate", "score the model", _DESCRIPTION, run)
    evaluate.add_argument("files", nargs="+", metavar="ANNOTATED.xml", help="annotated article")
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file")
    add_model_options(evaluate)


def run(options: argparse.Namespace) -> int:
    """Score and show the figures; a file with problems is left out and named."""
    from ..evaluation.scorecard import score
    from ..predict.predictor import Predictor
    from ..tables import write_json
    from ..terminal import console, scorecard_table

    gold = []
    failed = 0
    for path, annotated, problems, advice in read_annotated(options.files):
        if annotated is None or problems:
            failed += 1
            more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
            complain(f"{problems[0]}{more}: {path}; {advice}")
        else:
            gold.append(annotated)
    if not gold:
        return NOTHING_DONE
    predictor = Predictor.load(chosen_bundle(options))
    figures = score(gold, predictor.splitter.split, predictor.stance.classify, _IOU, _RESAMPLES, _SEED).as_dict()
    console().print(scorecard_table(figures))
    if options.json:
        try:
            write_json(options.json, figures)
        except OSError as error:
            raise BothsidesError(f"cannot write: {options.json} ({error.strerror}); choose another file") from error
    return SOME_FAILED if failed else OK
