"""Floors under the figures: pinned with a digest of the gold, so that neither may slip unseen.

`floors.json` is `{"gold_sha256": digest, "floors": {"units/joint_f1": 0.7, ...}}`; a key is the path of a figure in
`reports/metrics.json`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import FloorError
from ..tables import write_json

_SET = "`python pipeline/run.py floors --set KEY VALUE`"


@dataclass(frozen=True)
class Floors:
    """The least value that each figure may have, and the gold that the values were measured on."""

    gold_sha256: str
    floors: Mapping[str, float]

    @staticmethod
    def read(path: Path) -> Floors:
        """Read floors.json.

        Raises `FloorError` where it is missing or not of the right form.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return Floors(str(raw["gold_sha256"]), {str(k): floor_of(v) for k, v in raw["floors"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FloorError(f"{path}: cannot be read as floors; restore it or write it with {_SET}") from error

    def write(self, path: Path) -> None:
        """Write floors.json."""
        write_json(path, {"gold_sha256": self.gold_sha256, "floors": dict(self.floors)})

    def raised(self, key: str, value: float, lower: bool) -> Floors:
        """Give the floors with one set.

        Raises `FloorError` where it would fall and `lower` is not given.
        """
        standing = self.floors.get(key)
        if standing is not None and value < standing and not lower:
            raise FloorError(f"{key}: {value} is below the standing floor {standing}; add --lower if you mean it")
        return Floors(self.gold_sha256, {**self.floors, key: value})

    def problems(self, metrics: Mapping[str, Any], digest: str) -> list[str]:
        """List what is below its floor, was not measured, or was measured on other gold; empty where all is well."""
        problems = []
        if digest != self.gold_sha256:
            problems.append(f"the gold has the digest {digest[:12]}, the floors were set for {self.gold_sha256[:12]}")
        for key, floor in sorted(self.floors.items()):
            value = figure(metrics, key)
            if value is None:
                problems.append(f"{key} was not measured; its floor is {floor}")
            elif not value >= floor:  # so that nan, which is below nothing, is a problem too
                problems.append(f"{key} is {value}, below its floor {floor}")
        return problems


def floor_of(value: object) -> float:
    """Read a floor from a number or its text.

    Raises `ValueError` where it is none or not finite: nothing is below `nan`, so such a floor would hold nothing.
    """
    floor = float(str(value))
    if not math.isfinite(floor):
        raise ValueError(f"{value} is not finite")
    return floor


def figure(metrics: Mapping[str, Any], key: str) -> float | None:
    """Look a figure up by its path, `group/name`; None where there is none."""
    value: Any = metrics
    for part in key.split("/"):
        value = value.get(part) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) else None


def gold_digest(seeds: Path) -> str:
    """Give the sha256 of the gold: the files of seeds/gold and the files of seeds/news that they annotate.

    News without gold does not count: a user may add any number of articles.
    """
    gold = sorted((seeds / "gold").glob("*.xml"))
    stems = {path.stem for path in gold}
    news = sorted(path for path in (seeds / "news").glob("*") if path.stem in stems)
    digest = hashlib.sha256()
    for path in [*gold, *news]:
        each = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(seeds).as_posix()} {each}\n".encode())
    return digest.hexdigest()
