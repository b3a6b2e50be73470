"""What a trained splitter must be run with; saved beside its weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import ModelError
from .tags import LABELS

FILE = "splitter.json"


@dataclass(frozen=True)
class SplitterConfig:
    """Window and stride in tokens; see `windows.windows`."""

    window: int
    stride: int

    def save(self, folder: Path) -> None:
        """Write `splitter.json`, with the tag set that the weights were trained for."""
        text = json.dumps(asdict(self) | {"labels": list(LABELS)}, indent=2, sort_keys=True)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")


def load_config(folder: Path) -> SplitterConfig:
    """Read `splitter.json`.

    Raises `ModelError` where it is missing or belongs to another version of the tag set.
    """
    try:
        raw = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / FILE}: the splitter cannot be read; run `dvc repro`") from error
    if not isinstance(raw, dict) or raw.get("labels") != list(LABELS):
        raise ModelError(f"{folder / FILE}: the splitter has another tag set than this version; run `dvc repro`")
    return SplitterConfig(window=raw["window"], stride=raw["stride"])
