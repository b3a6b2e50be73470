from __future__ import annotations

import pytest

from bothsides.report.sources import SOURCE_TYPES, source_type


@pytest.mark.parametrize(
    ("affiliation", "role", "mention", "expected"),
    [
        ("union", "president of the teachers association", "Rae Colt", "union leader"),
        ("union", "the union's lead negotiator", "Rae Colt", "union leader"),
        ("union", "", "the Elm County Federation of Teachers", "union leader"),
        ("union", "", "union leaders", "union leader"),
        ("union", "who teaches fifth grade", "Rae Colt", "rank and file"),
        ("union", "a school nurse", "Rae Colt", "rank and file"),
        ("union", "", "many teachers", "rank and file"),
        ("union", "", "Dell Teachers United", "union leader"),
        ("union", "", "The Teachers' Guild", "union leader"),
        ("union", "", "some members", "rank and file"),
        ("district", "superintendent", "Rae Colt", "district"),
        ("district", "", "the board", "district"),
        ("district", "Mayor", "Rae Colt", "city or state"),
        ("other", "state mediator", "Rae Colt", "city or state"),
        ("other", "Superior Court Judge", "Rae Colt", "city or state"),
        ("other", "Sen.", "Rae Colt", "city or state"),
        ("other", "a mother of four", "Rae Colt", "parent"),
        ("other", "who has a son in second grade", "Rae Colt", "parent"),
        ("other", "whose granddaughter attends the school", "Rae Colt", "parent"),
        ("other", "a home-care worker with a first-grader", "Rae Colt", "parent"),
        ("other", "the district's parent liaison", "Rae Colt", "other"),
        ("other", "a junior", "Rae Colt", "student"),
        ("other", "senior; student council president", "Rae Colt", "student"),
        ("other", "a fifth-grader", "Rae Colt", "student"),
        ("other", "dean of students", "Rae Colt", "other"),
        ("other", "an economist at the state university", "Rae Colt", "expert"),
        ("other", "who studies school finance", "Rae Colt", "expert"),
        ("other", "", "A substitute teacher", "rank and file"),
        ("other", "a retired machinist", "Rae Colt", "other"),
        ("unknown", "", "", "other"),
    ],
)
def test_a_source_is_sorted_by_affiliation_and_role_words(affiliation, role, mention, expected):
    assert expected in SOURCE_TYPES
    assert source_type(affiliation, role, mention) == expected


def test_words_count_as_words_only():
    assert source_type("other", "owner of Seniority Ltd and Momentum", "the Parentis estate") == "other"
