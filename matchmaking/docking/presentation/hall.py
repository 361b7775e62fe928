"""The hall as officers watch it: tables by slots, who is here, what is missing now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from matchmaking.docking import queries
from matchmaking.docking.presentation import days
from matchmaking.docking.states import MeetingState

if TYPE_CHECKING:
    from matchmaking.docking.models import DockingEvent, Meeting, TimeSlot


@dataclass(frozen=True, slots=True)
class HallSide:
    """One side at a table, and whether somebody of it is here."""

    name: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class HallCell:
    """A table in a slot: its meeting, and how it stands."""

    meeting: Meeting
    sides: Sequence[HallSide]
    is_now: bool

    @property
    def tone(self) -> str:
        if self.meeting.state == MeetingState.HELD:
            return "ok"
        if self.is_now and not all(side.is_here for side in self.sides):
            return "bad"
        return "warn" if self.is_now else "neutral"

    @property
    def word(self) -> str:
        if self.meeting.state == MeetingState.HELD:
            return _("Sits")
        missing = [side.name for side in self.sides if not side.is_here]
        if self.is_now and missing:
            return _("Missing: %(names)s") % {"names": ", ".join(missing)}
        return _("Expected") if self.is_now else ""

    @property
    def may_miss(self) -> bool:
        return self.is_now and self.meeting.state == MeetingState.PLANNED


@dataclass(frozen=True, slots=True)
class HallTable:
    """A table with its cell in each of the slots, None where it is free."""

    name: str
    cells: Sequence[HallCell | None]


@dataclass(frozen=True, slots=True)
class HallView:
    """All tables of the day of ``at``, and what is on now."""

    slots: Sequence[tuple[str, bool]]
    tables: Sequence[HallTable]
    now: Sequence[HallCell]
    here: int
    expected: int
    held: int
    free: int


def hall_view(event: DockingEvent, at: dt.datetime) -> HallView:
    slots = _slots(event, at)
    here = queries.present_agendas(event)
    cells: dict[tuple[int, int, int], HallCell] = {}
    meetings = queries.meetings_in_order(event)
    for meeting in meetings:
        is_now = meeting.slot.starts_at <= at < meeting.slot.ends_at
        sides = [
            HallSide(seat.registration.company.name, seat.agenda_id in here)
            for seat in meeting.seats.all()
        ]
        cells[meeting.slot_id, meeting.hall_id, meeting.table] = HallCell(meeting, sides, is_now)
    tables = [
        HallTable(
            f"{hall.name} · {number}",
            [cells.get((slot.pk, hall.pk, number)) for slot in slots],
        )
        for hall in queries.halls_of(event)
        for number in range(1, hall.tables + 1)
        # A table that nobody sits at today would only make the others hard to find.
        if any((slot.pk, hall.pk, number) in cells for slot in slots)
    ]
    now = [cell for cell in cells.values() if cell.is_now]
    return HallView(
        slots=[(days.hour(slot.starts_at), slot.starts_at <= at < slot.ends_at) for slot in slots],
        tables=tables,
        now=now,
        here=len(queries.present_people(event)),
        expected=queries.attendees_at(event).count(),
        held=sum(meeting.state == MeetingState.HELD for meeting in meetings),
        free=queries.tables_of(event) - len(now),
    )


def _slots(event: DockingEvent, at: dt.datetime) -> list[TimeSlot]:
    """Return the slots of the day of ``at``; of the first day to come where there is none."""
    rows = [slot for slot in queries.slots_of(event) if not slot.is_cut]
    today = days.local(at).date()
    coming = [slot.day for slot in rows if slot.day >= today]
    day = coming[0] if coming else (rows[-1].day if rows else today)
    return [slot for slot in rows if slot.day == day]
