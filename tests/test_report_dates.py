from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.errors import InputError
from bothsides.report.dates import (
    Days,
    column_of,
    day_first,
    ordered_phases,
    parse_date,
    parse_strike,
    period_of,
    start_of,
)

DAY = date(2012, 9, 10)


def whole(*days: date) -> list[Days]:
    return [Days(day, day) for day in days]


@pytest.mark.parametrize(
    "text",
    [
        "2012-09-10",
        "2012-09-10T08:30:00Z",
        "2012-09-10 08:30:00+00:00",
        "2012/09/10",
        "20120910",
        "September 10, 2012",
        "Sept. 10, 2012".replace("Sept.", "Sep."),
        "Sept. 10, 2012",
        "10 September 2012",
        "Mon, 10 Sep 2012 08:30:00 +0000",
        "Monday, September 10, 2012 at 8:30 p.m.",
        "9/10/2012",
        " 2012-09-10 ",
    ],
)
def test_dates_are_read_as_newspapers_write_them(text):
    assert parse_date(text) == Days(DAY, DAY)


def test_a_month_or_a_year_is_all_of_its_days():
    assert parse_date("2012-09") == Days(date(2012, 9, 1), date(2012, 9, 30))
    assert parse_date("2012-02") == Days(date(2012, 2, 1), date(2012, 2, 29))
    assert parse_date("2012") == Days(date(2012, 1, 1), date(2012, 12, 31))


@pytest.mark.parametrize("text", ["", "yesterday", "2012-13-40", "31/31/2012", "0012-01-01", "<b>"])
def test_what_is_no_date_is_none(text):
    assert parse_date(text) is None


def test_digits_without_signs_are_a_whole_day_or_nothing():
    assert [parse_date("20121101")] == whole(date(2012, 11, 1))
    assert parse_date("201211") is None


def test_the_order_of_day_and_month_is_that_of_the_column():
    assert day_first(["02/05/2023", "14/02/2023 08:00", ""]) and not day_first(["02/05/2023", "2/14/2023"])
    assert not day_first(["14/02/2023", "2/14/2023"]) and not day_first(["02/05/2023"]) and not day_first([])
    assert [parse_date("02/05/2023", day_first=True)] == whole(date(2023, 5, 2))
    assert [parse_date("02/05/2023")] == whole(date(2023, 2, 5))


@given(st.dates(date(1700, 1, 1)), st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%b %d, %Y", "%Y%m%d", "%m/%d/%Y"]))
def test_a_day_is_read_back_in_every_form(day, form):
    assert parse_date(day.strftime(form)) == Days(day, day)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_dates(text):
    found = parse_date(text)
    assert found is None or date(1700, 1, 1) <= found.first <= found.last


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.sampled_from(["day", "week", "month", "year"]))
def test_a_period_begins_at_or_before_its_days(day, period):
    start = start_of(day, period)
    assert start <= day and start_of(start, period) == start


def test_periods_fit_the_range():
    for days, period in ((20, "day"), (31, "day"), (32, "week"), (400, "week"), (401, "month"), (2200, "month")):
        assert period_of(whole(DAY, DAY + timedelta(days=days))) == period
    assert period_of(whole(DAY, DAY + timedelta(days=9000))) == "year"
    assert period_of(whole(DAY)) == "day"


def test_a_period_is_no_finer_than_most_of_the_dates():
    months = [parse_date(text) for text in ("2012-08", "2012-09", "2012-10")]
    assert period_of(months) == period_of([*months, *whole(DAY)]) == "month"
    assert period_of([*months, *whole(*(DAY + timedelta(days=n) for n in range(3)))]) == "day"
    assert period_of([parse_date("2011"), parse_date("2012")]) == "year"


def test_a_strike_parts_the_days():
    strike = parse_strike("2012-09-10..2012-09-18")
    phases = [strike.phase(days) for days in whole(*(date(2012, 9, day) for day in (9, 10, 18, 19)))]
    assert phases == ["before the strike", "during the strike", "during the strike", "after the strike"]


@pytest.mark.parametrize(
    ("days", "text", "phase"),
    [
        ("2012-09-10..2012-09-18", "2012-08", "before the strike"),
        ("2012-09-10..2012-09-18", "2012-10", "after the strike"),
        ("2012-09-10..2012-09-18", "2012-09", ""),
        ("2012-09-10..2012-09-18", "2012", ""),
        ("2012-09-01..2012-10-05", "2012-09", "during the strike"),
        ("2012-09-02..2012-10-05", "2012-09", ""),
        ("2012-09-01..2012-09-29", "2012-09", ""),
        ("2012-09-10..2012-09-18", "2011", "before the strike"),
        ("2012-09-10..2012-09-18", "2013", "after the strike"),
    ],
)
def test_a_month_or_a_year_has_a_phase_where_all_of_its_days_have_it(days, text, phase):
    found = parse_date(text)
    assert found and parse_strike(days).phase(found) == phase


@pytest.mark.parametrize("text", ["", "2012-09-10", "2012-09-18..2012-09-10", "2012-09-31..2012-10-02", "soon..later"])
def test_other_strikes_are_refused(text):
    with pytest.raises(InputError, match="not the days of a strike"):
        parse_strike(text)


def test_columns_are_found_by_their_usual_names_or_asked_for():
    assert column_of(["Outlet", "Pub Date"], None, ("date", "pub_date"), "--date-column") == "Pub Date"
    assert column_of(["a"], None, ("date",), "--date-column") is None
    assert column_of(["a"], "a", ("date",), "--date-column") == "a"
    with pytest.raises(InputError, match=r"no column 'b' in articles.csv \(there are: a\).*--date-column"):
        column_of(["a"], "b", ("date",), "--date-column")


def test_phases_follow_their_first_day():
    assert ordered_phases({"walkout": DAY, "talks": date(2012, 8, 1), "zzz": None, "aaa": None}) == [
        "talks",
        "walkout",
        "aaa",
        "zzz",
    ]
