import pytest

from matchmaking.engine.schedule.halls import seat, walk_minutes
from matchmaking.engine.schedule.types import Hall, pair_of
from tests.engine.schedule.days import agenda, day, must, wrongs

HALLS = (Hall(code="east", tables=(1, 1, 1, 1)), Hall(code="west", tables=(1, 1, 1, 1)))
WALKS = {pair_of("east", "west"): 5}


def test_seated_side_keeps_its_table_and_visitors_walk():
    wanted = day(
        must("x", "a"), must("x", "b"), must("y", "a"), must("y", "b"),
        slots=4, halls=HALLS, walks=WALKS,
        agendas=(agenda("x", is_seated=True), agenda("y", is_seated=True)),
    )  # fmt: skip
    slots = {"xa": 0, "xb": 1, "ya": 2, "yb": 3}

    seats = seat(wanted, slots)

    assert wrongs(wanted, slots, seats) == []
    assert seats["xa"] == seats["xb"]
    assert seats["ya"] == seats["yb"]


def test_halls_are_chosen_for_short_walks():
    wanted = day(
        must("a", "b"), must("a", "c"), must("d", "e"), must("d", "f"),
        slots=4, halls=HALLS, walks=WALKS,
    )  # fmt: skip
    slots = {"ab": 0, "ac": 1, "de": 0, "df": 1}

    seats = seat(wanted, slots)

    assert walk_minutes(wanted, slots, seats) == 0
    assert wrongs(wanted, slots, seats) == []


def test_walks_are_summed_from_meeting_to_meeting():
    wanted = day(
        must("x", "a"), must("y", "a"), slots=4, walks=WALKS,
        halls=(Hall(code="east", tables=(1, 0, 1, 1)), Hall(code="west", tables=(0, 1, 1, 1))),
    )  # fmt: skip
    slots = {"xa": 0, "ya": 1}

    assert walk_minutes(wanted, slots, seat(wanted, slots)) == 5


def test_seated_side_changes_halls_where_no_hall_has_it_all_day():
    wanted = day(
        must("x", "a"), must("x", "b"), slots=4, walks=WALKS,
        halls=(Hall(code="east", tables=(1, 0, 0, 0)), Hall(code="west", tables=(0, 1, 0, 0))),
        agendas=(agenda("x", is_seated=True),),
    )  # fmt: skip
    slots = {"xa": 0, "xb": 1}

    seats = seat(wanted, slots)

    assert [seats[code].hall for code in slots] == ["east", "west"]


def test_more_meetings_than_tables_are_refused():
    wanted = day(must("a", "b"), must("c", "d"), tables=1)

    with pytest.raises(ValueError, match="no table in slot 0"):
        seat(wanted, {"ab": 0, "cd": 0})
