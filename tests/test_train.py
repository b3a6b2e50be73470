import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bothsides.article import Article
from bothsides.errors import InputError, ParamsError
from bothsides.params import Params, load_params
from bothsides.stages import train
from bothsides.stance.baseline import Baseline
from bothsides.stance.inputs import UnitInput
from bothsides.stance.model import StanceModel
from bothsides.torch_backend import TorchBackend
from bothsides.unit import STANCES, QuoteUnit

ROOT = Path(__file__).parents[1]
SAID = {
    "union": ("Teachers deserve far better pay", "The offer is an insult to teachers"),
    "district": ("There is no money left for raises", "The strike hurts children and must end"),
    "other": ("Talks resume on Tuesday", "Schools open at nine o'clock"),
}


def rows(articles: range) -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for n in articles:
        for unit, (side, quotes) in enumerate(SAID.items(), start=1):
            row = {
                "article_id": f"w{n}",
                "unit": unit,
                "quote": f"{quotes[n % 2]} ({n})",
                "cue": "said",
                "speaker_name": f"Name{n} {side.title()}",
                "speaker_role": f"of the {side}",
                "affiliation": side,
                "before": "",
                "after": "",
                "stance": unit - 1,
                "weight": 1.0,
            }
            out.append(row)
    return out


def dataset(root: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    (root / "data/dataset").mkdir(parents=True)
    for name, articles in (("train", range(20)), ("validation", range(20, 26))):
        pq.write_table(pa.Table.from_pylist(rows(articles)), root / f"data/dataset/{name}.parquet")


def small() -> Params:
    params = load_params(ROOT / "params.yaml")
    stance = replace(params.train, epochs=2, learning_rate=5e-4, batch_size=8, baseline=replace(params.train.baseline))
    return replace(params, threads=1, encoder=replace(params.encoder, layers=2), train=stance)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("train")
    dataset(root)
    train.main(root, small(), "encoder")
    train.main(root, small(), "baseline")
    return root


def test_the_encoder_learns_and_its_folder_predicts(trained):
    folder = trained / "models/stance/encoder"
    summary = json.loads((trained / "reports/train/encoder.json").read_text())
    assert summary["macro_f1"] > 0.8
    assert (summary["train_units"], summary["validation_units"]) == (60, 18)
    model = StanceModel.load(folder, TorchBackend(folder, "sequence", 1))
    text = "Teachers deserve better pay, said Ann."
    unit = QuoteUnit(((0, 27),), "indirect", speaker_name="Ann", speaker_role="of the union")
    ((found,),) = model.classify([(Article("a", text), [unit])])
    assert found.stance.label == "union-aligned"
    assert found.stance.provenance == f"model:{model.settings.model}"
    assert model.logits([UnitInput("")]).shape == (1, 6)


def test_curves_have_a_row_a_step_and_an_epoch(trained):
    steps = (trained / "reports/train/encoder/steps.csv").read_text().splitlines()
    epochs = (trained / "reports/train/encoder/epochs.csv").read_text().splitlines()
    assert steps[0] == "step,loss,learning_rate"
    assert len(steps) == 1 + 2 * 8
    assert len(epochs) == 3
    assert {"macro_f1", "macro_f1_before", "ece", "ece_before"} <= set(epochs[0].split(","))


def test_the_baseline_learns_and_reads_back(trained):
    summary = json.loads((trained / "reports/train/baseline.json").read_text())
    assert summary["macro_f1"] > 0.9
    found = Baseline.load(trained / "models/stance/baseline").probabilities([UnitInput("no money for raises")])
    assert STANCES[int(np.argmax(found))] == "district-aligned"
    assert (trained / "reports/train/baseline/epochs.csv").is_file()
    assert not list(trained.rglob("*.pkl")) + list(trained.rglob("*.bin"))


def test_the_same_seed_gives_the_same_bytes(trained, tmp_path):
    shutil.copytree(trained / "data", tmp_path / "data")
    for model in train.MODELS:
        train.main(tmp_path, small(), model)
    files = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert len(files) > 8
    for file in files:
        assert (tmp_path / file).read_bytes() == (trained / file).read_bytes(), file


def test_wrong_model_and_missing_or_empty_dataset_are_clear_errors(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pytest.raises(ParamsError, match="allowed are baseline, encoder"):
        train.main(tmp_path, small(), "svm")
    with pytest.raises(InputError, match="is missing"):
        train.main(tmp_path, small(), "baseline")
    path = tmp_path / "empty.parquet"
    pq.write_table(pa.Table.from_pylist(rows(range(1))).slice(0, 0), path)
    with pytest.raises(InputError, match="no labelled units"):
        train.load_split(path)
