"""The Spring Festival: the first day of the lunar year, around which the lines stop."""

import datetime as dt

from lunardate import LunarDate


def new_year_day(year: int) -> dt.date:
    """Return the first day of the lunar year that begins in ``year``.

    By the calendar of GB/T 33661-2017; the holidays around it are the State Council's to
    announce, about a year ahead (chinesecalendar has those).

    :raises ValueError: before 1901 and after 2099
    """
    first: dt.date = LunarDate(year, 1, 1).to_solar_date()
    return first
