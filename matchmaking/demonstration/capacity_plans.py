"""Weekly capacity of made-up offers: a rate, and nothing while the Spring Festival stops lines."""

import datetime as dt

from matchmaking.core import weeks
from matchmaking.core.spring_festival import new_year_day


def is_stopped(monday: dt.date) -> bool:
    festival = weeks.monday_of(new_year_day(monday.year))
    return abs(festival - monday) <= dt.timedelta(weeks=1)


def steady_weeks(first_week: dt.date, count: int, rate: int) -> list[int]:
    """Return ``rate`` pairs for each of ``count`` weeks from a Monday on, 0 in the stop."""
    mondays = (first_week + dt.timedelta(weeks=index) for index in range(count))
    return [0 if is_stopped(monday) else rate for monday in mondays]
