"""Models of docking days."""

from matchmaking.docking.models.events import DockingEvent, EventQuerySet, Hall, TimeSlot, Walk
from matchmaking.docking.models.registrations import (
    Agenda,
    Attendee,
    Registration,
    RegistrationQuerySet,
)

__all__ = [
    "Agenda",
    "Attendee",
    "DockingEvent",
    "EventQuerySet",
    "Hall",
    "Registration",
    "RegistrationQuerySet",
    "TimeSlot",
    "Walk",
]
