"""What came of a docking day, counted by deals: the same rows as every board and export.

An intention is of the day at which it was written down (``Intention.event``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaking.deals import results
from matchmaking.deals.events import EventSource, Meeting
from matchmaking.deals.models import Intention
from matchmaking.deals.states import ENDED_STATES
from matchmaking.docking.choices import MeetingOrigin, ParticipantRole
from matchmaking.docking.models import DockingEvent
from matchmaking.docking.states import EventPhase, MeetingState

if TYPE_CHECKING:
    from uuid import UUID

    from matchmaking.deals.models import IntentionQuerySet
    from matchmaking.deals.results import Results


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """Counts of a day: companies let in, meetings planned, held, seated at free tables."""

    registered: int
    planned: int
    held: int
    refilled: int


def intentions_of(event: DockingEvent) -> IntentionQuerySet:
    return Intention.objects.exclude(state__in=ENDED_STATES).filter(event=event.code)


def results_of(event: DockingEvent) -> Results:
    return results.count(intentions_of(event))


def figures_of(event: DockingEvent) -> DayFigures:
    held = event.meetings.filter(state=MeetingState.HELD)
    return DayFigures(
        registered=event.registrations.approved().count(),
        planned=event.meetings.exclude(state=MeetingState.DROPPED)
        .exclude(origin=MeetingOrigin.REFILL)
        .count(),
        held=held.count(),
        refilled=held.filter(origin=MeetingOrigin.REFILL).count(),
    )


def titles() -> dict[UUID, str]:
    rows = DockingEvent.objects.exclude(phase=EventPhase.DRAFT).order_by("-registration_until")
    return {row.code: row.name for row in rows}


def meetings_at(code: UUID) -> list[Meeting]:
    """Return the meetings of brands and factories that were held, for the dossier of a day."""
    rows = DockingEvent.objects.filter(code=code)
    found = []
    for event in rows:
        held = event.meetings.filter(state=MeetingState.HELD).in_full()
        for row in held.order_by("slot__starts_at", "pk"):
            sides = {seat.registration.role: seat.registration.company for seat in row.seats.all()}
            brand = sides.get(ParticipantRole.BRAND)
            factory = sides.get(ParticipantRole.FACTORY)
            if brand is not None and factory is not None:
                found.append(
                    Meeting(
                        held_at=row.slot.starts_at,
                        brand=brand.name,
                        factory=factory.name,
                        place=f"{row.hall.name} · {row.table}",
                    )
                )
    return found


SOURCE = EventSource(name="docking", titles=titles, meetings=meetings_at)
