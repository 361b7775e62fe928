"""Periods of days, and which year is meant when none is written."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from matchmaking.core.parsing import festivals
from matchmaking.core.parsing.outcomes import (
    Ambiguous,
    Outcome,
    Read,
    Reading,
    Reason,
    Span,
    outcome_of,
)

# A day that passed so recently may be a slip or an old message: it is asked about.
RECENT_DAYS = 20
# 节前 means the festival within this time, if there is one alone.
FESTIVAL_DAYS = 70
MONTHS = 12
FIRST_YEAR, LAST_YEAR = 2025, 2045
# A year that is written whole may be over: the form then says so.
CENTURY, CENTURY_ENDS = 2000, 2099  # some certificates never end


class Period(NamedTuple):
    """Days from ``first`` to ``last``, both included."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}/{self.last}"


Readings = tuple[tuple[Period, ...], Reason]
NOTHING: Readings = ((), Reason.YEAR)


def one_day(
    year: int, month: int, day: int, *, since: int = FIRST_YEAR, until: int = LAST_YEAR
) -> Period | None:
    """Return the day as a period, None when there is no such day, or none that can be meant."""
    if not (since <= year <= until and 1 <= month <= MONTHS):
        return None
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    date = dt.date(year, month, day)
    return Period(date, date)


def full_year(written: str | None) -> int | None:
    """Return 2027 for 2027, 27 and '27."""
    if not written:
        return None
    number = int(written.strip("'"))
    return number if number >= CENTURY else CENTURY + number


def by_year(candidates: Iterable[Period | None], today: dt.date) -> Readings:
    """Choose among the same days of this year and of the next: the first that is not over.

    Both are readings when the earlier one is over since less than ``RECENT_DAYS``.
    """
    known = [period for period in candidates if period]
    ahead = [period for period in known if period.last >= today]
    recent = [period for period in known if 0 < (today - period.last).days <= RECENT_DAYS]
    return tuple(recent[-1:] + ahead[:1]), Reason.YEAR


def day_in_year(year: int | None, month: int, day: int, today: dt.date) -> Readings:
    """Return the day of the year that is said, else of the one that is meant."""
    if year:
        period = one_day(year, month, day)
        return ((period,) if period else ()), Reason.YEAR
    years = (today.year - 1, today.year, today.year + 1)
    return by_year((one_day(one, month, day) for one in years), today)


def month_part(year: int, month: int, part: str) -> tuple[Period, ...]:
    """Return the days of a part of a month: two readings of 初 and 中, one of all others."""
    last = calendar.monthrange(year, month)[1]
    days = {
        "": ((1, last),),
        "上旬": ((1, 10),),
        "中旬": ((11, 20),),
        "下旬": ((21, last),),
        "上中旬": ((1, 20),),
        "中下旬": ((11, last),),
        "上半": ((1, 15),),
        "下半": ((16, last),),
        "底": ((last, last),),
        # As a beginning both mean the 1st; as an end they differ.
        "初": ((1, 5), (1, 10)),
        "中": ((15, 15), (11, 20)),
    }[part]
    return tuple(
        Period(dt.date(year, month, low), dt.date(year, month, high)) for low, high in days
    )


def month_in_year(year: int | None, month: int, part: str, today: dt.date) -> Readings:
    """Return the part of the month of the year that is said, else of the one that is meant."""
    if not 1 <= month <= MONTHS or (year and not FIRST_YEAR <= year <= LAST_YEAR):
        return NOTHING
    if year:
        return month_part(year, month, part), Reason.PART_OF_MONTH
    years = (today.year - 1, today.year, today.year + 1)
    found, reason = by_year((month_part(one, month, part)[-1] for one in years), today)
    if len(found) == 1:
        return month_part(found[0].first.year, month, part), Reason.PART_OF_MONTH
    return found, reason


def month_from(today: dt.date, months: int) -> tuple[int, int]:
    count = today.year * MONTHS + today.month - 1 + months
    return count // MONTHS, count % MONTHS + 1


def day_of_month(day: int, today: dt.date) -> Readings:
    """Return the next such day of a month: the 20th of this one, else of a later one."""
    for months in range(3):
        year, month = month_from(today, months)
        period = one_day(year, month, day)
        if period and period.last >= today:
            return (period,), Reason.YEAR
    return NOTHING


def iso_week(year: int, week: int) -> Period | None:
    """Return Monday to Sunday of the ISO week, None when the year has no such week."""
    try:
        monday = dt.date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Period(monday, monday + dt.timedelta(days=6)) if year >= CENTURY else None


def week_in_year(year: int | None, week: int, today: dt.date) -> Readings:
    """Return the week of the year that is said, else of the one that is meant."""
    if year:
        period = iso_week(year, week)
        return ((period,) if period else ()), Reason.YEAR
    years = (today.year - 1, today.year, today.year + 1)
    return by_year((iso_week(one, week) for one in years), today)


def before_festival(name: str, today: dt.date) -> Readings:
    """Return the last day before the festival that comes next."""
    day = festivals.next_day_of(name, today)
    if not day:
        return NOTHING
    eve = day - dt.timedelta(days=1)
    return (Period(eve, eve),), Reason.FESTIVAL


def before_the_year_ends(today: dt.date) -> Readings:
    """Return the readings of 年前: before 1 January, or before Spring Festival.

    Between the two only Spring Festival is left.
    """
    names = ("new_year", "spring_festival")
    days = sorted(day for name in names if (day := festivals.next_day_of(name, today)))
    spring = festivals.next_day_of("spring_festival", today)
    if spring and spring == days[0]:
        days = [spring]
    eves = [day - dt.timedelta(days=1) for day in days]
    return tuple(Period(eve, eve) for eve in eves), Reason.FESTIVAL


def before_the_festival(today: dt.date) -> Readings:
    near = festivals.coming(today, within_days=FESTIVAL_DAYS)
    eves = [day - dt.timedelta(days=1) for _, day in near]
    return tuple(Period(eve, eve) for eve in eves), Reason.FESTIVAL


def outcome_of_periods(readings: Readings, span: Span) -> Outcome[Period]:
    periods, reason = readings
    return outcome_of(periods, span, reason)


def first_day(outcome: Outcome[Period]) -> Outcome[dt.date]:
    return _edge(outcome, 0)


def last_day(outcome: Outcome[Period]) -> Outcome[dt.date]:
    return _edge(outcome, 1)


def _edge(outcome: Outcome[Period], side: int) -> Outcome[dt.date]:
    if outcome is None:
        return None
    if isinstance(outcome, Read):
        return Read(outcome.value[side], outcome.span)
    days = tuple(dict.fromkeys(reading.value[side] for reading in outcome.readings))
    if len(days) == 1 and outcome.reason is Reason.PART_OF_MONTH:
        return Read(days[0], outcome.span)
    return Ambiguous(tuple(Reading(day, str(day)) for day in days), outcome.span, outcome.reason)
