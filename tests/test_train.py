import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import small_encoder

from bothsides.article import Article
from bothsides.errors import InputError, ParamsError
from bothsides.params import Params, load_params
from bothsides.quotes.reading import Reader
from bothsides.stages import quantise, train, train_splitter
from bothsides.stance.baseline import Baseline
from bothsides.stance.inputs import UnitInput
from bothsides.stance.model import StanceModel
from bothsides.tables import write_jsonl
from bothsides.torch_backend import TorchBackend
from bothsides.unit import STANCES, QuoteUnit

ROOT = Path(__file__).parents[1]
SAID = {
    "union": ("Teachers deserve far better pay", "The offer is an insult to teachers"),
    "district": ("There is no money left for raises", "The strike hurts children and must end"),
    "other": ("Talks resume on Tuesday", "Schools open at nine o'clock"),
}


CUE = " said."


def articles_of(numbers: range, split: str) -> list[dict[str, object]]:
    """Articles of three units, one paragraph each: `QUOTE (n), NAME of the SIDE said.`"""
    out: list[dict[str, object]] = []
    for n in numbers:
        text, units = "", []
        for number, (side, quotes) in enumerate(SAID.items(), start=1):
            quote, name, role = f"{quotes[n % 2]} ({n})", f"Name{n} {side.title()}", f"of the {side}"
            start = len(text)
            text += f"{quote}, {name} {role}{CUE}\n\n"
            by = start + len(quote) + 2
            cue = by + len(name) + 1 + len(role) + 1
            units.append(
                {
                    "article_id": f"w{n}",
                    "unit": number,
                    "spans": [[start, start + len(quote)]],
                    "type": "indirect",
                    "cue": [cue, cue + 4],
                    "speaker": [by, by + len(name)],
                    "speaker_name": name,
                    "speaker_role": role,
                    "affiliation": side,
                    "stance": STANCES[number - 1],
                    "provenance": "gold",
                    "reason": None,
                }
            )
        out.append({"id": f"w{n}", "text": text, "columns": {}, "split": split, "annotated": True, "units": units})
    return out


def rows(articles: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {
            "article_id": article["id"],
            "unit": u["unit"],
            "quote": article["text"][slice(*u["spans"][0])],
            "cue": "said",
            "speaker_name": u["speaker_name"],
            "speaker_role": u["speaker_role"],
            "affiliation": u["affiliation"],
            "before": "",
            "after": "",
            "stance": STANCES.index(u["stance"]),
            "weight": 1.0,
        }
        for article in articles
        for u in article["units"]
    ]


def project(root: Path) -> None:
    """Lay out what the stage reads, with a splitter that `train_splitter` itself trains a little."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = {"train": articles_of(range(20), "train"), "validation": articles_of(range(20, 26), "validation")}
    both = [*parts["train"], *parts["validation"]]
    write_articles(root, both, coded=2)
    for name in ("gold", "labelled"):
        write_jsonl(root / f"data/{name}.jsonl", [u for a in both for u in a["units"]])
    (root / "data/dataset").mkdir(parents=True)
    for name, articles in parts.items():
        pq.write_table(pa.Table.from_pylist(rows(articles)), root / f"data/dataset/{name}.parquet")
    train_splitter.main(root, small())
    quantise.main(root, small())


def write_articles(root: Path, articles: list[dict[str, object]], coded: int) -> None:
    """Write the articles, the first few as if they came from the news, not annotated but coded."""
    records = [a | {"annotated": n >= coded} for n, a in enumerate(articles)]
    write_jsonl(root / "data/articles.jsonl", [{k: v for k, v in r.items() if k != "units"} for r in records])


def copied(trained: Path, root: Path) -> list[dict[str, object]]:
    """Copy what the stage reads, and give the articles again."""
    for name in ("data", "models/splitter"):
        shutil.copytree(trained / name, root / name)
    shutil.copy(trained / "models/encoder.onnx", root / "models")
    return [*articles_of(range(20), "train"), *articles_of(range(20, 26), "validation")]


def small() -> Params:
    params = load_params(ROOT / "params.yaml")
    splitter = replace(params.train_splitter, window=126, stride=90)
    head = replace(params.train, epochs=4, learning_rate=1e-3, batch_size=8, patience=4, contrasts=0, rehearsed=1.0)
    fast = small_encoder(params.tiers.fast, layers=1, epochs=6.0, batch_size=4, learning_rate=1e-3, members=1)
    tiers = replace(params.tiers, fast=fast)
    return replace(params, threads=1, tiers=tiers, train_splitter=splitter, train=head)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("train")
    project(root)
    train.main(root, small(), "encoder")
    train.main(root, small(), "baseline")
    return root


def test_the_head_learns_and_its_folder_predicts(trained):
    splitter = trained / "models/splitter"
    summary = json.loads((trained / "reports/train/encoder.json").read_text())
    assert summary["macro_f1"] > 0.8
    assert (summary["train_units"], summary["validation_units"]) == (60, 18)
    reader = Reader.load(splitter, TorchBackend(splitter, 1))
    model = StanceModel.load(trained / "models/stance/encoder", reader)
    text = "Teachers deserve far better pay, Ann Ray of the union said."
    unit = QuoteUnit(((0, 31),), "indirect", (54, 58), (33, 40), "Ann Ray", "of the union")
    ((found,),) = model.classify([(Article("a", text), [unit])])
    assert found.stance.label == "union-aligned"
    assert found.stance.provenance == f"model:{model.settings.model}"


def test_curves_have_a_row_a_step_and_an_epoch(trained):
    steps = (trained / "reports/train/encoder/steps.csv").read_text().splitlines()
    epochs = (trained / "reports/train/encoder/epochs.csv").read_text().splitlines()
    assert steps[0] == "step,loss,learning_rate"
    assert len(steps) == 1 + 4 * 8
    assert len(epochs) == 1 + 1 + 4
    assert {"macro_f1", "macro_f1_before", "ece", "ece_before"} <= set(epochs[0].split(","))


def test_a_head_that_has_seen_all_units_stays_as_it_is(trained, tmp_path):
    write_articles(tmp_path, copied(trained, tmp_path), coded=0)
    train.main(tmp_path, small(), "encoder")
    head, reports = tmp_path / "models/stance/encoder/head.npz", tmp_path / "reports/train"
    assert head.read_bytes() == (tmp_path / "models/splitter/head.npz").read_bytes()
    assert json.loads((reports / "encoder.json").read_text())["kept_epoch"] == 0
    for name, header in (("steps", "step,loss,learning_rate"), ("epochs", "epoch,macro_f1_before,")):
        lines = (reports / f"encoder/{name}.csv").read_text().splitlines()
        assert len(lines) == 2 and lines[0].startswith(header) and lines[1].startswith("0,")


def test_contrasts_and_some_articles_again_are_learnt_from_where_all_units_were_seen(trained, tmp_path):
    both = copied(trained, tmp_path)
    write_articles(tmp_path, both, coded=0)
    labelled = [
        u | ({"stance": "neutral"} if u["article_id"] in ("w0", "w1", "w2") else {}) for a in both for u in a["units"]
    ]
    write_jsonl(tmp_path / "data/labelled.jsonl", labelled)
    params = small()
    train.main(tmp_path, replace(params, train=replace(params.train, contrasts=10, rehearsed=0.2)), "encoder")
    epochs = (tmp_path / "reports/train/encoder/epochs.csv").read_text().splitlines()
    steps = (tmp_path / "reports/train/encoder/steps.csv").read_text().splitlines()
    # Twelve units of four articles, six neutral statements with the other side's speaker and ten partisan ones.
    assert len(epochs) == 1 + 1 + 4 and len(steps) == 1 + 4 * 4


def test_the_baseline_learns_and_reads_back(trained):
    summary = json.loads((trained / "reports/train/baseline.json").read_text())
    assert summary["macro_f1"] > 0.9
    found = Baseline.load(trained / "models/stance/baseline").probabilities([UnitInput("no money for raises")])
    assert STANCES[int(np.argmax(found))] == "district-aligned"
    assert (trained / "reports/train/baseline/epochs.csv").is_file()
    assert not list(trained.rglob("*.pkl")) + list(trained.rglob("*.bin"))


def test_the_same_seed_gives_the_same_bytes(trained, tmp_path):
    copied(trained, tmp_path)
    shutil.copytree(trained / "reports/train_splitter", tmp_path / "reports/train_splitter")
    shutil.copy(trained / "reports/train_splitter.json", tmp_path / "reports")
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
    pq.write_table(pa.Table.from_pylist(rows(articles_of(range(1), "train"))).slice(0, 0), path)
    with pytest.raises(InputError, match="no labelled units"):
        train.load_split(path)
