"""Time that counts for the association: minutes of its office hours on Chinese working days.

Working days are the State Council's as far as they are announced, with the Saturdays and Sundays
that make up for a bridge. Beyond them a year is guessed from its festivals; :func:`is_announced`
tells which of the two a day rests on.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import chinese_calendar
from django.conf import settings

from matchmaking.core.parsing.festivals import PUBLIC, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Span = tuple[dt.datetime, dt.datetime]
SATURDAY = 5
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
# Days off from the festival's own on, where nobody has announced them yet.
USUAL_DAYS_OFF = {"spring_festival": 8, "national_day": 7, "labour_day": 5}
# The eve of the lunar year has been a holiday since 2025.
DAYS_BEFORE = {"spring_festival": 1}
QINGMING = ((4, 4), (4, 5), (4, 6))


class NeverDue(ValueError):
    """There are no office hours, so nothing is ever due."""


def is_announced(day: dt.date) -> bool:
    """Return whether the State Council has said which days of that year are worked."""
    first, last = _announced_years()
    return first <= day.year <= last


@lru_cache(maxsize=4096)
def is_working_day(day: dt.date) -> bool:
    """Return whether the office works on ``day``; guessed where the year is not announced."""
    if is_announced(day):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < SATURDAY and not _is_usual_holiday(day)


@lru_cache(maxsize=1)
def _announced_years() -> tuple[int, int]:
    years = {day.year for day in chinese_calendar.holidays}
    # Of its last year the library may know the first days alone, which belong to the year before.
    full = [year for year in years if _is_whole(year)]
    return min(full), max(full)


def _is_whole(year: int) -> bool:
    try:
        chinese_calendar.is_workday(dt.date(year, 12, 31))
    except NotImplementedError:
        return False
    return any(day.year == year and day.month == 10 for day in chinese_calendar.holidays)  # noqa: PLR2004 - National Day


def _is_usual_holiday(day: dt.date) -> bool:
    if (day.month, day.day) in QINGMING:
        return True
    for name in PUBLIC:
        first = day_of(name, day.year)
        if first is None:
            continue
        first -= dt.timedelta(days=DAYS_BEFORE.get(name, 0))
        if first <= day < first + dt.timedelta(days=USUAL_DAYS_OFF.get(name, 1)):
            return True
    return False


def minutes_of_day() -> int:
    """Return the office minutes of one working day."""
    return sum((ends - begins) for begins, ends in _hours())


def minutes_between(since: dt.datetime, until: dt.datetime, pauses: Iterable[Span] = ()) -> int:
    """Return the whole office minutes from ``since`` to ``until``, without those of ``pauses``.

    A minute counts when it lies wholly in office hours and touches no pause. 0 when ``until`` is
    not after ``since``.
    """
    return sum(int((ends - begins) / MINUTE) for begins, ends in _open_spans(since, until, pauses))


def due_at(since: dt.datetime, minutes: int, pauses: Iterable[Span] = ()) -> dt.datetime:
    """Return when ``minutes`` office minutes after ``since`` are over, pauses left out.

    :raises NeverDue: without office hours
    """
    if not minutes_of_day():
        raise NeverDue("OFFICE_HOURS is empty")
    paused = list(pauses)
    left = minutes
    begins = since
    while True:
        # A fortnight at a time holds working days in any year, even around Spring Festival.
        ends = begins + 14 * DAY
        for one, other in _open_spans(begins, ends, paused):
            length = int((other - one) / MINUTE)
            if left <= length:
                return one + left * MINUTE
            left -= length
        begins = ends


def _open_spans(since: dt.datetime, until: dt.datetime, pauses: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans of office time between two moments that no pause touches, in order."""
    if until <= since:
        return
    closed = sorted(pauses)
    for opens, shuts in _office_spans(since, until):
        begins, ends = max(opens, _up(since)), min(shuts, _down(until))
        for one, other in closed:
            if other <= begins or one >= ends:
                continue
            if _down(one) > begins:
                yield begins, _down(one)
            begins = max(begins, _up(other))
        if ends > begins:
            yield begins, ends


def _office_spans(since: dt.datetime, until: dt.datetime) -> Iterator[Span]:
    zone = ZoneInfo(settings.TIME_ZONE)
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        if is_working_day(day):
            midnight = dt.datetime.combine(day, dt.time(), zone)
            for begins, ends in _hours():
                yield midnight + begins * MINUTE, midnight + ends * MINUTE
        day += DAY


def _hours() -> Sequence[tuple[int, int]]:
    """Return the office hours as minutes of the day.

    :raises ValueError: when they overlap or end before they begin
    """
    found = [(_minute(begins), _minute(ends)) for begins, ends in settings.OFFICE_HOURS]
    if any(ends <= begins for begins, ends in found) or any(
        later[0] < earlier[1] for earlier, later in pairwise(found)
    ):
        raise ValueError("OFFICE_HOURS must follow one another")
    return found


def _minute(text: str) -> int:
    hour, _colon, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _down(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)


def _up(moment: dt.datetime) -> dt.datetime:
    whole = _down(moment)
    return whole if whole == moment else whole + MINUTE
