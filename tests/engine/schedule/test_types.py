import pytest

from matchmaking.engine.schedule.types import Agenda, Hall, Limits, Meeting, Session, breaks_of
from tests.engine.schedule.days import agenda, day, must, would


def test_agenda_of_sharers_is_closed_only_while_all_are_away():
    shared = agenda("a", absences=(frozenset({0, 1}), frozenset({1, 2})))

    assert shared.closed == {1}


@pytest.mark.parametrize(
    ("build", "error"),
    [
        (lambda: Agenda(code="a", company="A", absences=()), "agenda a: no person, no meeting"),
        (lambda: would("a", "a"), "meeting aa: an agenda cannot meet itself"),
        (lambda: would("a", "b", -1), "meeting ab: a value is never negative"),
        (lambda: Limits(minimum=3, maximum=2), "0 <= minimum <= maximum must hold"),
        (lambda: day(must("a", "b"), must("a", "b")), "meeting ab stands twice"),
        (lambda: day(must("a", "b", pinned=3)), "meeting ab: pinned outside the day"),
        (lambda: day(slots=0), "a day has at least one slot"),
        (
            lambda: day(must("a", "b"), precedences=(("ab", "xy"),)),
            "precedence: meeting xy is not known",
        ),
        (
            lambda: day(halls=(Hall(code="h", tables=(1,)),)),
            "hall h: a number of tables for each of the slots",
        ),
    ],
)
def test_contradictory_values_are_refused(build, error):
    with pytest.raises(ValueError, match=error):
        build()


def test_meeting_is_open_where_both_sides_session_hours_and_a_table_are():
    meeting = Meeting(
        code="ab", a="a", b="b", session=Session.AFTERNOON, slots=frozenset({0, 2, 3, 4})
    )
    planned = day(
        meeting,
        slots=5,
        morning_slots=2,
        agendas=(agenda("a", absences=(frozenset({2}),)),),
        halls=(Hall(code="hall", tables=(1, 1, 1, 0, 1)),),
    )

    assert planned.open_slots(meeting) == {4}


def test_vetoed_meeting_is_open_nowhere():
    meeting = must("a", "b")

    assert day(meeting, vetoes=frozenset({frozenset("AB")})).open_slots(meeting) == frozenset()


@pytest.mark.parametrize(
    ("slots", "breaks"), [([], 0), ([3], 0), ([4, 3, 5], 0), ([0, 2], 1), ([0, 2, 3, 6], 2)]
)
def test_breaks_are_gaps_between_first_and_last(slots, breaks):
    assert breaks_of(slots) == breaks
