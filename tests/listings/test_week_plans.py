"""Weekly plans as people write them."""

import datetime as dt

import pytest
import time_machine

from matchmaking.core import weeks
from matchmaking.listings import week_plans

pytestmark = [pytest.mark.usefixtures("november")]
FIRST, LAST = dt.date(2026, 11, 16), dt.date(2028, 11, 6)


@pytest.fixture
def november():
    with time_machine.travel(dt.datetime(2026, 11, 16, 4, tzinfo=dt.UTC), tick=False):
        yield


def test_parse_lines_reads_what_a_sheet_pastes():
    text = "week\tpairs\n2027-W05\t5,000\n\n2027-02-15,6万\n2027-W08,500\n2027年第9周 700双"

    plan, errors = week_plans.parse_lines(text, first=FIRST, last=LAST)

    assert errors == []
    assert plan == {
        dt.date(2027, 2, 1): 5_000,
        dt.date(2027, 2, 15): 60_000,
        dt.date(2027, 2, 22): 500,
        dt.date(2027, 3, 1): 700,
    }


@time_machine.travel(dt.datetime(2026, 11, 25, 4, tzinfo=dt.UTC), tick=False)
def test_parse_lines_names_every_wrong_line():
    text = "2027-W05 5000\n2027-W05 1\n2030-W01 1\nW5 1\n2027-W06\n2027-W07 9,000,000"

    plan, errors = week_plans.parse_lines(text, first=FIRST, last=LAST)

    assert [error.line for error in errors] == [2, 3, 4, 5, 6]
    assert str(errors[1]) == (
        "Line 3: late Dec 2029 (W01) cannot be planned: capacity "
        "runs from mid-Nov (W47) to early Nov 2028 (W45)."
    )
    assert plan == {dt.date(2027, 2, 1): 5_000}


def test_parse_lines_asks_what_has_two_readings_and_reads_weeks_as_the_trade_writes_them():
    text = "W10 60.000\n27W11 停产\n第12周 6千\n3月 500"

    plan, errors = week_plans.parse_lines(text, first=FIRST, last=LAST)

    assert plan == {dt.date(2027, 3, 15): 0, dt.date(2027, 3, 22): 6_000}
    assert [str(error) for error in errors] == [
        "Line 1: “60.000” can be read as 60,000 pairs or 60 pairs: choose one.",
        "Line 4: “3月” is not a week: write a day such as 2027-02-01, or a week such as 2027-W05.",
    ]


def test_rate_with_exceptions():
    week = dt.timedelta(weeks=1)

    plan = week_plans.from_rate(900, FIRST, FIRST + 3 * week, {FIRST + week: 0})

    assert week_plans.as_row(plan, FIRST) == [900, 0, 900, 900]
    assert week_plans.as_row({}, FIRST) == []


def test_lines_read_back():
    plan = {FIRST: 1, FIRST + dt.timedelta(weeks=1): 0}

    assert (
        week_plans.parse_lines(week_plans.as_lines(plan.items()), first=FIRST, last=LAST)[0] == plan
    )


def test_festival_weeks_from_the_calendar_and_beyond_it():
    found = week_plans.festival_weeks(dt.date(2025, 1, 1), dt.date(2028, 12, 31))

    assert [weeks.label(week) for week in found] == [
        "2025-W05",
        "2025-W06",
        "2026-W08",
        "2026-W09",
        "2027-W05",
        "2027-W06",
        "2028-W04",
        "2028-W05",
    ]
