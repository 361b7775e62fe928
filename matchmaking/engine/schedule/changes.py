"""Changes of a day that stands, each as the day after it. ``replanning`` finds the new slots."""

from collections.abc import Collection
from dataclasses import replace

from matchmaking.engine.schedule.types import Agenda, Day, Hall


def without_agenda(day: Day, code: str) -> Day:
    """Cancel an agenda: its meetings are gone, itself stays without an open slot."""
    gone = {meeting.code for meeting in day.meetings if code in {meeting.a, meeting.b}}
    return without_meetings(absent(day, code, range(day.slots)), gone)


def without_meetings(day: Day, codes: Collection[str]) -> Day:
    return replace(
        day,
        meetings=tuple(meeting for meeting in day.meetings if meeting.code not in codes),
        precedences=tuple(pair for pair in day.precedences if not set(pair) & set(codes)),
    )


def absent(day: Day, code: str, slots: Collection[int]) -> Day:
    """Close slots for everybody who shares an agenda: a late arrival, an early train."""
    return replace(
        day,
        agendas=tuple(
            _with_absence(agenda, frozenset(slots)) if agenda.code == code else agenda
            for agenda in day.agendas
        ),
    )


def _with_absence(agenda: Agenda, slots: frozenset[int]) -> Agenda:
    return replace(agenda, absences=tuple(each | slots for each in agenda.absences))


def without_slot(day: Day, slot: int) -> Day:
    """Cut a slot: no hall has a table in it, and the numbers of the others stay."""
    for hall in day.halls:
        day = with_tables(day, hall.code, slot, 0)
    return day


def with_tables(day: Day, hall: str, slot: int, tables: int) -> Day:
    """Give a hall another number of tables in one slot."""
    return replace(
        day,
        halls=tuple(
            _with_tables(each, slot, tables) if each.code == hall else each for each in day.halls
        ),
    )


def _with_tables(hall: Hall, slot: int, tables: int) -> Hall:
    changed = list(hall.tables)
    changed[slot] = tables
    return replace(hall, tables=tuple(changed))


def pinned(day: Day, code: str, slot: int | None) -> Day:
    """Pin a meeting to a slot, or let it go."""
    return replace(
        day,
        meetings=tuple(
            replace(meeting, pinned=slot) if meeting.code == code else meeting
            for meeting in day.meetings
        ),
    )
