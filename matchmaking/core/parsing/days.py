"""Days and periods as people write them: 3月20号前 · 3.20出货 · 20号 · 月底 · 年前 · 31 March · 04/05."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from matchmaking.core.parsing import day_cells, periods
from matchmaking.core.parsing.day_patterns import CUE_BEFORE, PATTERNS
from matchmaking.core.parsing.day_readings import HANDLERS, Reference, slash
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import (
    Ambiguous,
    Outcome,
    Read,
    Reading,
    Reason,
    Span,
    outcome_of,
)
from matchmaking.core.parsing.periods import Period, one_day

_PART_OF = re.compile(r"(?:week|half|part|days|third)\s(?:of|in)\s?$")
LONGEST_CELL = 80
_TWO_FIGURES = re.compile(r"(?P<a>[0-9]{1,2})[.-](?P<b>[0-9]{1,2})")
_JOINER = re.compile(r"\s?(?:-|~|到|至|to|until|till|through)\s?")


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A period at ``text[start:end]``. ``kind`` is the pattern's name; of two joined, "range"."""

    start: int
    end: int
    outcome: Outcome[Period]
    kind: str


def find_days(text: NormalizedText, plain: str, ref: Reference) -> list[FoundDay]:
    """Find every period in ``plain``, which is ``text.plain`` or a masked copy of it.

    Without a word beside it a dotted pair of figures (3.20) is left alone: it may be a price.
    Two that a dash or 到 joins are one.
    """
    taken = bytearray(len(plain))
    found: list[FoundDay] = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(plain):
            start, end = match.span()
            if start == end or any(taken[start:end]) or _is_no_day(kind, match, plain):
                continue
            readings = HANDLERS[kind](match, ref)
            outcome = periods.outcome_of_periods(readings, text.span(start, end))
            if outcome is not None:
                taken[start:end] = b"\x01" * (end - start)
                found.append(FoundDay(start, end, outcome, kind))
    return _joined(sorted(found, key=lambda one: one.start), text, plain)


def _is_no_day(kind: str, match: re.Match[str], plain: str) -> bool:
    before = plain[max(0, match.start() - 12) : match.start()]
    if kind == "english_month" and _PART_OF.search(before):
        return True  # first week of April: not the whole of it
    if kind != "dotted" or match["cue"] is not None:
        return False
    return not CUE_BEFORE.search(before)


def _joined(found: list[FoundDay], text: NormalizedText, plain: str) -> list[FoundDay]:
    joined: list[FoundDay] = []
    for day in found:
        before = joined[-1] if joined else None
        if before and _JOINER.fullmatch(plain[before.end : day.end][: day.start - before.end]):
            span = text.span(before.start, day.end)
            together = _from_to(before.outcome, day.outcome, span)
            if together:
                joined[-1] = FoundDay(before.start, day.end, together, "range")
                continue
        joined.append(day)
    return joined


def _from_to(first: Outcome[Period], last: Outcome[Period], span: Span) -> Outcome[Period]:
    """Return the days from the one to the other; the end lies in the year that makes it later."""
    if not isinstance(first, Read) or last is None:
        return None
    ends = [last.value] if isinstance(last, Read) else [one.value for one in last.readings]
    reason = Reason.PART_OF_MONTH if isinstance(last, Read) else last.reason
    start = first.value.first
    found = []
    for end in (period.last for period in ends):
        later = one_day(end.year + 1, end.month, end.day) if end < start else None
        found.append(Period(start, later.last if later else end))
    if any(period.last < start for period in found):
        return None
    return outcome_of(found, span, reason)


def read_period(text: str, today: dt.date, *, month_first: bool | None = None) -> Outcome[Period]:
    """Read a whole cell as a day or a period: 2027-6-7, 3月, 3月5-10号, W12.

    ``month_first`` decides 4/5; without it the cell is ambiguous, as 7.6.2027 always is.
    """
    normalized = NormalizedText(text)
    ref = Reference(today, month_first)
    written, weekday = day_cells.weekday_of(normalized.plain.strip().lstrip("'"))
    if len(written) > LONGEST_CELL:
        return None
    for plain in day_cells.bare_forms(written):
        outcome = _whole(plain, ref, normalized.whole)
        if outcome is not None:
            return _on_weekday(outcome, weekday)
    return None


def _whole(plain: str, ref: Reference, span: Span) -> Outcome[Period]:
    readings = day_cells.readings_of(plain, ref)
    if readings[0]:
        return periods.outcome_of_periods(readings, span)
    found = find_days(NormalizedText(plain), plain, ref)
    if len(found) == 1 and (found[0].start, found[0].end) == (0, len(plain)):
        return _respan(found[0].outcome, span)
    if match := _TWO_FIGURES.fullmatch(plain):
        return periods.outcome_of_periods(slash(match, ref), span)
    return None


def _on_weekday(outcome: Outcome[Period], weekday: int | None) -> Outcome[Period]:
    """Return the readings that fall on the day of the week that is written beside them.

    A day that contradicts its weekday is not understood: one of the two is a slip.
    """
    if weekday is None or outcome is None:
        return outcome
    found = [outcome.value] if isinstance(outcome, Read) else [r.value for r in outcome.readings]
    fitting = [period for period in found if period.last.weekday() == weekday]
    reason = Reason.YEAR if isinstance(outcome, Read) else outcome.reason
    return outcome_of(fitting, outcome.span, reason)


def _respan(outcome: Outcome[Period], span: Span) -> Outcome[Period]:
    if isinstance(outcome, Ambiguous):
        return Ambiguous(outcome.readings, span, outcome.reason)
    return Read(outcome.value, span) if outcome else None


def read_day(
    text: str, today: dt.date, *, month_first: bool | None = None, begins: bool = False
) -> Outcome[dt.date]:
    period = read_period(text, today, month_first=month_first)
    return periods.first_day(period) if begins else periods.last_day(period)


def readings_of(outcome: Outcome[Period]) -> tuple[Reading[Period], ...]:
    return outcome.readings if isinstance(outcome, Ambiguous) else ()
