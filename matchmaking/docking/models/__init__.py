"""Models of docking days."""

from matchmaking.docking.models.events import DockingEvent, EventQuerySet, Hall, TimeSlot, Walk

__all__ = ["DockingEvent", "EventQuerySet", "Hall", "TimeSlot", "Walk"]
