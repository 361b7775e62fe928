"""Meetings: placed, moved, given up, pinned; what each change tells to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict
from matchmaking.core.transitions import check_transition
from matchmaking.docking.models import Agenda, Meeting, Seat
from matchmaking.docking.services import base
from matchmaking.docking.services.notices import notify_company
from matchmaking.docking.states import (
    MEETING_TRANSITIONS,
    PLANNED_PHASES,
    TOLD_PHASES,
    MeetingState,
)

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.docking.models import DockingEvent, Registration, TimeSlot

AGENDA_CHANGED = "docking_agenda"
Times = tuple[dt.datetime, dt.datetime]


def create(
    event: DockingEvent,
    *,
    agendas: Sequence[int],
    slot: TimeSlot,
    hall: int,
    table: int,
    origin: str,
    match: int | None,
    at: dt.datetime,
) -> Meeting:
    """Set two agendas down at a table; the database refuses one that is taken."""
    during: Times = (slot.starts_at, slot.ends_at)
    meeting = Meeting.objects.create(
        event=event,
        slot=slot,
        hall_id=hall,
        table=table,
        during=during,
        origin=origin,
        match_id=match,
        changed_at=at,
    )
    rows = Agenda.objects.in_bulk(agendas)
    Seat.objects.bulk_create(
        [
            Seat(
                meeting=meeting,
                agenda=rows[pk],
                registration_id=rows[pk].registration_id,
                during=during,
            )
            for pk in agendas
        ]
    )
    return meeting


def place(meeting: Meeting, slot: TimeSlot, hall: int, table: int, at: dt.datetime) -> None:
    """Move a meeting to another time or table."""
    meeting.slot, meeting.hall_id, meeting.table = slot, hall, table
    meeting.during = (slot.starts_at, slot.ends_at)
    meeting.sequence += 1
    meeting.changed_at = at
    meeting.save()
    meeting.seats.update(during=meeting.during)


def end(meeting: Meeting, target: MeetingState, at: dt.datetime) -> None:
    """Move a meeting to a state in which it has left its table."""
    check_transition(MEETING_TRANSITIONS, MeetingState(meeting.state), target)
    meeting.state, meeting.changed_at = target, at
    meeting.is_pinned = False
    meeting.sequence += 1
    meeting.save()
    meeting.seats.update(is_taken=False)


def lock_meeting(meeting: Meeting) -> Meeting:
    """Return the meeting as it is now, locked behind its event."""
    event = base.lock_event(meeting.event)
    found = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    found.event = event
    return found


@transaction.atomic
def pin(*, meeting: Meeting, is_pinned: bool, by: User) -> Meeting:
    """Keep a meeting where it is in every later schedule, or let it go again.

    :raises Conflict: when it is not planned any more
    """
    base.check_officer(by)
    row = lock_meeting(meeting)
    base.check_phase(row.event, PLANNED_PHASES)
    if row.state != MeetingState.PLANNED:
        raise Conflict(_("This meeting is not planned any more."), code="not_planned")
    row.is_pinned = is_pinned
    row.save(update_fields=["is_pinned"])
    return row


@transaction.atomic
def drop(*, meeting: Meeting, by: User, at: dt.datetime) -> Meeting:
    """Take a meeting out of the schedule; both sides are told once they know their agendas."""
    base.check_officer(by)
    row = lock_meeting(meeting)
    base.check_phase(row.event, PLANNED_PHASES)
    give_up(row, at)
    return row


def give_up(row: Meeting, at: dt.datetime) -> None:
    end(row, MeetingState.DROPPED, at)
    if row.event.phase in TOLD_PHASES:
        for seat in row.seats.select_related("registration__company"):
            seat.registration.event = row.event
            tell_change(seat.registration, f"dropped:{row.code}")


def give_up_all_of(registration: Registration, at: dt.datetime) -> int:
    """Give up what a company that leaves was to hold; return how many."""
    rows = Meeting.objects.filter(
        seats__registration=registration, state=MeetingState.PLANNED
    ).order_by("pk")
    for row in rows:
        row.event = registration.event
        give_up(row, at)
    return len(rows)


def tell_change(registration: Registration, fact: str) -> int:
    return notify_company(registration, AGENDA_CHANGED, fact)
