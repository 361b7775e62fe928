"""Days of the festivals that the trade counts by: before National Day, before Spring Festival."""

from __future__ import annotations

import datetime as dt

from matchmaking.core.spring_festival import lunar_day

_FIXED = {
    "new_year": (1, 1),
    "labour_day": (5, 1),
    "national_day": (10, 1),
    "christmas": (12, 25),
    "singles_day": (11, 11),
    "double_twelve": (12, 12),
}
# Month and day of the Chinese calendar.
_LUNAR = {"spring_festival": (1, 1), "dragon_boat": (5, 5), "mid_autumn": (8, 15)}
# The names that people use; 节前 means one of those that stop the lines.
WORDS = {
    "春节": "spring_festival",
    "过年": "spring_festival",
    "农历年": "spring_festival",
    "农历新年": "spring_festival",
    "大年": "spring_festival",
    "spring festival": "spring_festival",
    "chinese new year": "spring_festival",
    "lunar new year": "spring_festival",
    "cny holiday": "spring_festival",
    "cny": "spring_festival",
    "元旦": "new_year",
    "阳历年": "new_year",
    "五一": "labour_day",
    "劳动节": "labour_day",
    "labour day": "labour_day",
    "labor day": "labour_day",
    "may day": "labour_day",
    "端午": "dragon_boat",
    "端午节": "dragon_boat",
    "中秋": "mid_autumn",
    "中秋节": "mid_autumn",
    "国庆": "national_day",
    "国庆节": "national_day",
    "十一": "national_day",
    "双十一": "singles_day",
    "双11": "singles_day",
    "双十二": "double_twelve",
    "双12": "double_twelve",
    "national day": "national_day",
    "圣诞": "christmas",
    "圣诞节": "christmas",
    "christmas": "christmas",
    "xmas": "christmas",
}
PUBLIC = ("spring_festival", "new_year", "labour_day", "dragon_boat", "mid_autumn", "national_day")


def day_of(festival: str, year: int) -> dt.date | None:
    """Return the day of ``festival`` in ``year``; None before 1901 and after 2099."""
    if festival in _FIXED:
        return dt.date(year, *_FIXED[festival])
    try:
        return lunar_day(year, *_LUNAR[festival])
    except ValueError:
        return None


def next_day_of(festival: str, today: dt.date) -> dt.date | None:
    """Return the first day of ``festival`` after ``today``."""
    for year in (today.year, today.year + 1):
        day = day_of(festival, year)
        if day and day > today:
            return day
    return None


def coming(today: dt.date, *, within_days: int) -> list[tuple[str, dt.date]]:
    """Return the public festivals after ``today`` and not later than ``within_days``, in order."""
    days = [(name, next_day_of(name, today)) for name in PUBLIC]
    last = today + dt.timedelta(days=within_days)
    found = [(name, day) for name, day in days if day and day <= last]
    return sorted(found, key=lambda pair: pair[1])
