import re
from pathlib import Path

import numpy as np
import pytest

from bothsides.annotated import read_annotated
from bothsides.errors import InputError
from bothsides.stance import functions
from bothsides.stance.functions import FUNCTIONS, fit, votes
from bothsides.stance.inputs import UnitInput, unit_input
from bothsides.unit import STANCES, StanceLabel

SEEDS = Path(__file__).parents[1] / "seeds"
UNION, DISTRICT, NEUTRAL = STANCES


def units_of(files: list[Path]) -> tuple[list[UnitInput], list[StanceLabel]]:
    pairs = [(a.article, u) for a in map(read_annotated, files) for u in a.gold]
    return [unit_input(a, u) for a, u in pairs], [u.stance.label for _, u in pairs if u.stance]


@pytest.mark.parametrize(
    ("name", "unit", "label"),
    [
        ("speaker_side", UnitInput("So.", affiliation="union"), UNION),
        ("speaker_side", UnitInput("So.", affiliation="other"), None),
        ("outsider", UnitInput("So.", affiliation="other"), NEUTRAL),
        ("outsider", UnitInput("So.", affiliation="unknown"), None),
        ("calendar", UnitInput("the board will meet Tuesday"), NEUTRAL),
        ("calendar", UnitInput("the board met"), None),
        ("services", UnitInput("schools would stay open"), NEUTRAL),
        ("uncertainty", UnitInput("I don’t know"), NEUTRAL),
        ("terms_cue", UnitInput("5 more", affiliation="district", cue="is offering"), DISTRICT),
        ("terms_cue", UnitInput("an offering", affiliation="district", cue="said"), None),
        ("terms", UnitInput("a raise of 3%", affiliation="union"), UNION),
        ("terms", UnitInput("praise for the rest", affiliation="union"), None),
        ("names_opponent", UnitInput("the union knows it", affiliation="district"), DISTRICT),
        ("names_opponent", UnitInput("the union knows it", affiliation="union"), None),
        ("employer_money", UnitInput("the budget is gone"), DISTRICT),
        ("classroom_needs", UnitInput("CLASS SIZES are too high"), UNION),
    ],
)
def test_a_function_votes_where_its_words_stand_and_abstains_elsewhere(
    name: str, unit: UnitInput, label: StanceLabel | None
) -> None:
    (function,) = (f for f in FUNCTIONS if f.name == name)
    assert function.vote(unit) == label


def test_every_function_votes_on_the_written_articles_but_for_the_side_alone_none_on_all() -> None:
    inputs, _ = units_of(sorted(SEEDS.glob("written/*.xml"))[:120])
    coverage = (votes(inputs) != functions.ABSTAIN).mean(axis=0)
    assert (coverage > 0).all(), [f.name for f, c in zip(FUNCTIONS, coverage, strict=True) if c == 0]
    assert (coverage[1:] < 0.5).all()


def test_the_functions_have_names_of_their_own_and_there_are_enough() -> None:
    assert len({f.name for f in FUNCTIONS}) == len(FUNCTIONS) >= 8


def test_no_rule_names_a_source_of_any_article() -> None:
    source = Path(functions.__file__).read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", source))
    for path in [*SEEDS.glob("gold/*.xml"), *SEEDS.glob("written/*.xml")]:
        for s in read_annotated(path).sources:
            if re.fullmatch(r"[A-Z]\w+ [A-Z]\w+", s.name):
                assert not set(s.name.split()) <= words, s.name


def test_the_fitted_model_beats_the_speakers_side_on_articles_it_has_not_seen() -> None:
    files = sorted(SEEDS.glob("written/*.xml"))
    train, labels = units_of(files[:100])
    held, gold = units_of(files[100:140])
    model = fit(train, labels, 1.0)
    right = np.mean([p == g for p, g in zip(model.predict(held), gold, strict=True)])
    sides = {"union": UNION, "district": DISTRICT}
    by_side = np.mean([sides.get(u.affiliation, NEUTRAL) == g for u, g in zip(held, gold, strict=True)])
    assert right > by_side + 0.02
    table = model.probabilities(held)
    assert table.shape == (len(held), 3)
    assert np.allclose(table.sum(axis=1), 1, atol=1e-5)
    again = fit(train, labels, 1.0)
    assert np.array_equal(again.weights, model.weights)
    assert np.array_equal(model.probabilities(held[:1])[0], table[0])


def test_labels_of_all_three_kinds_are_needed() -> None:
    with pytest.raises(InputError, match="all three stances"):
        fit([UnitInput("Yes."), UnitInput("No.")], [UNION, NEUTRAL], 1.0)
