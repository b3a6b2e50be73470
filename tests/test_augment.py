from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.annotated import read_annotated
from bothsides.article import Article
from bothsides.augment import name_pools, with_other_names, without_a_mark
from bothsides.unit import QuoteUnit

WRITTEN = sorted((Path(__file__).parents[1] / "seeds/written").glob("*.xml"))[:30]
ANNOTATED = [(a.article, list(a.gold)) for a in map(read_annotated, WRITTEN)]
POOLS = name_pools(ANNOTATED)

TEXT = "David Vitale, head of Chicago Public Schools, said the CTU agrees. Vitale left Chicago."
ROLE = "head of Chicago Public Schools"
OTHERS = [
    (
        Article("o", ""),
        [
            QuoteUnit(((0, 0),), "direct", speaker_name=name, speaker_role=role)
            for name, role in (
                ("Ana Ruiz", "president of the Red Lake Education Association"),
                ("Bo Stern", "superintendent of Oak Grove Public Schools"),
                ("The union", ""),
                ("students", ""),
            )
        ],
    )
]


def example() -> tuple[Article, list[QuoteUnit]]:
    at = TEXT.index("the CTU agrees")
    return Article("a", TEXT), [
        QuoteUnit(((at, at + 14),), "indirect", (at - 5, at - 1), (0, 12), "David Vitale", ROLE, "district")
    ]


def test_pools_hold_people_and_places_only() -> None:
    pools = name_pools(OTHERS)
    assert pools.first == ("Ana", "Bo")
    assert pools.last == ("Ruiz", "Stern")
    assert pools.places == ("Oak Grove", "Red Lake")


def test_names_places_and_acronyms_change_together_everywhere() -> None:
    article, (unit,) = with_other_names(example(), name_pools(OTHERS), random.Random(1))
    assert not [name for name in ("Vitale", "David", "Chicago", "CTU") if name in article.text]
    assert article.text[slice(*unit.speaker)] == unit.speaker_name
    assert unit.quote(article.text).startswith("the ") and "TU agrees" in unit.quote(article.text)
    assert unit.speaker_role in article.text
    assert article.text[slice(*unit.cue)] == "said"
    assert article.text.split(". ")[1].startswith(unit.speaker_name.split()[-1] + " left ")


@pytest.mark.parametrize("number", range(0, 30, 3))
def test_the_units_of_real_annotation_move_with_the_text(number: int) -> None:
    before, units = ANNOTATED[number]
    article, moved = with_other_names(ANNOTATED[number], POOLS, random.Random(number))
    assert len(moved) == len(units)
    for old, new in zip(units, moved, strict=True):
        for was, now in zip(old.spans, new.spans, strict=True):
            kept, found = (text[slice(*span)].split() for text, span in ((before.text, was), (article.text, now)))
            assert [w for w in kept if w.islower()] == [w for w in found if w.islower()]
        if old.cue and new.cue:
            assert article.text[slice(*new.cue)] == before.text[slice(*old.cue)]


def test_nothing_to_rename_changes_nothing() -> None:
    plain = (Article("a", "The union said no."), [])
    assert with_other_names(plain, POOLS, random.Random(1)) is plain


@given(st.integers(0, 10_000), st.integers(0, len(ANNOTATED) - 1))
def test_renamed_spans_stay_in_the_text_and_in_order(seed: int, number: int) -> None:
    article, units = with_other_names(ANNOTATED[number], POOLS, random.Random(seed))
    spans = [span for unit in units for span in unit.spans]
    assert all(0 <= start < end <= len(article.text) for start, end in spans)
    flat = [edge for span in sorted(spans) for edge in span]
    assert flat == sorted(flat)


def test_losing_a_mark_moves_no_offset() -> None:
    article = Article("a", 'Lee said "no" and "never".')
    changed = without_a_mark(article, random.Random(3))
    assert len(changed.text) == len(article.text)
    assert changed.text.count('"') == 3
    assert without_a_mark(Article("b", "No marks here."), random.Random(3)).text == "No marks here."


def test_a_quotation_that_is_never_closed_may_lose_its_end_mark() -> None:
    over_two = Article("a", "He spoke first. “We will stay out.\n\n“We will win,” Lee said.")
    lost = {without_a_mark(over_two, random.Random(seed)).text for seed in range(60)}
    at = [over_two.text.index("out.") + 3, *(i for i, c in enumerate(over_two.text) if c in "“”")]
    assert lost == {over_two.text[:i] + " " + over_two.text[i + 1 :] for i in at}
