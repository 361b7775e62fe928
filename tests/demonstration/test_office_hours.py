"""Office hours of the demonstration: the plan's ages as moments of working days."""

import datetime as dt
from itertools import pairwise

import pytest

from matchmaking.demonstration.office_hours import BEIJING, Office


def beijing(*moment):
    return dt.datetime(*moment, tzinfo=BEIJING)


def is_open(moment):
    local = moment.astimezone(BEIJING)
    return local.weekday() < 5 and dt.time(8, 30) <= local.time() <= dt.time(18)


@pytest.mark.parametrize(
    ("at", "now"),
    [
        (beijing(2026, 9, 7, 9, 30), beijing(2026, 9, 7, 9, 30)),
        (beijing(2026, 9, 8, 3), beijing(2026, 9, 7, 18)),
        (beijing(2026, 9, 8, 23), beijing(2026, 9, 8, 18)),
        (beijing(2026, 9, 12, 3), beijing(2026, 9, 11, 18)),
        (beijing(2026, 9, 13, 12), beijing(2026, 9, 11, 18)),
        (beijing(2026, 9, 7, 3), beijing(2026, 9, 7, 3)),  # weeks are counted from this one
    ],
)
def test_the_story_ends_in_the_office_in_the_same_week(at, now):
    assert Office.before(at).now == now


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("hour", [3, 9, 13, 23])
def test_moments_keep_their_order_and_lie_in_office_hours(weekday, hour):
    office = Office.before(beijing(2026, 9, 7 + weekday, hour))
    told = [office.ago(hours=ago) for ago in range(24 * 15, -1, -1)]

    assert all(is_open(moment) for moment in told)
    assert all(one < other for one, other in pairwise(told))
    assert told[-1] <= office.now


def test_a_moment_lies_at_most_a_day_and_a_half_from_the_plan_s():
    office = Office.before(beijing(2026, 9, 9, 17))
    for ago in range(0, 24 * 15, 5):
        told = office.now - dt.timedelta(hours=ago)
        assert abs(office.moment(told) - told) < dt.timedelta(days=1.5)


def test_what_lies_ahead_happens_now():
    office = Office.before(beijing(2026, 9, 9, 17))
    assert office.ago(hours=-5) == office.now
