"""Run one stage of the pipeline: `python pipeline/run.py STAGE [ARGUMENT...]`.

The code that runs is the one beside this file, not the installed one: a queued experiment runs in a copy of the
project, and an editable install would import the workspace's code there.
"""

from __future__ import annotations

import importlib
import inspect
import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUIET = {
    "DVC_NO_ANALYTICS": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
    # cuBLAS is deterministic only with a fixed workspace; without a GPU this changes nothing.
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}
"""No network, no telemetry, no chance: set before anything heavy is imported."""


def stages() -> list[str]:
    """Name the stages: the modules of `bothsides.stages`."""
    return sorted(p.stem for p in (ROOT / "pipeline/bothsides/stages").glob("*.py") if p.stem != "__init__")


def run_stage(root: Path, stage: str, arguments: list[str]) -> None:
    """Run a stage on the project in `root`, with the parameters of its params.yaml.

    Raises `UsageError` where the stage takes other arguments.
    """
    from bothsides.errors import UsageError
    from bothsides.params import load_params
    from bothsides.timings import timed

    module = importlib.import_module(f"bothsides.stages.{stage}")
    signature = inspect.signature(module.main)
    try:
        signature.bind(root, None, *arguments)
    except TypeError as error:
        raise UsageError(usage(stage, list(signature.parameters.values())[2:])) from error
    params = load_params(root / "params.yaml")
    with timed(root, "/".join([stage, *(a for a in arguments if a.isidentifier())])):
        module.main(root, params, *arguments)


def usage(stage: str, parameters: list[inspect.Parameter]) -> str:
    """Show how a stage is called: its arguments in capitals, those that may be left out in brackets."""
    shown = [p.name.upper() if p.default is p.empty else f"[{p.name.upper()}]" for p in parameters]
    return " ".join(["usage: python pipeline/run.py", stage, *shown])


def missing(error: OSError) -> str:
    """Say in one line what the system refused; a file that is not there is one that an earlier stage makes."""
    path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else None
    name = f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}: " if path else ""
    remedy = "; run `dvc repro`, which makes what is missing" if isinstance(error, FileNotFoundError) else ""
    return f"{name}{error.strerror or ' '.join(str(error).split())}{remedy}"


def main(argv: list[str]) -> int:
    """Run the stage that the command line names; one line on stderr where it fails on purpose."""
    if not argv or argv[0] not in stages():
        print(f"usage: python pipeline/run.py STAGE [ARGUMENT...]; stages: {', '.join(stages())}", file=sys.stderr)  # noqa: T201
        return 2
    hash_seed = os.environ.get("PYTHONHASHSEED")
    os.environ.update({name: os.environ.get(name, value) for name, value in QUIET.items()})
    if hash_seed is None:  # the interpreter reads it only when it starts
        os.execv(sys.executable, [sys.executable, __file__, *argv])
    sys.path.insert(0, str(ROOT / "pipeline"))
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    from bothsides.errors import BothsidesError, UsageError

    try:
        run_stage(ROOT, argv[0], argv[1:])
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except BothsidesError as error:
        print(f"{argv[0]}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        print(f"{argv[0]}: {missing(error)}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
