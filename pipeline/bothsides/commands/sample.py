"""`bothsides sample`: draw units for human coding."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from .console import OK, Commands, natural, new_command, plain, positive

if TYPE_CHECKING:
    from ..coding.tasks import Sample

_FORMATS = ("label-studio", "doccano", "csv")

_DESCRIPTION = """\
Draw a random sample of the quote units of RESULTS for human coding.

Writes into the folder OUT (RESULTS/sample by default):
  label-studio.json, label-studio.xml   tasks with the quote marked, and the labelling interface
  doccano.jsonl                         for a project of the kind "text classification"
  codes.csv                             for a spreadsheet: fill in the columns label and coder
The order is random: the first k of a sample are themselves a sample, so coding may stop or go on at any time, and
the first k given to a second coder measure the agreement. Do not change the order and the other columns."""

_EXAMPLES = """\
examples:
  bothsides sample results -n 200
  bothsides sample results -n 300 --by outlet        enough codes for figures of each outlet
  bothsides sample results -n 100 --skip 200 -o more  the next 100 of the same draw
  bothsides estimate results --codes results/sample/codes.csv"""


def add(commands: Commands) -> None:
    """Declare the command."""
    sample = new_command(commands, "sample", "draw units for human coding", _DESCRIPTION, run, _EXAMPLES)
    sample.add_argument("results", type=Path, metavar="RESULTS", help="folder that bothsides predict wrote")
    sample.add_argument("-n", type=positive, default=200, metavar="N", help="how many units (200)")
    sample.add_argument("--by", default="", metavar="COLUMN", help="draw from each value of a column, rare ones too")
    sample.add_argument("--seed", type=natural, default=13, metavar="N", help="another seed, another sample (13)")
    sample.add_argument("--skip", type=natural, default=0, metavar="N", help="leave out the first N of the draw")
    sample.add_argument(
        "--suggest", action="store_true", help="fill in the model's label in Label Studio: biases coders"
    )
    sample.add_argument("--format", choices=_FORMATS, help="write this format alone")
    sample.add_argument("-o", "--out", type=Path, metavar="OUT", help="folder of the sample")


def run(options: argparse.Namespace) -> int:
    """Draw and write the sample."""
    from ..coding.draw import Draw, check_size, draw_order
    from ..coding.results import read_results
    from ..coding.tasks import make_sample
    from ..predict.write import SAMPLE

    results = read_results(options.results)
    strata = results.values(options.by) if options.by else {unit.id: "" for unit in results.units}
    last = min(options.skip + options.n, len(strata))
    check_size(last, strata, options.by)
    if options.skip >= last:
        raise InputError(f"nothing is left: the draw has {len(strata)} units and --skip leaves out {options.skip}")
    draw = Draw(results.digest, options.seed, options.by)
    sample = make_sample(results, draw, draw_order(draw, strata), strata, options.skip, last)
    out = options.out or options.results / SAMPLE
    written = _write(sample, out, (options.format,) if options.format else _FORMATS, options.suggest)
    bare = sum(task.start is None for task in sample.tasks)
    if bare:
        print(f"{bare} units have no context: the texts of their articles were not found where predict read them")
    print(f"{len(sample.tasks)} of {len(strata)} units, seed {draw.seed}: {', '.join(written)} in {plain(str(out))}")
    return OK


def _write(sample: Sample, out: Path, formats: tuple[str, ...], suggest: bool) -> list[str]:
    from ..coding.doccano import write_doccano
    from ..coding.label_studio import INTERFACE, write_label_studio
    from ..coding.table import write_table

    writers: dict[str, tuple[str, Callable[[Path], object]]] = {
        "label-studio.json": ("label-studio", lambda path: write_label_studio(path, sample, suggest)),
        "label-studio.xml": ("label-studio", lambda path: path.write_text(INTERFACE, encoding="utf-8")),
        "doccano.jsonl": ("doccano", lambda path: write_doccano(path, sample)),
        "codes.csv": ("csv", lambda path: write_table(path, sample)),
    }
    wanted = {name: write for name, (kind, write) in writers.items() if kind in formats}
    try:
        if standing := next((out / name for name in wanted if (out / name).exists()), None):
            raise InputError(f"a sample is there already, maybe with codes: {standing}; choose another folder with -o")
        out.mkdir(parents=True, exist_ok=True)
        for name, write in wanted.items():
            part = out / f".{name}.part"
            write(part)
            part.replace(out / name)
    except OSError as error:
        raise InputError(f"cannot write: {out} ({error.strerror}); choose another folder with -o") from error
    return list(wanted)
