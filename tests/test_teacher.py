"""`make teacher` on a small model: what it writes is what train_splitter reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import TinyProject

from bothsides.errors import ModelError
from bothsides.stages import teacher
from bothsides.tables import read_jsonl, units_by_article
from bothsides.teaching import FOLDER, Teacher


def test_every_unit_and_token_of_the_training_articles_is_told(tiny_project: TinyProject, tmp_path: Path) -> None:
    root = tmp_path
    shutil.copytree(tiny_project.root / "data", root / "data")
    shutil.copytree(tiny_project.bundle, root / "models/accurate")
    teacher.main(root, tiny_project.params)
    told = Teacher.read(root / FOLDER)
    gold = units_by_article(root / "data/gold.jsonl")
    written = {
        r["id"] for r in read_jsonl(root / "data/articles.jsonl") if r["split"] == "train" and r["origin"] == "written"
    }
    assert written and set(told.tokens) == written
    assert set(told.units) == {(id, n) for id in written for n in range(1, len(gold[id]) + 1)}
    assert all(abs(sum(p[:3]) - 1) < 1e-3 and abs(sum(p[3:]) - 1) < 1e-3 for p in told.units.values())
    assert all(np.allclose(t[:, :13].sum(axis=1), 1, atol=0.05) for t in told.tokens.values())
    about = json.loads((root / FOLDER / "provenance.json").read_text())
    assert about["model"].startswith("fast-") and about["units"] == len(told.units)
    before = {p.name: p.read_bytes() for p in (root / FOLDER).iterdir()}
    teacher.main(root, tiny_project.params)
    assert before == {p.name: p.read_bytes() for p in (root / FOLDER).iterdir()}


def test_without_the_accurate_model_there_is_nothing_to_ask(tiny_project: TinyProject, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="models/accurate"):
        teacher.main(tmp_path, tiny_project.params)
