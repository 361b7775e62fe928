import datetime as dt

import pytest

from matchmaking.core.parsing.days import read_day, read_period
from matchmaking.core.parsing.durations import read_days
from matchmaking.core.parsing.festivals import coming, day_of, next_day_of
from matchmaking.core.parsing.outcomes import Ambiguous, Reason
from matchmaking.core.parsing.periods import Period
from matchmaking.core.parsing.weeks import read_week

TODAY = dt.date(2026, 11, 30)
DAYS = {
    "2027-06-07": "2027-06-07",
    "2027-6-7": "2027-06-07",
    "2099-01-01": "2099-01-01",
    "2020-01-01": "2020-01-01",
    "46180": "2026-06-07",
    "20270607": "2027-06-07",
    "2027/6/7 0:00": "2027-06-07",
    "2027.3.25": "2027-03-25",
    "２０２７．３．２５": "2027-03-25",
    "2027年3月20日": "2027-03-20",
    "28.2.2027": "2027-02-28",
    "31-Mar-27": "2027-03-31",
    "31 March 2027": "2027-03-31",
    "March 31st, 2027": "2027-03-31",
    "Jan 4": "2027-01-04",
    "end of May": "2027-05-31",
    "3月20号": "2027-03-20",
    "3月20号前": "2027-03-20",
    "3.20": "2027-03-20",
    "三月二十号": "2027-03-20",
    "12月20": "2026-12-20",
    "20号": "2026-12-20",
    "3月底": "2027-03-31",
    "3月底前": "2027-03-31",
    "3月上旬": "2027-03-10",
    "3月中旬": "2027-03-20",
    "2月下旬": "2027-02-28",
    "3月": "2027-03-31",
    "3-5月": "2027-05-31",
    "3月5-10号": "2027-03-10",
    "12月20日到2月1日": "2027-02-01",
    "明年3月": "2027-03-31",
    "下个月底": "2026-12-31",
    "下周五": "2026-12-11",
    "年底": "2026-12-31",
    "国庆前": "2027-09-30",
    "春节前": "2027-02-05",
    "before Chinese New Year": "2027-02-05",
    "W12": "2027-03-28",
    "Q1 2027": "2027-03-31",
    "2月30号": None,
    "13月": None,
    "32号": None,
    "2027-13-01": None,
    "may": None,
    "45-48": None,
    "": None,
}


@pytest.mark.parametrize(("text", "day"), DAYS.items())
def test_day_is_the_last_of_what_is_named(text, day):
    outcome = read_day(text, TODAY)

    assert outcome is None if day is None else outcome.value.isoformat() == day


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("3月上旬", "2027-03-01"),
        ("3月中旬", "2027-03-11"),
        ("3月下旬", "2027-03-21"),
        ("3月初", "2027-03-01"),
        ("W12", "2027-03-22"),
        ("1月", "2027-01-01"),
    ],
)
def test_beginning_is_the_first_of_what_is_named(text, first):
    assert read_day(text, TODAY, begins=True).value.isoformat() == first


@pytest.mark.parametrize(
    ("text", "readings", "reason"),
    [
        ("7.6.2027", ["2027-06-07", "2027-07-06"], Reason.DAY_OR_MONTH_FIRST),
        ("04/05", ["2027-05-04", "2027-04-05"], Reason.DAY_OR_MONTH_FIRST),
        ("年前", ["2026-12-31", "2027-02-05"], Reason.FESTIVAL),
        ("节前", ["2026-12-31", "2027-02-05"], Reason.FESTIVAL),
        ("月底", ["2026-11-30", "2026-12-31"], Reason.MONTH_END_IS_NOW),
        ("3月初", ["2027-03-05", "2027-03-10"], Reason.PART_OF_MONTH),
        ("5月前", ["2027-04-30", "2027-05-31"], Reason.PART_OF_MONTH),
        ("11月20号", ["2026-11-20", "2027-11-20"], Reason.YEAR),
    ],
)
def test_day_with_several_readings_is_asked_about(text, readings, reason):
    outcome = read_day(text, TODAY)

    assert isinstance(outcome, Ambiguous)
    assert [reading.words for reading in outcome.readings] == readings
    assert outcome.reason is reason


def test_order_of_month_and_day_can_be_given():
    assert read_day("4/5", TODAY, month_first=True).value == dt.date(2027, 4, 5)
    assert read_day("4/5", TODAY, month_first=False).value == dt.date(2027, 5, 4)
    assert read_day("5/15", TODAY).value == dt.date(2027, 5, 15)


def test_between_the_two_new_years_only_one_is_left():
    assert read_day("年前", dt.date(2027, 1, 11)).value == dt.date(2027, 2, 5)
    assert read_day("节前", dt.date(2027, 1, 20)).value == dt.date(2027, 2, 5)


def test_year_follows_the_order_of_both_days():
    assert read_period("12月20日到2月1日", TODAY).value == Period(
        dt.date(2026, 12, 20), dt.date(2027, 2, 1)
    )


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2027-W05", "2027-02-01"),
        ("2027-w5", "2027-02-01"),
        ("27W14", "2027-04-05"),
        ("第9周", "2027-03-01"),
        ("W10", "2027-03-08"),
        ("2027年第11周(3/15-3/21)", "2027-03-15"),
        ("2027/15周", "2027-04-12"),
        ("2027-02-03", "2027-02-01"),
        ("W60", None),
        ("2027-W53", None),
        ("3月", None),
    ],
)
def test_week_is_its_monday(text, monday):
    outcome = read_week(text, TODAY)

    assert outcome is None if monday is None else outcome.value.isoformat() == monday


def test_week_without_a_year_takes_a_neighbours_or_asks():
    asked = read_week("第9周", TODAY, guess_year=False)

    assert read_week("第9周", TODAY, year=2028).value == dt.date(2028, 2, 28)
    assert [reading.words for reading in asked.readings] == ["2026-02-23", "2027-03-01"]


def test_week_that_contradicts_its_days_is_asked_about():
    outcome = read_week("2027年第11周(3/22-3/28)", TODAY)

    assert [reading.words for reading in outcome.readings] == ["2027-03-15", "2027-03-22"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("45天", 45),
        ("一个半月", 45),
        ("两个月", 60),
        ("6 weeks", 42),
        ("半个月", 15),
        ("25", 25),
        ("soon", None),
    ],
)
def test_length_of_time_is_in_days(text, days):
    outcome = read_days(text)

    assert outcome is None if days is None else outcome.value == days


def test_length_with_two_readings_is_asked_about():
    assert [reading.value for reading in read_days("25-30天").readings] == [25, 30]
    assert [reading.value for reading in read_days("30 working days").readings] == [30, 35]


def test_festivals_that_the_trade_counts_by():
    assert day_of("spring_festival", 2028) == dt.date(2028, 1, 26)
    assert day_of("spring_festival", 2029) == dt.date(2029, 2, 13)
    assert day_of("spring_festival", 2100) is None
    assert next_day_of("national_day", TODAY) == dt.date(2027, 10, 1)
    assert [name for name, _ in coming(TODAY, within_days=70)] == ["new_year", "spring_festival"]
