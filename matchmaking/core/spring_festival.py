"""The Spring Festival: the first day of the lunar year, around which the lines stop."""

import datetime as dt

from lunardate import LunarDate


def new_year_day(year: int) -> dt.date:
    """Return the first day of the lunar year that begins in ``year``.

    By the calendar of GB/T 33661-2017; the holidays around it are the State Council's to
    announce, about a year ahead (chinesecalendar has those).

    :raises ValueError: before 1901 and after 2099
    """
    return lunar_day(year, 1, 1)


def lunar_day(year: int, month: int, day: int) -> dt.date:
    """Return the day of the Chinese calendar in the lunar year that begins in ``year``.

    :raises ValueError: before 1901 and after 2099
    """
    found: dt.date = LunarDate(year, month, day).to_solar_date()
    return found
