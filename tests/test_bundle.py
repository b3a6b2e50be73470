from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bothsides import bundle
from bothsides.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    for path in bundle.FILES:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"content of {path}")
    bundle.write_manifest(folder, "bothsides", "1.2.3", "fast")
    return folder


def test_a_whole_bundle_is_accepted(folder: Path) -> None:
    manifest = bundle.verify(folder)
    assert (manifest.name, manifest.version, manifest.tier, len(manifest.model)) == ("bothsides", "1.2.3", "fast", 17)
    assert set(manifest.files) == set(bundle.FILES)


@pytest.mark.parametrize("path", bundle.FILES)
def test_an_altered_file_is_refused_by_name_in_one_line(folder: Path, path: str) -> None:
    (folder / path).write_bytes((folder / path).read_bytes() + b" ")
    with pytest.raises(ModelError, match="altered") as error:
        bundle.verify(folder)
    assert path in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("path", bundle.FILES)
def test_a_missing_file_is_refused_by_name(folder: Path, path: str) -> None:
    (folder / path).unlink()
    with pytest.raises(ModelError, match="missing") as error:
        bundle.verify(folder)
    assert path in str(error.value)


def test_what_else_lies_in_the_folder_changes_nothing(folder: Path) -> None:
    before = bundle.verify(folder)
    (folder / ".DS_Store").write_text("of the file manager")
    assert bundle.verify(folder) == before


def test_a_manifest_that_names_other_files_is_refused(folder: Path) -> None:
    raw = json.loads((folder / bundle.MANIFEST).read_text())
    raw["files"]["../outside"] = raw["files"].pop("card.md")
    (folder / bundle.MANIFEST).write_text(json.dumps(raw))
    with pytest.raises(ModelError, match=r"\.\./outside"):
        bundle.verify(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"name": "a", "version": "1", "model": "x"}'])
def test_a_broken_manifest_is_one_clear_line(folder: Path, text: str) -> None:
    (folder / bundle.MANIFEST).write_text(text)
    with pytest.raises(ModelError, match="is not a manifest") as error:
        bundle.verify(folder)
    assert "\n" not in str(error.value)


def test_the_hash_names_the_models_not_the_card(folder: Path) -> None:
    before = bundle.verify(folder).model
    (folder / "card.md").write_text("another card")
    assert bundle.write_manifest(folder, "bothsides", "1.2.4", "fast").model == before
    (folder / "stance/head.npz").write_text("another model")
    assert bundle.write_manifest(folder, "bothsides", "1.2.4", "fast").model != before


def test_an_incomplete_bundle_is_not_published(folder: Path) -> None:
    (folder / "splitter/tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"splitter/tokenizer\.json"):
        bundle.write_manifest(folder, "bothsides", "1", "fast")


def test_the_bundle_is_looked_for_where_it_was_said_to_be(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    project = tmp_path / "project"
    monkeypatch.setattr(bundle, "__file__", str(project / "pipeline/bothsides/bundle.py"))
    with pytest.raises(ModelError, match="no fast model found"):
        bundle.locate()
    shutil.copytree(folder, project / "models/bundle")
    assert bundle.locate() == project / "models/bundle"
    (tmp_path / "models").mkdir()
    folder.rename(tmp_path / "models/bundle")
    assert bundle.locate() == Path("models/bundle")
    monkeypatch.setenv("BOTHSIDES_BUNDLE", str(tmp_path / "nowhere"))
    with pytest.raises(ModelError, match="BOTHSIDES_BUNDLE"):
        bundle.locate()
    assert bundle.locate(tmp_path / "models/bundle") == tmp_path / "models/bundle"
    with pytest.raises(ModelError, match="holds no model"):
        bundle.locate(tmp_path)
