"""The weeks in which no shoe is made: the Spring Festival stop."""

import datetime as dt

from matchmaking.core import weeks

# The first day of the lunar year (GB/T 33661-2017), as far as a horizon of two years reaches.
FIRST_DAYS = (
    dt.date(2025, 1, 29),
    dt.date(2026, 2, 17),
    dt.date(2027, 2, 6),
    dt.date(2028, 1, 26),
    dt.date(2029, 2, 13),
    dt.date(2030, 2, 3),
    dt.date(2031, 1, 23),
    dt.date(2032, 2, 11),
    dt.date(2033, 1, 31),
    dt.date(2034, 2, 19),
    dt.date(2035, 2, 8),
)


def stop_weeks() -> frozenset[dt.date]:
    """Return the Mondays of the weeks without work: the festival's, one before, one after."""
    return frozenset(
        weeks.monday_of(day) + dt.timedelta(weeks=offset)
        for day in FIRST_DAYS
        for offset in (-1, 0, 1)
    )


def steady_weeks(first_week: dt.date, count: int, rate: int) -> list[int]:
    """Return ``rate`` pairs for each of ``count`` weeks from a Monday on, 0 in the stop."""
    stop = stop_weeks()
    mondays = (first_week + dt.timedelta(weeks=index) for index in range(count))
    return [0 if monday in stop else rate for monday in mondays]
