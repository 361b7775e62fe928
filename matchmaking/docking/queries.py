"""Reads of docking days, besides who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max, Min, Sum

from matchmaking.docking.models import Hall, TimeSlot, Walk
from matchmaking.docking.states import OVER_PHASES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from matchmaking.docking.models import DockingEvent, EventQuerySet


def with_days(rows: EventQuerySet) -> EventQuerySet:
    """Add ``begins`` and ``ends``, the first and the last moment of an event's slots."""
    return rows.annotate(begins=Min("time_slots__starts_at"), ends=Max("time_slots__ends_at"))


def coming_first(rows: EventQuerySet) -> tuple[list[DockingEvent], list[DockingEvent]]:
    """Return the events to come or running, the next first, and those over, the latest first."""
    found = list(with_days(rows).in_full())
    far = max((row.registration_until for row in found), default=None)
    found.sort(key=lambda row: (row.begins or far, row.pk))  # type: ignore[attr-defined]
    coming = [row for row in found if row.phase not in OVER_PHASES]
    return coming, [row for row in reversed(found) if row.phase in OVER_PHASES]


def slots_of(event: DockingEvent) -> QuerySet[TimeSlot]:
    return event.time_slots.order_by("starts_at")


def halls_of(event: DockingEvent) -> QuerySet[Hall]:
    return event.halls.order_by("position", "pk")


def walks_of(event: DockingEvent) -> QuerySet[Walk]:
    return Walk.objects.filter(one__event=event).select_related("one", "other").order_by("pk")


def tables_of(event: DockingEvent) -> int:
    return event.halls.aggregate(n=Sum("tables"))["n"] or 0
