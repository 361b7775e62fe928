"""Days of the festivals that the trade counts by: before National Day, before Spring Festival."""

from __future__ import annotations

import datetime as dt

# Spring Festival, Dragon Boat and Mid-Autumn by the Chinese calendar (GB/T 33661-2017). A
# table, not a library: sixteen years outlive the horizon of 104 weeks, and a wrong day
# would show in every reading of 年前.
_LUNAR = {
    2025: ("01-29", "05-31", "10-06"),
    2026: ("02-17", "06-19", "09-25"),
    2027: ("02-06", "06-09", "09-15"),
    2028: ("01-26", "05-28", "10-03"),
    2029: ("02-13", "06-16", "09-22"),
    2030: ("02-03", "06-05", "09-12"),
    2031: ("01-23", "06-24", "10-01"),
    2032: ("02-11", "06-12", "09-19"),
    2033: ("01-31", "06-01", "09-08"),
    2034: ("02-19", "06-20", "09-27"),
    2035: ("02-08", "06-10", "09-16"),
    2036: ("01-28", "05-30", "10-04"),
    2037: ("02-15", "06-18", "09-24"),
    2038: ("02-04", "06-07", "09-13"),
    2039: ("01-24", "05-27", "10-02"),
    2040: ("02-12", "06-14", "09-20"),
}
_FIXED = {
    "new_year": (1, 1),
    "labour_day": (5, 1),
    "national_day": (10, 1),
    "christmas": (12, 25),
}
_PLACES = {"spring_festival": 0, "dragon_boat": 1, "mid_autumn": 2}
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
    "national day": "national_day",
    "圣诞": "christmas",
    "圣诞节": "christmas",
    "christmas": "christmas",
    "xmas": "christmas",
}
PUBLIC = ("spring_festival", "new_year", "labour_day", "dragon_boat", "mid_autumn", "national_day")


def day_of(festival: str, year: int) -> dt.date | None:
    """Return the day of ``festival`` in ``year``; None beyond the table."""
    if festival in _FIXED:
        return dt.date(year, *_FIXED[festival])
    days = _LUNAR.get(year)
    return dt.date.fromisoformat(f"{year}-{days[_PLACES[festival]]}") if days else None


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
