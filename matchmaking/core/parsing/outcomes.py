"""Outcomes of reading: a value and its place in the text, or the readings to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (not included) of the text as it was sent."""

    start: int
    end: int


class Reason(StrEnum):
    """Why a text has more than one reading; the key of the question that asks."""

    RANGE = "range"  # 3-5万: readings are both ends
    OPEN_ENDED = "open_ended"  # 2万多, 5000+: the reading is the least
    THOUSANDS = "thousands"  # 60.000: readings are 60000 and 60
    DAY_OR_MONTH_FIRST = "day_or_month_first"  # 04/05
    YEAR = "year"  # a day that has just passed: of this year or of the next
    FESTIVAL = "festival"  # 年前, 节前: readings are the days before each festival
    MONTH_END_IS_NOW = "month_end_is_now"  # 月底 on the 30th
    PART_OF_MONTH = "part_of_month"  # 月初, 月中, mid March
    AFTER_FESTIVAL = "after_festival"  # 年后: no day is said
    TRADE_WORD = "trade_word"  # 板鞋: readings are the terms that it may name
    WEEK_OR_WEEKS = "week_or_weeks"  # 6周 as a due week: W06, or six weeks from today
    WORKING_DAYS = "working_days"  # 30 working days: readings are 30 and 42 days


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """One of several readings, with a short notation that no language owns (2027-04-05)."""

    value: T_co
    words: str


@dataclass(frozen=True, slots=True)
class Read(Generic[T_co]):
    """The one value that the text has."""

    value: T_co
    span: Span


@dataclass(frozen=True, slots=True)
class Ambiguous(Generic[T_co]):
    """A text that says something, but not which of ``readings``."""

    readings: tuple[Reading[T_co], ...]
    span: Span
    reason: Reason


Outcome: TypeAlias = Read[T] | Ambiguous[T] | None


def outcome_of(values: Iterable[T], span: Span, reason: Reason) -> Outcome[T]:
    """Return ``Read`` for one value, ``Ambiguous`` for several different ones, None for none."""
    distinct = tuple(dict.fromkeys(values))
    if not distinct:
        return None
    if len(distinct) == 1:
        return Read(distinct[0], span)
    return Ambiguous(tuple(Reading(value, str(value)) for value in distinct), span, reason)


def readings_in(outcome: Outcome[T]) -> tuple[Reading[T], ...]:
    if isinstance(outcome, Read):
        return (Reading(outcome.value, str(outcome.value)),)
    return outcome.readings if outcome else ()


def convert(outcome: Outcome[T], change: Callable[[T], U]) -> Outcome[U]:
    """Return the outcome with ``change`` applied to its value, or to each of its readings."""
    if outcome is None:
        return None
    if isinstance(outcome, Read):
        return Read(change(outcome.value), outcome.span)
    values = tuple(change(reading.value) for reading in outcome.readings)
    readings = tuple(Reading(value, str(value)) for value in values)
    return Ambiguous(readings, outcome.span, outcome.reason)
