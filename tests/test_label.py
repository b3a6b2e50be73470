import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bothsides.article import Article
from bothsides.errors import InputError
from bothsides.params import load_params
from bothsides.stages import ingest, label
from bothsides.stance.inputs import UnitInput
from bothsides.tables import article_record, read_jsonl, unit_record, write_jsonl
from bothsides.unit import QuoteUnit, Stance, StanceLabel

ROOT = Path(__file__).parents[1]
NEWS = Article("dropped", 'The district said its final offer was generous. "We wait," Ann Lee said. Some guess rain.')
QUOTELESS = Article("quoteless", "Schools were shut on Monday. The buses stood in the yard.")
FOUND = [
    QuoteUnit(((18, 46),), "indirect", (13, 17), (0, 12), "The district", "", "district"),
    QuoteUnit(((76, 84),), "indirect", None, None, "", "", "unknown"),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's seeds, ingested and labelled, with one unannotated article whose units the splitter has found."""
    root = tmp_path_factory.mktemp("label")
    (root / "seeds").symlink_to(ROOT / "seeds")
    params = load_params(ROOT / "params.yaml")
    ingest.main(root, params)
    articles = list(read_jsonl(root / "data" / "articles.jsonl"))
    test = next(r for r in articles if r["split"] == "test")
    articles.append(article_record(NEWS) | {"split": "train", "origin": "news", "annotated": False})
    # Somebody has read it and found no quote: what the splitter finds there is no unit.
    articles.append(article_record(QUOTELESS) | {"split": "train", "origin": "written", "annotated": True})
    write_jsonl(root / "data" / "articles.jsonl", articles)
    units = [unit_record("dropped", n, u) | {"gold": None} for n, u in enumerate(FOUND, start=1)]
    units.append(unit_record("quoteless", 1, FOUND[0]) | {"gold": None})
    units.append(unit_record(test["id"], 1, FOUND[0]) | {"gold": 1})
    write_jsonl(root / "data" / "units.jsonl", units)
    label.main(root, replace(params, label=replace(params.label, weak_weight=0.25)))
    return root


def test_annotated_units_keep_gold_and_full_weight(root: Path) -> None:
    gold = list(read_jsonl(root / "data" / "gold.jsonl"))
    rows = [r for r in read_jsonl(root / "data" / "labelled.jsonl") if r["provenance"] == "gold"]
    assert [{k: r[k] for k in g} for g, r in zip(gold, rows, strict=True)] == gold
    assert {r["weight"] for r in rows} == {1.0}


def test_an_unannotated_unit_is_labelled_by_vote_at_low_weight_and_left_out_where_nothing_votes(root: Path) -> None:
    (weak,) = [r for r in read_jsonl(root / "data" / "labelled.jsonl") if r["provenance"] != "gold"]
    assert (weak["unit"], weak["stance"], weak["provenance"], weak["weight"]) == (1, "district-aligned", "weak", 0.25)
    assert (weak["split"], weak["origin"]) == ("train", "news")
    figures = json.loads((root / "reports" / "label.json").read_text())
    assert figures["units"]["weak"] == figures["units"]["without_vote"] == 1


def test_each_function_is_measured_against_the_gold_of_validation(root: Path) -> None:
    with (root / "reports" / "labelling_functions.csv").open(encoding="utf-8") as file:
        table = {row["function"]: row for row in csv.DictReader(file)}
    validation = [r for r in read_jsonl(root / "data" / "labelled.jsonl") if r["split"] == "validation"]
    sides = {"union": "union-aligned", "district": "district-aligned"}
    voted = [r for r in validation if r["affiliation"] in sides]
    row = table["speaker_side"]
    assert int(row["units"]) == len(voted)
    assert float(row["coverage"]) == pytest.approx(len(voted) / len(validation), abs=1e-4)
    right = sum(sides[r["affiliation"]] == r["stance"] for r in voted)
    assert float(row["accuracy"]) == pytest.approx(right / len(voted), abs=1e-4)
    assert 0 < float(row["conflict"]) < float(row["coverage"])


def test_conflict_counts_the_units_on_which_another_function_votes_otherwise() -> None:
    cases: list[tuple[UnitInput, StanceLabel]] = [
        (UnitInput("talks at 9 a.m.", affiliation="union"), "neutral"),
        (UnitInput("So.", affiliation="union"), "union-aligned"),
        (UnitInput("at noon"), "neutral"),
    ]
    units = [
        label.Labelled({}, n, QuoteUnit(((0, 1),), "direct", stance=Stance.certain(gold, "gold")), seen)
        for n, (seen, gold) in enumerate(cases)
    ]
    rows = {row["function"]: row for row in label.function_rows(units)}
    keys = ("units", "coverage", "conflict", "accuracy", "votes")
    assert [rows["speaker_side"][k] for k in keys] == [2, 0.6667, 0.3333, 0.5, "union-aligned"]
    assert [rows["calendar"][k] for k in keys] == [2, 0.6667, 0.3333, 1.0, "neutral"]
    assert [rows["outsider"][k] for k in keys] == [0, 0.0, 0.0, None, ""]


def test_the_combined_model_is_scored_on_validation_and_test(root: Path) -> None:
    scores = json.loads((root / "reports" / "label.json").read_text())["combined"]
    assert set(scores) == {"validation", "test"}
    assert scores["validation"]["macro_f1"] > 0.6
    assert scores["test"]["macro_f1"] == pytest.approx(sum(scores["test"]["f1"].values()) / 3, abs=1e-3)


def test_the_same_inputs_give_the_same_bytes(root: Path) -> None:
    outputs = [root / "data" / "labelled.jsonl", root / "reports" / "label.json"]
    before = [path.read_bytes() for path in outputs]
    params = load_params(ROOT / "params.yaml")
    label.main(root, replace(params, label=replace(params.label, weak_weight=0.25)))
    assert [path.read_bytes() for path in outputs] == before


def test_coders_take_the_place_of_weak_labels(root: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("articles", "gold", "units"):
        (tmp_path / f"data/{name}.jsonl").symlink_to(root / f"data/{name}.jsonl")
    coded = tmp_path / "seeds/coded"
    coded.mkdir(parents=True)
    rows = [
        ("union-aligned", "ann", NEWS.text[18:46]),
        ("union-aligned", "bob", NEWS.text[18:46]),
        ("neutral", "ann", NEWS.text[76:84]),
        ("neutral", "ann", "We wait"),
        ("not-a-quote", "bob", "We wait"),
    ]
    lines = ["article_id,label,coder,quote", *(f"dropped,{label},{coder},{quote}" for label, coder, quote in rows)]
    (coded / "codes.csv").write_text("\n".join(lines))
    label.main(tmp_path, load_params(ROOT / "params.yaml"))
    labelled = [r for r in read_jsonl(tmp_path / "data/labelled.jsonl") if r["article_id"] == "dropped"]
    assert [(r["unit"], r["stance"], r["provenance"], r["weight"]) for r in labelled] == [
        (1, "union-aligned", "coder:ann+bob", 1.0),
        (2, "neutral", "coder:ann", 1.0),
    ]
    figures = json.loads((tmp_path / "reports/label.json").read_text())
    assert figures["units"]["weak"] == 0 and sum(figures["weak_stance"].values()) == 0
    coders = figures["coders"]
    assert coders["against_weak"] == {"units": 1, "changed": 1, "changed_share": 1.0}
    counted = {key: coders[key] for key in ("coders", "codes", "units", "missed_by_splitter", "disputed")}
    assert counted == {"coders": 2, "codes": 5, "units": 3, "missed_by_splitter": 1, "disputed": 1}
    assert coders["agreement"]["units"] == 2 and coders["agreement"]["raw"] == 0.5


def test_codes_of_a_test_article_are_refused(root: Path, tmp_path: Path) -> None:
    test = next(r for r in read_jsonl(root / "data/articles.jsonl") if r["split"] == "test")
    (tmp_path / "data").mkdir()
    for name in ("articles", "gold", "units"):
        (tmp_path / f"data/{name}.jsonl").symlink_to(root / f"data/{name}.jsonl")
    (tmp_path / "seeds/coded").mkdir(parents=True)
    record = {"article_id": test["id"], "quote": test["text"][:20], "label": "neutral"}
    (tmp_path / "seeds/coded/a.jsonl").write_text(json.dumps(record))
    with pytest.raises(InputError, match=r"a\.jsonl:1: there is no such article"):
        label.main(tmp_path, load_params(ROOT / "params.yaml"))
