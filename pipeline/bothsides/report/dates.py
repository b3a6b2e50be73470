"""When articles appeared: dates as users' columns hold them, periods that fit their range, phases of a strike."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from ..errors import InputError

Period = Literal["day", "week", "month", "year"]

DATE_COLUMNS = (
    "date",
    "published",
    "publication_date",
    "pub_date",
    "pubdate",
    "published_at",
    "publish_date",
    "datetime",
)
OUTLET_COLUMNS = ("outlet", "source", "publication", "newspaper", "publisher", "site", "domain", "medium")
PHASE_COLUMNS = ("phase", "strike_phase")
TITLE_COLUMNS = ("title", "headline")

_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%Y-%m",
    "%Y",
)
_NUMBERS = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}")
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.IGNORECASE)
_TIME = re.compile(r"[T ,]+(?:at )?\d{1,2}:\d{2}.*$")
_SHORT_MONTH = re.compile(r"\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.", re.IGNORECASE)
_STRIKE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.|:| to )(\d{4}-\d{2}-\d{2})")

_LONGEST: Mapping[Period, int] = {"day": 31, "week": 400, "month": 2200}
"""How many days a range may have that is shown by a period."""

BEFORE, DURING, AFTER = "before the strike", "during the strike", "after the strike"


@dataclass(frozen=True)
class Days:
    """The first and the last day that a date can mean: the same one, or those of a month or a year."""

    first: date
    last: date

    def within(self, period: Period) -> bool:
        """Tell whether all of the days lie in one period."""
        return start_of(self.first, period) == start_of(self.last, period)


@dataclass(frozen=True)
class Strike:
    """The first and the last day of a strike."""

    first: date
    last: date

    def phase(self, days: Days) -> str:
        """Tell whether days lie before, in or after the strike; empty where they do not all lie in one of these."""
        first, last = (
            BEFORE if day < self.first else AFTER if day > self.last else DURING for day in (days.first, days.last)
        )
        return first if first == last else ""


def parse_strike(text: str) -> Strike:
    """Read `2012-09-10..2012-09-18`.

    Raises `InputError` where it is no such pair of days.
    """
    match = _STRIKE.fullmatch(text.strip())
    try:
        first, last = (date.fromisoformat(part) for part in match.groups()) if match else (None, None)
    except ValueError:
        first = last = None
    if first is None or last is None or last < first:
        raise InputError(f"not the days of a strike: {text!r}; give the first and the last, as 2012-09-10..2012-09-18")
    return Strike(first, last)


def day_first(texts: Iterable[str]) -> bool:
    """Tell whether a column writes `14/02/2023`: some day is above 12 where it stands first, and none where second."""
    pairs = [(int(m[1]), int(m[2])) for text in texts if (m := _NUMBERS.match(_plain(text)))]
    return any(first > 12 for first, _ in pairs) and all(second <= 12 for _, second in pairs)


def parse_date(text: str, day_first: bool = False) -> Days | None:
    """Read a date as newspapers and tables write it; None where there is none. A month or a year is all of its days.

    In `02/05/2023` the month comes first, as the American press writes it, but for `day_first`.
    """
    plain = _plain(text)
    forms = (*_FORMATS, "%d/%m/%Y" if day_first else "%m/%d/%Y", *(["%Y%m%d"] if len(plain) == 8 else []))
    for form in forms:
        try:
            found = datetime.strptime(plain, form).date()
        except ValueError:
            continue
        return Days(found, _last_of(found, form)) if found.year >= 1700 else None
    return None


def _last_of(first: date, form: str) -> date:
    """Give the last day that a date can mean which was read in a form, by its first."""
    month = 12 if form == "%Y" else first.month
    return date(first.year, month, monthrange(first.year, month)[1]) if form in ("%Y", "%Y-%m") else first


def _plain(text: str) -> str:
    plain = _TIME.sub("", _WEEKDAY.sub("", " ".join(text.split())))
    return _SHORT_MONTH.sub(lambda m: m[1][:3], plain)


def column_of(columns: Sequence[str], asked: str | None, usual: Sequence[str], option: str) -> str | None:
    """Choose the column that the user asked for, else the first with a usual name, in any case.

    Raises `InputError` where the column asked for is not there.
    """
    if asked:
        if asked not in columns:
            there = ", ".join(columns[:12]) or "none of your own"
            raise InputError(
                f"no column {asked!r} in articles.csv (there are: {there}); name the right one with {option}"
            )
        return asked
    by_name = {name.lower().replace(" ", "_"): name for name in reversed(columns)}
    return next((by_name[name] for name in usual if name in by_name), None)


def period_of(dates: Sequence[Days]) -> Period:
    """Choose the period that gives a range of dates some five to seventy points, and that most of them lie within."""
    for period, longest in _LONGEST.items():
        placed = [days.first for days in dates if days.within(period)]
        if 2 * len(placed) >= len(dates) and (max(placed) - min(placed)).days <= longest:
            return period
    return "year"


def start_of(day: date, period: Period) -> date:
    """Give the first day of the period that a day lies in; weeks begin on Monday."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day.replace(month=1, day=1) if period == "year" else day


def ordered_phases(phases: Mapping[str, date | None]) -> list[str]:
    """Order phases by their first day; those without one come last, by name."""
    return sorted(phases, key=lambda p: (phases[p] is None, phases[p] or date.min, p))
