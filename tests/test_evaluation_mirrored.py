from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bothsides.article import Article
from bothsides.augment import NamePools
from bothsides.errors import InputError
from bothsides.evaluation.bootstrap import Estimate
from bothsides.evaluation.mirrored import Pair, mirrored_figures, read_pairs
from bothsides.params import load_params
from bothsides.stages.dataset import near_duplicates, shingles
from bothsides.unit import QuoteUnit, Stance, StanceLabel

ROOT = Path(__file__).parents[1]
FILE = ROOT / "seeds/mirrored/pairs.jsonl"
PAIRS = read_pairs(FILE)
POOLS = NamePools(("Ada", "Bo"), ("Lund", "Marsh"), ("Ash Hill",))
RECORD: dict[str, Any] = {
    "kind": "money",
    "type": "direct",
    "union": {"name": "A B", "role": "union president", "quote": "They have it", "stance": "union-aligned"},
    "district": {"name": "C D", "role": "superintendent", "quote": "It is gone", "stance": "district-aligned"},
}


class Rule:
    """A model that answers by one function of the text and the unit."""

    def __init__(self, rule: Any) -> None:
        self.rule = rule

    def classify(self, items: Sequence[tuple[Article, list[QuoteUnit]]]) -> list[list[QuoteUnit]]:
        return [[replace(u, stance=Stance.certain(self.rule(a, u), "model:x")) for u in units] for a, units in items]


def gold(article: Article, unit: QuoteUnit) -> StanceLabel:
    return next(
        (m.stance for p in PAIRS for m in (p.union, p.district) if m.quote == unit.quote(article.text)), "neutral"
    )


def by_role(article: Article, unit: QuoteUnit) -> StanceLabel:
    unions = {p.union.role for p in PAIRS}
    districts = {p.district.role for p in PAIRS}
    role = unit.speaker_role
    return "union-aligned" if role in unions else "district-aligned" if role in districts else "neutral"


def figures(rule: Any, pairs: Sequence[Pair] = PAIRS) -> dict[str, float]:
    out = mirrored_figures(pairs, Rule(rule).classify, POOLS, 50, 13)
    for value in out.values():
        assert isinstance(value, int) or value.low <= value.value <= value.high
    return {name: value.value if isinstance(value, Estimate) else value for name, value in out.items()}


def members() -> list[tuple[Pair, Any]]:
    return [(pair, member) for pair in PAIRS for member in (pair.union, pair.district)]


def test_there_are_pairs_enough_of_many_kinds_and_of_both_forms() -> None:
    partisan = [p for p in PAIRS if not p.neutral]
    assert len(partisan) >= 120 and len(PAIRS) - len(partisan) >= 40
    assert len({p.kind for p in partisan}) >= 30
    for form, count in Counter(p.type for p in PAIRS).items():
        assert count >= 0.4 * len(PAIRS), form


def test_names_and_words_are_used_once_and_no_name_stands_in_the_corpus() -> None:
    names = [m.name for _, m in members()]
    quotes = [m.quote for _, m in members()]
    assert len(set(names)) == len(names) and len(set(quotes)) == len(quotes)
    written = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "seeds").glob("*/*.*ml")))
    assert not [name for name in names if name in written]


def test_no_statement_is_nearly_one_of_the_corpus_or_of_another_pair() -> None:
    threshold = load_params(ROOT / "params.yaml").dataset.near_duplicate
    said, group = [m.quote for _, m in members()], [str(PAIRS.index(p)) for p, _ in members()]
    for path in sorted((ROOT / "seeds/written").glob("*.xml")):
        quotes = ["".join(part.itertext()) for part in ElementTree.parse(path).iter("said")]
        said, group = said + quotes, group + ["corpus"] * len(quotes)
    grams = [shingles(quote) for quote in said]
    assert [(said[a], said[b]) for a, b, _ in near_duplicates(grams, group, threshold)] == []


def test_an_indirect_statement_carries_no_quotation_mark() -> None:
    assert not [m.quote for _, m in members() if re.search(r'["“”]', m.quote)]
    assert not [m.quote for p, m in members() if p.type == "indirect" and m.quote.endswith(".")]


def test_a_model_that_knows_the_gold_is_perfect_and_leans_on_the_words() -> None:
    found = figures(gold)
    kept = {"flipped", "neutral_kept", "accuracy", "quote_only_accuracy", "masked_unchanged", "swapped_unchanged"}
    assert {found[name] for name in kept} == {1.0}
    assert found["renamed_unchanged"] == found["neutral_swapped_unchanged"] == 1.0
    assert found["recall_gap"] == found["neutral_recall_gap"] == found["opposed"] == 0.0
    assert found["pairs"] + found["neutral_pairs"] == len(PAIRS)


def test_a_model_that_reads_the_speakers_side_alone_is_seen_through() -> None:
    found = figures(by_role)
    assert found["flipped"] == 1.0 and found["neutral_kept"] == 0.0
    assert found["swapped_unchanged"] == found["neutral_swapped_unchanged"] == 0.0
    assert found["speaker_only_accuracy"] == found["accuracy"] == found["pairs"] / len(PAIRS)
    assert found["quote_only_accuracy"] == found["neutral_pairs"] / len(PAIRS)


def test_a_model_that_favours_a_side_has_a_gap_and_flips_no_pair() -> None:
    found = figures(lambda article, unit: "union-aligned")
    assert found["flipped"] == 0.0 and found["recall_gap"] == found["union_recall"] == 1.0
    # Its answer is the other side's for every statement of the district.
    assert found["opposed"] == 0.5


def test_a_model_that_leans_on_names_changes_without_them() -> None:
    names = {m.name for _, m in members()}
    found = figures(lambda article, unit: "union-aligned" if unit.speaker_name in names else "neutral")
    assert found["masked_unchanged"] == found["renamed_unchanged"] == 0.0
    assert found["swapped_unchanged"] == 1.0


def test_the_same_answers_give_the_same_figures() -> None:
    assert figures(gold) == figures(gold)


def broken(**changes: Any) -> dict[str, Any]:
    return {**RECORD, **changes}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"kind": "money"}, "is no pair of statements"),
        (broken(union=None), "is no pair of statements"),
        (broken(union={**RECORD["union"], "quote": ""}), "all of them text"),
        (broken(type="mixed"), "type is 'mixed'"),
        (broken(union={**RECORD["union"], "stance": "neutral"}), "stances are neutral and district-aligned"),
        (broken(union={**RECORD["union"], "stance": "pro"}), "stances are pro and district-aligned"),
        (broken(), "has no neutral pair"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, record: dict[str, Any], message: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_pairs(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="restore it"):
        read_pairs(tmp_path / "none.jsonl")
