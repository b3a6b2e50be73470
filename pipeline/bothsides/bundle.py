"""The published bundle: one folder with everything that prediction needs, and a manifest that proves it is whole.

Layout: manifest.json, card.md, splitter/ (model.onnx, tokenizer.json, splitter.json, transitions.json,
furniture.json), stance/ (head.npz, stance.json, baseline.npz, vocabulary.json).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from .encoder import sha256_of
from .errors import ModelError
from .tables import write_json

MANIFEST = "manifest.json"
FILES = (
    "card.md",
    "splitter/furniture.json",
    "splitter/model.onnx",
    "splitter/splitter.json",
    "splitter/tokenizer.json",
    "splitter/transitions.json",
    "stance/baseline.npz",
    "stance/head.npz",
    "stance/stance.json",
    "stance/vocabulary.json",
)
"""What every bundle holds besides its manifest."""

Tier = Literal["fast", "accurate"]
"""The sizes a model comes in: the wheel carries `fast`; `accurate` takes about eight times as long."""
TIERS: tuple[Tier, ...] = get_args(Tier)

_ENVIRONMENT: Mapping[Tier, str] = {"fast": "BOTHSIDES_BUNDLE", "accurate": "BOTHSIDES_BUNDLE_ACCURATE"}
_FOLDERS: Mapping[Tier, str] = {"fast": "bundle", "accurate": "accurate"}
_GET: Mapping[Tier, str] = {"fast": "install the wheel that carries one, run `make`", "accurate": "run `make accurate`"}
_REMEDY = "install the wheel again, or publish it again (`make`; the accurate tier: `make accurate`)"


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself: `model` is the tier and a short hash, `files` maps paths to sha256."""

    name: str
    version: str
    tier: str
    model: str
    files: Mapping[str, str]


def locate(explicit: Path | None = None, tier: Tier = "fast") -> Path:
    """Find the bundle: the folder given, what $BOTHSIDES_BUNDLE names, one in the package, in ./models, in the project.

    The project is that of an editable install, so that the command works in any folder.

    For the accurate tier it is $BOTHSIDES_BUNDLE_ACCURATE, and models/accurate. Raises `ModelError` where a folder that
    was asked for, or every one of the others, is not there.
    """
    variable, name = _ENVIRONMENT[tier], _FOLDERS[tier]
    if explicit is not None:
        return _asked(explicit, "")
    if named := os.environ.get(variable):
        return _asked(Path(named), f" (from ${variable})")
    inside, here = Path(__file__).parent / name, Path("models") / name
    project = Path(__file__).resolve().parents[2] / "models" / name
    for folder in (inside, here, project):
        if (folder / MANIFEST).is_file():
            return folder
    raise ModelError(f"no {tier} model found in {inside} nor {here}: {_GET[tier]}, or set ${variable}")


def write_manifest(folder: Path, name: str, version: str, tier: Tier) -> Manifest:
    """Digest the files of a bundle and write its manifest.

    Raises `ModelError` where a file is missing.
    """
    for path in FILES:
        if not (folder / path).is_file():
            raise ModelError(f"{folder}: {path} is missing, so the bundle cannot be published; run `dvc repro`")
    files = {path: sha256_of(folder / path) for path in FILES}
    manifest = Manifest(name, version, tier, model_name(tier, files), files)
    write_json(folder / MANIFEST, vars(manifest))
    return manifest


def verify(folder: Path) -> Manifest:
    """Check every file of a bundle against its manifest.

    Raises `ModelError` naming the file that is missing or altered. What else lies in the folder is never read.
    """
    manifest = read_manifest(folder)
    for path, expected in manifest.files.items():
        file = folder / path
        if not file.is_file():
            raise ModelError(f"{file}: is missing from the model; {_REMEDY}")
        if sha256_of(file) != expected:
            raise ModelError(f"{file}: was altered since the model was published (its sha256 differs); {_REMEDY}")
    if model_name(manifest.tier, manifest.files) != manifest.model:
        raise ModelError(f"{folder / MANIFEST}: the model's hash does not fit its files; {_REMEDY}")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read a bundle's manifest without checking the files.

    Raises `ModelError` where it is missing or not a manifest.
    """
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        files = {str(k): str(v) for k, v in raw["files"].items()}
        name, version, tier, model = (str(raw[key]) for key in ("name", "version", "tier", "model"))
        manifest = Manifest(name, version, tier, model, files)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read, so {folder} holds no model; {_REMEDY}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: is not a manifest; {_REMEDY}") from error
    if set(manifest.files) != set(FILES):
        odd = sorted(set(manifest.files) ^ set(FILES))
        raise ModelError(f"{path}: lists other files than a model has ({', '.join(odd)}); {_REMEDY}")
    return manifest


def model_name(tier: str, files: Mapping[str, str]) -> str:
    """Name a model: its tier, and 12 hexadecimal digits over the digests of all files but the card."""
    lines = sorted(f"{path} {digest}" for path, digest in files.items() if path != "card.md")
    return f"{tier}-{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:12]}"


def _asked(folder: Path, origin: str) -> Path:
    if not (folder / MANIFEST).is_file():
        raise ModelError(f"{folder}{origin}: holds no model (no {MANIFEST}); give the folder of a published bundle")
    return folder
