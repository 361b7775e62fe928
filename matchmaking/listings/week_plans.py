"""Weekly plans as people write them: a rate with exceptions, a table, or lines of a sheet.

Values in, values out: each way ends in pairs by Monday, with errors that name the line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import chinese_calendar
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from matchmaking.core import weeks
from matchmaking.core.formatting import weeks_in_words
from matchmaking.core.parsed_fields import ParsedField, PlannedPairsField, WeekField
from matchmaking.core.parsing.outcomes import Outcome
from matchmaking.core.parsing.weeks import read_week
from matchmaking.core.spring_festival import new_year_day
from matchmaking.core.trade_day import trade_day
from matchmaking.listings.models.offers import MAX_WEEK_PAIRS

Plan = dict[dt.date, int]

SATURDAY = 5
SPRING_FESTIVAL = "Spring Festival"  # the names are those of chinesecalendar
# Days off with a fixed date: Regulation on Public Holidays for National Annual Festivals
# and Memorial Days, as amended on 10 November 2024.
FIXED_HOLIDAYS = {
    (1, 1): "New Year's Day",
    (5, 1): "Labour Day",
    (5, 2): "Labour Day",
    (10, 1): "National Day",
    (10, 2): "National Day",
    (10, 3): "National Day",
}
HOLIDAY_DAYS = 8  # from the eve, by the State Council's rule since 2025

_LINE = re.compile(r"([^\s,;|，；]+)[\s,;|，；]+(.+)")


class _PlannedWeekField(WeekField):
    """A week of a plan: a whole one. "3月" are several, and no line of a plan."""

    def read(self, text: str) -> Outcome[dt.date]:
        return read_week(text, trade_day())


PLANNED_WEEK, PLANNED_PAIRS = _PlannedWeekField(), PlannedPairsField()


class NotUnderstood(ValueError):
    """The text is neither a week nor a number that we know; the sentence says what would be."""


@dataclass(frozen=True, slots=True)
class LineError:
    """An error in a line, counted from 1."""

    line: int
    sentence: str | Promise

    def __str__(self) -> str:
        return _("Line %(line)s: %(sentence)s") % {"line": self.line, "sentence": self.sentence}


def parse_lines(text: str, *, first: dt.date, last: dt.date) -> tuple[Plan, list[LineError]]:
    """Read "week, number" lines, as a sheet pastes them; return the plan and all errors.

    Empty lines and a header line are skipped. A week named twice is an error: the two
    figures may contradict each other.
    """
    plan: Plan = {}
    errors: list[LineError] = []
    seen_figure = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if not seen_figure and not any(character.isdigit() for character in line):
            continue  # the header
        seen_figure = True
        try:
            week, pairs = _read_line(line.strip(), first, last)
            if week in plan:
                raise NotUnderstood(  # noqa: TRY301 - one place turns sentences into errors
                    _("%(week)s is already in an earlier line.") % {"week": weeks_in_words(week)}
                )
            plan[week] = pairs
        except NotUnderstood as error:
            errors.append(LineError(number, str(error)))
    return plan, errors


def _read_line(line: str, first: dt.date, last: dt.date) -> tuple[dt.date, int]:
    cells = _LINE.fullmatch(line)
    if not cells:
        raise NotUnderstood(_("A line has a week and a number: 2027-W05 5000."))
    week = _one(PLANNED_WEEK, cells[1])
    check_week(week, first, last)
    pairs = _one(PLANNED_PAIRS, cells[2])
    check_pairs(pairs)
    return week, pairs


def _one(field: ParsedField, text: str) -> Any:
    """Return the one reading of the text.

    :raises NotUnderstood: for none, and for several, naming them
    """
    try:
        return field.clean(text.strip())
    except ValidationError as error:
        raise NotUnderstood(error.messages[0]) from error


def check_week(week: dt.date, first: dt.date, last: dt.date) -> None:
    """Return when the week lies between ``first`` and ``last``.

    :raises NotUnderstood: otherwise, naming both
    """
    if not first <= week <= last:
        raise NotUnderstood(
            _("%(week)s cannot be planned: capacity runs from %(first)s to %(last)s.")
            % {
                "week": weeks_in_words(week),
                "first": weeks_in_words(first),
                "last": weeks_in_words(last),
            }
        )


def check_pairs(pairs: int) -> None:
    """Return when a week can carry so many pairs.

    :raises NotUnderstood: otherwise
    """
    if pairs > MAX_WEEK_PAIRS:
        raise NotUnderstood(
            _("At most %(most)s pairs fit into a week.") % {"most": f"{MAX_WEEK_PAIRS:,}"}
        )


def from_rate(rate: int, first: dt.date, last: dt.date, exceptions: Plan) -> Plan:
    count = (last - first).days // 7 + 1
    plan = {first + dt.timedelta(weeks=index): rate for index in range(count)}
    return plan | exceptions


def as_row(plan: Plan, first: dt.date) -> list[int]:
    """Return the plan as pairs per week from ``first`` on, up to its last week."""
    if not plan:
        return []
    length = (max(plan) - first).days // 7 + 1
    return [plan.get(first + dt.timedelta(weeks=index), 0) for index in range(length)]


def as_lines(plan: Iterable[tuple[dt.date, int]]) -> str:
    return "\n".join(f"{weeks.label(week)}\t{pairs}" for week, pairs in plan)


def festival_weeks(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the weeks from ``first`` to ``last`` in which the Spring Festival stops the lines.

    A week stops when the holiday touches its working days: as the State Council
    published it, else eight days from the eve of the lunar year. It is a proposal: many
    lines stop for longer.
    """
    stopped = []
    week = weeks.monday_of(first)
    while week <= last:
        workdays = [week + dt.timedelta(days=day) for day in range(5)]
        if any(map(_is_festival, workdays)):
            stopped.append(week)
        week += dt.timedelta(weeks=1)
    return stopped


def holidays(first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """Return the weeks from ``first`` to ``last`` with a public holiday, by its name.

    Where the State Council has published no days yet, the statutory days with a fixed date
    stand for them, and the Spring Festival by :func:`festival_weeks`.
    """
    found = dict.fromkeys(festival_weeks(first, last), SPRING_FESTIVAL)
    day = weeks.monday_of(first)
    while day < last + dt.timedelta(weeks=1):
        name = _holiday_name(day)
        if name and day.weekday() < SATURDAY:
            found.setdefault(weeks.monday_of(day), name)
        day += dt.timedelta(days=1)
    return found


def _holiday_name(day: dt.date) -> str:
    try:
        is_holiday, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return FIXED_HOLIDAYS.get((day.month, day.day), "")
    return name if is_holiday and name else ""


def _is_festival(day: dt.date) -> bool:
    try:
        is_holiday, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # not announced yet: chinesecalendar ends with its last year
        eve = new_year_day(day.year) - dt.timedelta(days=1)
        return eve <= day < eve + dt.timedelta(days=HOLIDAY_DAYS)
    return bool(is_holiday and name == SPRING_FESTIVAL)
