from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.annotated import read_annotated
from bothsides.article import Article
from bothsides.augment import (
    Augmentation,
    name_pools,
    read_furniture,
    reflowed,
    with_furniture,
    with_other_names,
    without_a_mark,
)
from bothsides.errors import InputError
from bothsides.params import load_params
from bothsides.unit import QuoteUnit

ROOT = Path(__file__).parents[1]
WRITTEN = sorted((ROOT / "seeds/written").glob("*.xml"))[:30]
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


@given(st.integers(0, 10_000), st.integers(0, len(ANNOTATED) - 1))
def test_other_breaks_move_no_offset_and_tear_no_unit(seed: int, number: int) -> None:
    before, units = ANNOTATED[number]
    after, same = reflowed((before, units), random.Random(seed))
    assert same is units
    assert len(after.text) == len(before.text) and after.text.split() == before.text.split()
    was, now = set(before.paragraph_starts), set(after.paragraph_starts)
    assert now <= was or was <= now
    for start in now - was:
        assert before.text[:start].rstrip("\"'”’) ")[-1] in ".!?"
        for unit in units:
            parts = [*unit.spans, *(span for span in (unit.cue, unit.speaker) if span)]
            assert all(s >= start for s, _ in parts) or all(e <= start for _, e in parts)


def test_any_share_of_the_breaks_is_lost_or_made() -> None:
    changes = set()
    for article, units in ANNOTATED:
        for seed in range(40):
            changes.add(len(reflowed((article, units), random.Random(seed))[0].paragraphs) - len(article.paragraphs))
    assert {*range(-10, 6)} <= changes


def test_an_abbreviation_and_a_name_end_no_sentence() -> None:
    text = "Mr. Lee met Supt. Hale at 9 a.m. with J. Doe. They left at noon. “No,” he wrote. (It rained.) Ice came."
    article = Article("a", text)
    lines = max((reflowed((article, []), random.Random(s))[0].text.split("\n") for s in range(60)), key=len)
    assert lines == [
        "Mr. Lee met Supt. Hale at 9 a.m. with J. Doe. They left at noon.",
        "“No,” he wrote.",
        "(It rained.)",
        "Ice came.",
    ]


LINES = ("Advertisement", "More on this story", "READ MORE: What is next", "Photo: Pickets at the gate")


@given(st.integers(0, 10_000), st.integers(0, len(ANNOTATED) - 1))
def test_furniture_stands_between_the_paragraphs_and_the_units_move_along(seed: int, number: int) -> None:
    before, units = ANNOTATED[number]
    after, moved = with_furniture((before, units), LINES, random.Random(seed))
    was, now = ([a.text[slice(*p)] for p in a.paragraphs] for a in (before, after))
    assert [p for p in now if p not in LINES] == was
    assert 1 <= len(now) - len(was) <= 12
    assert [[after.text[slice(*s)] for s in unit.spans] for unit in moved] == [
        [before.text[slice(*s)] for s in unit.spans] for unit in units
    ]
    for old, new in zip(units, moved, strict=True):
        for part in ("cue", "speaker"):
            spans = getattr(old, part), getattr(new, part)
            assert spans == (None, None) or before.text[slice(*spans[0])] == after.text[slice(*spans[1])]
        assert (old.speaker_name, old.stance) == (new.speaker_name, new.stance)


def test_lines_in_a_row_stay_in_a_row() -> None:
    rows = {with_furniture(example(), LINES, random.Random(seed))[0].text.removesuffix(TEXT) for seed in range(50)}
    file = "\n\n".join(LINES) + "\n\n"
    assert len(rows) > 4 and all(row and row in file for row in rows)


def test_furniture_tears_no_content_and_needs_lines_and_paragraphs() -> None:
    text = "“No.\n\nNever,” she said."
    unit = QuoteUnit(((1, 12),), "direct", (15, 19), (11, 14), "she", "")
    for seed in range(20):
        article, (moved,) = with_furniture((Article("a", text), [unit]), LINES, random.Random(seed))
        assert moved.quote(article.text) == unit.quote(text) and article.text.endswith(text)
    for given_article, lines in ((Article("a", text), ()), (Article("a", ""), LINES)):
        assert with_furniture((given_article, []), lines, random.Random(1)) == (given_article, [])


def test_each_kind_of_augmentation_comes_in_its_share() -> None:
    how = load_params(ROOT / "params.yaml").train_splitter
    never = replace(how, rename=0.0, furniture=0.0, reflow=0.0, augment=0.0)
    fresh = Augmentation(random.Random(4), POOLS, LINES)
    written = ANNOTATED[0]
    assert all(fresh.of(written, never) == written for _ in range(20))
    marks = written[0].text.count('"')
    for change, changed in (
        ({"rename": 0.3}, lambda a: units_differ(a, written)),
        ({"furniture": 0.3}, lambda a: len(a[0].paragraphs) > len(written[0].paragraphs)),
        ({"reflow": 0.3}, lambda a: len(a[0].paragraphs) != len(written[0].paragraphs)),
        ({"augment": 0.3}, lambda a: a[0].text.count('"') == marks - 1),
    ):
        share = sum(changed(fresh.of(written, replace(never, **change))) for _ in range(200)) / 200
        assert 0.2 < share < 0.4, change


def units_differ(one: tuple[Article, list[QuoteUnit]], other: tuple[Article, list[QuoteUnit]]) -> bool:
    return [u.speaker_name for u in one[1]] != [u.speaker_name for u in other[1]]


def test_the_lines_of_furniture_are_many_and_a_missing_file_is_one_line() -> None:
    lines = read_furniture(ROOT / "seeds/furniture.txt")
    assert len(lines) == len(set(lines)) > 900 and all(line == line.strip() != "" for line in lines)
    with pytest.raises(InputError, match=r"nowhere\.txt: the lines of page furniture cannot be read .*to 0.0$"):
        read_furniture(Path("nowhere.txt"))
