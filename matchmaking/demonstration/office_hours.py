"""Office hours in Beijing: when people of the demonstration do what the plan tells.

Ages in the plan count hours of day and night. Each working day's hours stand for the whole
day, Friday's for Saturday's too and Monday's for Sunday's: what comes first stays first.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = dt.time(8, 30), dt.time(18)
DAY = dt.timedelta(days=1)
MONDAY, FRIDAY = 0, 4


@dataclass(frozen=True, slots=True)
class Office:
    """The office at the moment ``now``, of which everything else is in the past."""

    now: dt.datetime

    @classmethod
    def before(cls, at: dt.datetime) -> Office:
        """Stand at the last moment of office hours until ``at``; never in an earlier week."""
        local = at.astimezone(BEIJING)
        day = local.date()
        if local.time() < OPENS and day.weekday() != MONDAY:
            day -= DAY
        day -= max(0, day.weekday() - FRIDAY) * DAY
        return cls(min(at, _at(day, CLOSES)))

    def ago(self, *, days: float = 0, hours: float = 0) -> dt.datetime:
        return self.moment(self.now - dt.timedelta(days=days, hours=hours))

    def moment(self, planned: dt.datetime) -> dt.datetime:
        """Return when in office hours it happened; what lies ahead happens now."""
        planned = min(planned, self.now)
        day = self._working_day(planned.astimezone(BEIJING).date())
        first = _at(day - DAY if day.weekday() == MONDAY else day, dt.time())
        last = _at(day + (2 if day.weekday() == FRIDAY else 1) * DAY, dt.time())
        if not self._has_opened(_next(day)):
            last = self.now
        opened, closed = _at(day, OPENS), min(_at(day, CLOSES), self.now)
        return opened + (planned - first) / (last - first) * (closed - opened)

    def _working_day(self, day: dt.date) -> dt.date:
        if day.weekday() == FRIDAY + 1:
            day -= DAY
        elif day.weekday() == FRIDAY + 2:
            day += DAY
        return day if self._has_opened(day) else day - 3 * DAY  # a Monday that has not begun

    def _has_opened(self, day: dt.date) -> bool:
        return _at(day, OPENS) <= self.now


def _next(day: dt.date) -> dt.date:
    return day + (3 if day.weekday() == FRIDAY else 1) * DAY


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, BEIJING)
