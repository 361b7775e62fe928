"""Lengths of time in days: 45天 · 25-30天 · 一个半月 · 6 weeks · 30 working days."""

from __future__ import annotations

import re
from decimal import Decimal

from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.numbers import AMOUNT, amount_outcome
from matchmaking.core.parsing.outcomes import (
    Ambiguous,
    Outcome,
    Read,
    Reading,
    Reason,
    Span,
    convert,
)

DAYS_OF_A_WEEK = 7
DAYS_OF_A_MONTH = 30  # the trade counts so
_FACTORS = {"天": 1, "周": DAYS_OF_A_WEEK, "月": DAYS_OF_A_MONTH}
_FACTORS |= {"day": 1, "week": DAYS_OF_A_WEEK, "month": DAYS_OF_A_MONTH}
DURATION = (
    r"(?:(?P<half>半)个月|(?P<month_and_half>[一两二三四五六1-6])个半月"
    rf"|(?P<length>{AMOUNT})\s?(?:(?P<working>个?工作日|个?工作天|(?:working|business)\s?days?)"
    r"|(?P<unit>天|周|个?星期|个?礼拜|个月|-?days?(?![a-z])|-?weeks?(?![a-z])|-?months?(?![a-z])|日(?=内|之内|以内))))"
)
_DURATION = re.compile(DURATION)
_CHINESE_DIGITS = "零一二三四五六"


def duration_outcome(found: re.Match[str], span: Span) -> Outcome[int]:
    """Read what ``DURATION`` matched, in days; a month has thirty."""
    if found["half"]:
        return Read(DAYS_OF_A_MONTH // 2, span)
    if written := found["month_and_half"]:
        digit = written.replace("两", "二")
        months = _CHINESE_DIGITS.find(digit) if digit in _CHINESE_DIGITS else int(digit)
        return Read(months * DAYS_OF_A_MONTH + DAYS_OF_A_MONTH // 2, span)
    length = amount_outcome(found["length"], span, whole=True)
    if found["working"]:
        return _of_working_days(length, span)
    factor = _factor(found["unit"])
    return convert(length, lambda value: int(value) * factor)


def _factor(unit: str) -> int:
    plain = unit.strip("-个s")
    if plain in {"星期", "礼拜"}:
        return DAYS_OF_A_WEEK
    return _FACTORS.get(plain, 1)


def _of_working_days(length: Outcome[Decimal], span: Span) -> Outcome[int]:
    if not isinstance(length, Read):
        return convert(length, int)
    days = int(length.value)
    calendar_days = days * 7 // 6  # six working days a week
    readings = (Reading(days, str(days)), Reading(calendar_days, str(calendar_days)))
    return Ambiguous(readings, span, Reason.WORKING_DAYS)


def read_days(text: str) -> Outcome[int]:
    """Read a whole cell as a number of days; a bare number is one."""
    normalized = NormalizedText(text)
    plain = re.sub(r"(左右|上下|之内|以内|内)$", "", normalized.plain.strip())
    plain = re.sub(r"(?<=[0-9])\s?(?:日|d|dys?)$", "天", plain)
    if found := _DURATION.fullmatch(plain):
        return duration_outcome(found, normalized.whole)
    if re.fullmatch(AMOUNT, plain):
        return convert(amount_outcome(plain, normalized.whole, whole=True), int)
    return None
