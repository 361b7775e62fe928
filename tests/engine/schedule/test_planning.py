import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.schedule import planning
from matchmaking.engine.schedule.planning import plan
from matchmaking.engine.schedule.selection import choose, measure
from matchmaking.engine.schedule.types import Limits, pair_of
from matchmaking.engine.schedule.verification import Fault, Violation, violations
from tests.engine.schedule.days import (
    agenda,
    day,
    every_schedule,
    gaps,
    must,
    random_day,
    would,
    wrongs,
)

SECONDS = 5


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_random_day_is_planned_without_a_conflict_a_veto_or_a_double_table(seed):
    wanted = random_day(seed)

    schedule = plan(wanted, seconds=SECONDS)

    assert wrongs(wanted, schedule.slots, schedule.seats) == []
    assert schedule.breaks == sum(gaps(wanted, schedule.slots).values())
    assert schedule.must_placed <= schedule.must_bound
    assert schedule.value <= schedule.value_bound
    assert schedule.breaks_bound <= schedule.breaks


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_small_day_holds_as_much_as_the_best_of_all_its_schedules(seed):
    wanted = random_day(seed, largest=4)
    best = max(measure(wanted, slots) for slots in every_schedule(wanted))

    schedule = plan(wanted, seconds=SECONDS)

    assert measure(wanted, schedule.slots) == best
    assert best[0] <= schedule.must_bound
    assert best[0] < schedule.must_bound or best[2] <= schedule.value_bound
    bounds = choose(wanted, seconds=SECONDS)
    assert best[:2] <= (bounds.must_bound, bounds.minima_bound)


def test_musts_go_before_any_value_and_minima_before_other_value():
    wanted = day(
        must("a", "b"), would("a", "c", 900), would("a", "d", 1), would("a", "e", 50),
        slots=2, limits={"D": Limits(minimum=1)},
    )  # fmt: skip

    assert set(plan(wanted, seconds=SECONDS).slots) == {"ab", "ad"}


def test_fewest_breaks_are_proved_and_the_day_ends_early():
    wanted = day(*(must("a", other) for other in "bcd"), must("b", "c"), slots=9)

    schedule = plan(wanted, seconds=SECONDS)

    assert (schedule.breaks, schedule.breaks_bound, schedule.is_fair) == (0, 0, True)
    assert schedule.rounds == schedule.rounds_bound == 3


def test_day_is_rather_unfair_than_short_of_a_must():
    wanted = day(
        must("a", "b", pinned=0), must("a", "c", pinned=2), must("a", "d", pinned=4),
        slots=5, fairness=1,
    )  # fmt: skip

    schedule = plan(wanted, seconds=1)

    assert (schedule.must_placed, schedule.breaks, schedule.is_fair) == (3, 2, False)


def test_large_day_is_annealed_and_keeps_its_promises(monkeypatch):
    monkeypatch.setattr(planning, "_LARGEST_ASKED", 0)
    monkeypatch.setattr(planning, "_LARGEST_EXACT", 0)
    meetings = [would(f"b{n % 4}", f"f{n}", value=n) for n in range(20)]
    wanted = day(*meetings, slots=4, tables=3, fairness=2)

    schedule = plan(wanted, seconds=0.3)

    assert wrongs(wanted, schedule.slots, schedule.seats) == []
    assert len(schedule.slots) == 12
    assert schedule.value == schedule.value_bound == sum(range(8, 20))
    assert schedule.value_gap == 0


def test_day_without_a_meeting_is_planned():
    schedule = plan(day(agendas=(agenda("a"),)), seconds=1)

    assert (schedule.slots, schedule.breaks, schedule.rounds) == ({}, 0, 0)
    assert schedule.are_breaks_fewest
    assert schedule.value_gap == 0


def test_schedule_that_breaks_a_promise_is_never_handed_out(monkeypatch):
    monkeypatch.setattr(planning, "seat", lambda day, slots: {})

    with pytest.raises(RuntimeError, match="breaks a promise"):
        plan(day(must("a", "b")), seconds=1)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.data())
def test_engine_and_tests_agree_on_what_is_wrong(seed, data):
    wanted = random_day(seed)
    slots = {
        each.code: slot
        for each in wanted.meetings
        if (slot := data.draw(st.none() | st.integers(0, wanted.slots - 1))) is not None
    }

    assert bool(violations(wanted, slots)) == bool(wrongs(wanted, slots))


def test_violation_names_promise_subject_and_slot():
    wanted = day(must("a", "b"), must("a", "c"), vetoes=frozenset({pair_of("A", "C")}))

    assert violations(wanted, {"ab": 1, "ac": 1}) == [
        Violation(Fault.DOUBLE_AGENDA, "a", 1),
        Violation(Fault.VETOED, "ac", 1),
    ]
