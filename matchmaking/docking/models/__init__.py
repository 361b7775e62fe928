"""Models of docking days."""

from matchmaking.docking.models.events import DockingEvent, EventQuerySet, Hall, TimeSlot, Walk
from matchmaking.docking.models.hall_day import OfferSide, Outcome, Passage, TableOffer
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
    "OfferSide",
    "Outcome",
    "Passage",
    "Preference",
    "Registration",
    "RegistrationQuerySet",
    "ScheduleRun",
    "Seat",
    "TableOffer",
    "TimeSlot",
    "Walk",
]
