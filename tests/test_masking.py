import random

from bothsides.stance.inputs import UnitInput
from bothsides.stance.masking import name_pools, replace_names

OTHERS = [
    UnitInput("x", "Ana Ruiz", "president of the Red Lake Education Association"),
    UnitInput("x", "Bo Stern", "superintendent of Oak Grove Public Schools"),
    UnitInput("x", "The union"),
    UnitInput("x", "students"),
]
ITEM = UnitInput(
    "Vitale said the CTU and Chicago Public Schools agree with Chicago",
    "David Vitale",
    "head of Chicago Public Schools",
)


def renamed(item: UnitInput, seed: int = 1) -> UnitInput:
    return replace_names([item], 1.0, name_pools(OTHERS), random.Random(seed))[0]


def test_pools_hold_people_and_places_only():
    pools = name_pools(OTHERS)
    assert pools.first == ("Ana", "Bo")
    assert pools.last == ("Ruiz", "Stern")
    assert pools.places == ("Oak Grove", "Red Lake")


def test_names_places_and_acronyms_change_together_in_all_fields():
    found = renamed(ITEM)
    everything = " ".join((found.quote, found.speaker_name, found.role))
    assert not {"Vitale", "David", "Chicago", "CTU"} & set(everything.split())
    assert found.quote.split()[3].endswith("TU")
    place = found.role.removeprefix("head of ").removesuffix(" Public Schools")
    assert place in ("Oak Grove", "Red Lake")
    assert found.quote.endswith(f"agree with {place}")
    if found.speaker_name:
        assert found.speaker_name.split()[-1] == found.quote.split()[0]


def test_some_people_lose_their_name_and_keep_their_role():
    names = [renamed(ITEM, seed).speaker_name for seed in range(60)]
    assert 5 <= names.count("") <= 30
    assert all(renamed(ITEM, seed).role for seed in range(10))


def test_bodies_and_descriptions_are_left_alone():
    for name in ("The union", "students", "a parent", "School Board"):
        item = UnitInput("We said no.", name)
        assert renamed(item) == item


def test_a_share_of_none_changes_nothing_and_a_seed_decides():
    items = [ITEM] * 20
    pools = name_pools(OTHERS)
    assert replace_names(items, 0.0, pools, random.Random(1)) == items
    assert replace_names(items, 0.5, pools, random.Random(1)) == replace_names(items, 0.5, pools, random.Random(1))
    assert 0 < sum(a != b for a, b in zip(items, replace_names(items, 0.5, pools, random.Random(1)), strict=True)) < 20


def test_without_pools_nothing_breaks():
    assert replace_names([ITEM], 1.0, name_pools([]), random.Random(1))[0].role == ITEM.role
