"""The first day of the lunar year, announced or not."""

import datetime as dt

import chinese_calendar
import pytest

from matchmaking.core.spring_festival import new_year_day


@pytest.mark.parametrize(
    "day", ["2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2033-01-31", "2035-02-08"]
)
def test_lunar_years_begin_as_the_national_standard_has_it(day):
    first = dt.date.fromisoformat(day)

    assert new_year_day(first.year) == first


@pytest.mark.parametrize("year", range(2010, 2027))
def test_announced_holidays_begin_around_the_first_day(year):
    is_off, name = chinese_calendar.get_holiday_detail(new_year_day(year))

    assert (is_off, name) == (True, "Spring Festival")
