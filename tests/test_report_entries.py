from __future__ import annotations

from dataclasses import replace

import pytest
from test_report_voice import article, unit

from bothsides.report.dates import parse_strike
from bothsides.report.entries import HEARD, Columns, entry_of
from bothsides.unit import STANCES

STRIKE = parse_strike("2012-09-10..2012-09-18")


def entry(*stances, strike=None, **columns):
    found = replace(article(*map(unit, stances)), columns=columns)
    return entry_of(found, Columns.find([found], None, None, None), strike, False)


def test_columns_say_what_an_article_is():
    found = entry(date=" 12 Sep  2012", headline="On\nstrike", url="https://www.ledger.example/x", phase="talks")
    assert (found.title, found.outlet, found.phase) == ("On strike", "ledger.example", "talks")
    assert found.date_text == "12 Sep 2012" and found.days and found.days.first == found.days.last
    bare = entry()
    assert (bare.title, bare.outlet, bare.phase, bare.days, bare.date_text) == ("a", "", "", None, "")


@pytest.mark.parametrize(
    ("date", "phase"),
    [
        ("2012-09-12", "during the strike"),
        ("2012-08", "before the strike"),
        ("2012-09", ""),
        ("2012", ""),
        ("soon", ""),
    ],
)
def test_with_a_strike_the_phase_is_what_all_days_of_the_date_have(date, phase):
    assert entry(date=date, phase="talks", strike=STRIKE).phase == phase


def test_what_is_heard_follows_the_labels():
    union, district, neutral = STANCES
    labels = ((union, district), (union, neutral), (district,), (neutral,), ())
    assert [entry(*of).heard for of in labels] == list(HEARD)
