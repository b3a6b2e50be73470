"""The base encoder: all-MiniLM-L6-v2 from a pinned PyPI package, read as safetensors and checked by sha256."""

from __future__ import annotations

import hashlib
import importlib.util
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .errors import ModelError
from .params import EncoderParams


def sha256_of(path: Path) -> str:
    """Digest a file in blocks of 1 MiB."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def encoder_folder(params: EncoderParams) -> Path:
    """Find the folder of the pinned encoder (config.json, model.safetensors, tokenizer.json).

    Raises `ModelError` where the package is missing, of another version, or its weights have another sha256.
    """
    try:
        installed = version(params.package)
    except PackageNotFoundError as error:
        raise ModelError(f"package {params.package} is not installed; run `make`") from error
    if installed != params.version:
        raise ModelError(f"package {params.package} is version {installed}, params.yaml pins {params.version}")
    spec = importlib.util.find_spec(params.package.replace("-", "_"))
    roots = [Path(p) for p in (spec.submodule_search_locations or [])] if spec else []
    weights = next((w for root in roots for w in sorted(root.rglob("model.safetensors"))), None)
    if weights is None:
        raise ModelError(f"package {params.package} holds no model.safetensors")
    found = sha256_of(weights)
    if found != params.sha256:
        raise ModelError(f"{weights}: sha256 is {found}, params.yaml pins {params.sha256}; do not use these weights")
    return weights.parent
