"""ISO weeks by label, by number, or by one of their days: 2027-W05 · 27W14 · 第9周 · 2027-02-01."""

from __future__ import annotations

import datetime as dt
import re

from matchmaking.core.parsing import day_cells, day_readings, days, periods
from matchmaking.core.parsing.day_patterns import PATTERNS
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import (
    Ambiguous,
    Outcome,
    Read,
    Reason,
    Span,
    convert,
    outcome_of,
    readings_in,
)

_BARE_WEEK = re.compile(r"([0-5]?[0-9])\s?(?:周|w)")  # in a text it is as often a length of time


def read_week(
    text: str, today: dt.date, *, year: int | None = None, guess_year: bool = True
) -> Outcome[dt.date]:
    """Read a whole cell as a week; the value is its Monday.

    ``year`` is that of a neighbouring column. Without any, the next such week is meant; with
    ``guess_year`` off it is ambiguous between this year and the next.
    """
    normalized = NormalizedText(text)
    plain = day_cells.week_words(normalized.plain.strip().lstrip("'"))
    if bare := _BARE_WEEK.fullmatch(plain):
        plain = f"第{bare[1]}周"
    match = PATTERNS["week"].fullmatch(plain)
    if match and not any(match[f"y{n}"] for n in range(1, 5)) and not match["from"]:
        week = next(match[f"w{n}"] for n in range(1, 5) if match[f"w{n}"])
        if year or not guess_year:
            years = [year] if year else [today.year, today.year + 1]
            weeks = [periods.iso_week(one, day_readings.number_of(week)) for one in years]
            mondays = [one.first for one in weeks if one]
            return outcome_of(mondays, normalized.whole, Reason.YEAR)
    period = days.read_period(plain, today)
    named = [_monday(one) for one in _periods(period)]
    if any(monday is None for monday in named):
        return None
    reason = period.reason if isinstance(period, Ambiguous) else Reason.YEAR
    return outcome_of((one for one in named if one), normalized.whole, reason)


def read_due_week(text: str, today: dt.date) -> Outcome[dt.date]:
    """Read by when: the Monday of the week in which the last day lies (3月底前, 3月, W12).

    6周 is asked about: the sixth week, or six weeks from today.
    """
    normalized = NormalizedText(text)
    if bare := _BARE_WEEK.fullmatch(normalized.plain.strip()):
        later = today + dt.timedelta(weeks=int(bare[1]))
        numbered = read_week(f"第{bare[1]}周", today)
        mondays = [reading.value for reading in readings_in(numbered)]
        return outcome_of([*mondays, _monday_of(later)], normalized.whole, Reason.WEEK_OR_WEEKS)
    outcome = days.read_day(day_cells.week_words(normalized.plain), today)
    return _within(convert(outcome, _monday_of), normalized.whole)


def read_start_week(text: str, today: dt.date) -> Outcome[dt.date]:
    """Read from when: the Monday of the week in which the first day lies."""
    normalized = NormalizedText(text)
    outcome = days.read_day(day_cells.week_words(normalized.plain), today, begins=True)
    return _within(convert(outcome, _monday_of), normalized.whole)


def _within(outcome: Outcome[dt.date], span: Span) -> Outcome[dt.date]:
    if isinstance(outcome, Ambiguous):
        return outcome_of((one.value for one in outcome.readings), span, outcome.reason)
    return outcome and Read(outcome.value, span)


def _monday_of(day: dt.date) -> dt.date:
    return day_readings.monday_to_sunday(day).first


def _periods(outcome: Outcome[periods.Period]) -> list[periods.Period]:
    if isinstance(outcome, Read):
        return [outcome.value]
    return [reading.value for reading in days.readings_of(outcome)]


def _monday(period: periods.Period) -> dt.date | None:
    """Return the Monday of a period that lies in one week, None of a longer one."""
    week = day_readings.monday_to_sunday(period.first)
    return week.first if period.last <= week.last else None
