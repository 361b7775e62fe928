"""The agenda of one person: when, at which table, with whom, about what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from matchmaking.docking.presentation import days
from matchmaking.docking.states import MeetingState

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Company
    from matchmaking.docking.models import Meeting, Registration, Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaLine:
    """A meeting as one side reads it."""

    meeting: Meeting
    own: Seat
    other: Seat

    @property
    def partner(self) -> Company:
        return self.other.registration.company

    @property
    def people(self) -> list[str]:
        """Name who of the other side comes, with the job title."""
        return [
            f"{person.name} ({person.job_title})" if person.job_title else person.name
            for person in self.other.agenda.attendees.all()
        ]

    @property
    def hours(self) -> str:
        slot = self.meeting.slot
        return f"{days.hour(slot.starts_at)} – {days.hour(slot.ends_at)}"

    @property
    def day(self) -> dt.date:
        return self.meeting.slot.day

    @property
    def starts_at(self) -> dt.datetime:
        return self.meeting.slot.starts_at

    @property
    def place(self) -> str:
        return _("%(hall)s, table %(table)s") % {
            "hall": self.meeting.hall.name,
            "table": self.meeting.table,
        }

    @property
    def is_over(self) -> bool:
        return self.meeting.state in (MeetingState.HELD, MeetingState.MISSED)


def lines_of(
    meetings: Iterable[Meeting], own: Registration, agenda: int | None
) -> list[AgendaLine]:
    """Return the lines of one agenda, or of the whole company, in the order of the day."""
    found = []
    for meeting in meetings:
        seats: Sequence[Seat] = list(meeting.seats.all())
        mine = next((seat for seat in seats if seat.registration_id == own.pk), None)
        if mine is None or (agenda is not None and mine.agenda_id != agenda):
            continue
        other = next(seat for seat in seats if seat.pk != mine.pk)
        found.append(AgendaLine(meeting=meeting, own=mine, other=other))
    return found
