"""ISO weeks by label, by number, or by one of their days: 2027-W05 · 27W14 · 第9周 · 2027-02-01."""

from __future__ import annotations

import datetime as dt

from matchmaking.core.parsing import day_readings, days, periods
from matchmaking.core.parsing.day_patterns import PATTERNS
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import Ambiguous, Outcome, Read, Reason, outcome_of


def read_week(
    text: str, today: dt.date, *, year: int | None = None, guess_year: bool = True
) -> Outcome[dt.date]:
    """Read a whole cell as a week; the value is its Monday.

    ``year`` is that of a neighbouring column. Without any, the next such week is meant; with
    ``guess_year`` off it is ambiguous between this year and the next.
    """
    normalized = NormalizedText(text)
    plain = normalized.plain.strip()
    match = PATTERNS["week"].fullmatch(plain)
    if match and not any(match[f"y{n}"] for n in range(1, 5)) and not match["from"]:
        week = next(match[f"w{n}"] for n in range(1, 5) if match[f"w{n}"])
        if year or not guess_year:
            years = [year] if year else [today.year, today.year + 1]
            weeks = [periods.iso_week(one, day_readings.number_of(week)) for one in years]
            mondays = [one.first for one in weeks if one]
            return outcome_of(mondays, normalized.whole, Reason.YEAR)
    period = days.read_period(text, today)
    named = [_monday(one) for one in _periods(period)]
    if any(monday is None for monday in named):
        return None
    reason = period.reason if isinstance(period, Ambiguous) else Reason.YEAR
    return outcome_of((one for one in named if one), normalized.whole, reason)


def _periods(outcome: Outcome[periods.Period]) -> list[periods.Period]:
    if isinstance(outcome, Read):
        return [outcome.value]
    return [reading.value for reading in days.readings_of(outcome)]


def _monday(period: periods.Period) -> dt.date | None:
    """Return the Monday of a period that lies in one week, None of a longer one."""
    week = day_readings.monday_to_sunday(period.first)
    return week.first if period.last <= week.last else None
