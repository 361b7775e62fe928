"""Meetings on the day: held, or missed because a side is not here; then the table falls free."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict
from matchmaking.core.transitions import check_transition
from matchmaking.docking import queries
from matchmaking.docking.models import DockingEvent, Meeting
from matchmaking.docking.services import base, meetings, refills
from matchmaking.docking.states import MEETING_TRANSITIONS, EventPhase, MeetingState

if TYPE_CHECKING:
    from accounts.models import User

GRACE = dt.timedelta(minutes=5)  # after the beginning of a slot; then a table is given away


@transaction.atomic
def miss(*, meeting: Meeting, by: User, at: dt.datetime) -> Meeting:
    """Note that a side did not come; the table is offered to who stands by.

    :raises Conflict: before the meeting has begun
    """
    base.check_officer(by)
    row = meetings.lock_meeting(meeting)
    base.check_phase(row.event, [EventPhase.RUNNING])
    if row.slot.starts_at > at:
        raise Conflict(_("The meeting has not begun yet."), code="not_begun")
    _miss(row, at)
    return row


def _miss(row: Meeting, at: dt.datetime) -> None:
    meetings.end(row, MeetingState.MISSED, at)
    refills.offer_table(row, at)


def hold(row: Meeting, at: dt.datetime) -> None:
    """Note that a meeting takes place, of a locked row."""
    if row.state == MeetingState.HELD:
        return
    check_transition(MEETING_TRANSITIONS, MeetingState(row.state), MeetingState.HELD)
    row.state, row.changed_at = MeetingState.HELD, at
    row.save(update_fields=["state", "changed_at"])


def _tells_absence(row: Meeting, since: dt.datetime | None, at: dt.datetime) -> bool:
    """Return whether a missing check-in means that a side did not come.

    ``since`` is when the first badge of the day was scanned. Who sat down before that was never
    asked for a badge, and whoever queues at the scanner has the same five minutes.
    """
    return since is not None and since <= at - GRACE and since < row.slot.ends_at


def settle_due(*, at: dt.datetime) -> int:
    """Settle what the clock decides, as check-ins tell; return how many meetings changed.

    Five minutes into a slot a table at which a side is missing is given away, where the event
    frees tables and badges are scanned; once the slot is over, a meeting of two sides that are
    here was held.
    """
    changed = 0
    for event in DockingEvent.objects.filter(phase=EventPhase.RUNNING).order_by("pk"):
        with transaction.atomic():
            locked = base.lock_event(event)
            refills.expire_due(locked, at)
            here = queries.present_agendas(locked)
            due = locked.meetings.filter(
                state=MeetingState.PLANNED, slot__starts_at__lte=at - GRACE
            ).in_full()
            scanned_since = queries.first_check_ins(locked) if locked.frees_tables else {}
            for row in due.order_by("slot__starts_at", "pk"):
                row.event = locked
                are_here = all(seat.agenda_id in here for seat in row.seats.all())
                if not are_here:
                    if not _tells_absence(row, scanned_since.get(row.slot.day), at):
                        continue
                    _miss(row, at)
                elif row.slot.ends_at <= at:
                    hold(row, at)
                else:
                    continue
                changed += 1
    return changed
