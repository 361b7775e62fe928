"""Office minutes: equal to a clock that is read minute by minute, over two years."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.core import business_time
from matchmaking.core.business_time import due_at, is_announced, is_working_day, minutes_between

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = dt.timedelta(minutes=1)
FIRST = dt.datetime(2025, 1, 1, tzinfo=ZONE)
DAYS = 730
HOURS = ((9 * 60, 12 * 60), (14 * 60, 17 * 60 + 30))


def brute_clock():
    """Return for each minute of two years how many office minutes lie before it."""
    counts, so_far = [0], 0
    for number in range(DAYS):
        day = (FIRST + dt.timedelta(days=number)).date()
        works = is_working_day(day)
        for minute in range(24 * 60):
            if works and any(begins <= minute < ends for begins, ends in HOURS):
                so_far += 1
            counts.append(so_far)
    return counts


CLOCK = brute_clock()
moments = st.integers(0, DAYS * 24 * 60 - 1)


def at(minute):
    return FIRST + minute * MINUTE


def test_every_hour_of_two_years_equals_the_clock():
    """17,520 spans that begin at each hour and end at the last minute; no difference."""
    last = len(CLOCK) - 1
    differences = 0
    for start in range(0, last, 60):
        until = min(start + 10 * 24 * 60 + 17, last)
        found = minutes_between(at(start), at(until))
        differences += abs(found - (CLOCK[until] - CLOCK[start]))
    assert differences == 0
    assert minutes_between(at(0), at(last)) == CLOCK[last]


@settings(max_examples=150, deadline=None)
@given(moments, moments, moments, st.integers(0, 20_000))
def test_pauses_are_left_out_as_the_clock_leaves_them(one, other, pause, length):
    since, until = sorted((one, other))
    until = min(until, since + 60 * 24 * 60)
    ends = min(pause + length, len(CLOCK) - 1)
    inside_from, inside_to = max(pause, since), min(ends, until)
    paused = CLOCK[inside_to] - CLOCK[inside_from] if inside_to > inside_from else 0

    found = minutes_between(at(since), at(until), [(at(pause), at(ends))])

    assert found == CLOCK[until] - CLOCK[since] - paused


@settings(max_examples=150, deadline=None)
@given(st.integers(0, (DAYS - 60) * 24 * 60), st.integers(1, 3_000))
def test_deadline_is_the_minute_in_which_the_clock_reaches_it(since, minutes):
    due = due_at(at(since), minutes)

    place = round((due - FIRST) / MINUTE)
    assert CLOCK[place] - CLOCK[since] == minutes
    assert CLOCK[place - 1] - CLOCK[since] == minutes - 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, (DAYS - 90) * 24 * 60), st.integers(1, 2_000), st.integers(0, 5_000))
def test_deadline_moves_by_what_was_paused(since, minutes, length):
    pause = [(at(since + 30), at(since + 30 + length))]

    due = due_at(at(since), minutes, pause)

    assert minutes_between(at(since), due, pause) == minutes


def test_make_up_saturday_counts_and_the_festival_does_not():
    assert is_working_day(dt.date(2025, 1, 26))  # a Sunday before Spring Festival
    assert not is_working_day(dt.date(2025, 1, 29))
    assert not is_working_day(dt.date(2025, 10, 3))
    assert is_working_day(dt.date(2025, 10, 11))  # a Saturday after National Day


def test_friday_afternoon_is_followed_by_monday_morning():
    friday = dt.datetime(2026, 11, 27, 17, 0, tzinfo=ZONE)

    assert due_at(friday, 60) == dt.datetime(2026, 11, 30, 9, 30, tzinfo=ZONE)


def test_year_that_nobody_announced_is_guessed_and_said_so():
    spring_festival = dt.date(2031, 1, 23)
    assert not is_announced(spring_festival)
    assert not is_working_day(spring_festival)
    assert not is_working_day(dt.date(2031, 10, 2))
    assert not is_working_day(dt.date(2031, 4, 5))
    assert is_working_day(dt.date(2031, 3, 3))
    assert not is_working_day(dt.date(2031, 3, 8))


def test_seconds_are_not_counted_as_minutes():
    begins = dt.datetime(2026, 11, 30, 9, 0, 30, tzinfo=ZONE)

    assert minutes_between(begins, begins + dt.timedelta(seconds=89)) == 0
    assert minutes_between(begins, begins + dt.timedelta(seconds=90)) == 1
    assert minutes_between(begins, begins) == 0


@pytest.mark.parametrize("hours", [[("12:00", "09:00")], [("09:00", "12:00"), ("11:00", "13:00")]])
def test_hours_that_overlap_are_refused(hours, settings):
    settings.OFFICE_HOURS = hours
    with pytest.raises(ValueError, match="OFFICE_HOURS"):
        minutes_between(at(0), at(100_000))


def test_without_hours_nothing_is_due(settings):
    settings.OFFICE_HOURS = []
    assert minutes_between(at(0), at(100_000)) == 0
    with pytest.raises(business_time.NeverDue):
        due_at(at(0), 1)
