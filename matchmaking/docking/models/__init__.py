"""Models of docking days."""

from matchmaking.docking.models.events import DockingEvent, EventQuerySet, Hall, TimeSlot, Walk
from matchmaking.docking.models.meetings import Meeting, MeetingQuerySet, ScheduleRun, Seat
from matchmaking.docking.models.preferences import Preference
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
    "Meeting",
    "MeetingQuerySet",
    "Preference",
    "Registration",
    "RegistrationQuerySet",
    "ScheduleRun",
    "Seat",
    "TimeSlot",
    "Walk",
]
