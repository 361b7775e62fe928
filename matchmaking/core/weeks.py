"""ISO weeks: where capacity and due dates meet.

A week is named by its Monday (a date), by its label (``2027-W05``) or by its number,
counted from Monday 1970-01-05 (number 0).
"""

import datetime as dt
import re

HORIZON_WEEKS = 104
JOINER = "\u2060"  # keeps a label on one line of a page; who copies a label copies it too
EPOCH = dt.date(1970, 1, 5)
_LABEL = re.compile(r"(\d{4})-?W(\d{1,2})")


def monday_of(day: dt.date) -> dt.date:
    """Return the Monday of the ISO week in which ``day`` lies."""
    return day - dt.timedelta(days=day.weekday())


def week_number(day: dt.date) -> int:
    return (day - EPOCH).days // 7


def day_number(day: dt.date) -> int:
    """Return days since the Monday of week 0."""
    return (day - EPOCH).days


def monday(number: int) -> dt.date:
    return EPOCH + dt.timedelta(weeks=number)


def label(day: dt.date) -> str:
    """Return the ISO label of the week of ``day``, ``2022-W52`` for 1 January 2023."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def parse_label(text: str) -> dt.date:
    """Return the Monday of the week that ``text`` names (``2027-W05``, ``2027W5``).

    :raises ValueError: if the text is no ISO week, or the year has no such week
    """
    found = _LABEL.fullmatch(text.replace(JOINER, "").strip().upper())
    if not found:
        raise ValueError(text)
    return dt.date.fromisocalendar(int(found[1]), int(found[2]), 1)
