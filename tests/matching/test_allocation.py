"""An order laid into free weeks: where it goes, and what is said of it."""

import datetime as dt

import pytest
import time_machine

from matchmaking.matching.presentation.allocation import WEEKS_BEFORE, allocate

MONDAY = dt.date(2027, 1, 4)


@pytest.fixture(autouse=True)
def _november():
    """Months of the coming year are named without it."""
    with time_machine.travel(dt.datetime(2026, 11, 25, 4, tzinfo=dt.UTC), tick=False):
        yield


def week(number):
    return MONDAY + dt.timedelta(weeks=number)


def laid(free, asked, *, first=0, due=9):
    return allocate(free=free, anchor=MONDAY, asked=asked, first=week(first), due=week(due))


def test_pairs_fill_the_first_weeks_that_count():
    found = laid([10, 10, 0, 10, 10], 25, first=1)

    assert found.rows == (0, 10, 0, 10, 5)
    assert found.sentence == (
        "25 pairs fit into 3 free weeks, mid-Jan – early Feb (W02–W05). That leaves 5 weeks until it is due."
    )


@pytest.mark.parametrize(
    ("free", "asked", "sentence"),
    [
        ([10, 10], 50, "20 of 50 pairs find room; the rest needs another factory or more time."),
        ([0, 0], 50, "No free week lies within the order's weeks."),
        (
            [10],
            10,
            "10 pairs fit into 1 free week, early Jan (W01). The last one is the due week itself.",
        ),
    ],
)
def test_the_sentence_says_what_does_not_fit(free, asked, sentence):
    assert laid(free, asked, due=0 if len(free) == 1 else 9).sentence == sentence


def test_nothing_is_laid_outside_the_orders_weeks():
    found = laid([10] * 6, 1_000, first=2, due=3)

    assert found.rows == (0, 0, 10, 10, 0, 0)


def test_the_strip_begins_shortly_before_the_order():
    found = laid([10] * 30, 40, first=20, due=29)

    assert found.start == week(20 - WEEKS_BEFORE)
    assert found.rows[: WEEKS_BEFORE + 1] == (0, 0, 0, 10)
    assert len(found.free) == len(found.rows)
