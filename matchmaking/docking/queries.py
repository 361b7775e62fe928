"""Reads of docking days, besides who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max, Min, Sum

from matchmaking.docking.models import Attendee, Hall, Registration, TimeSlot, Walk
from matchmaking.docking.states import OVER_PHASES, RegistrationState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Company
    from matchmaking.docking.models import DockingEvent, EventQuerySet, RegistrationQuerySet


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


def registration_of(event: DockingEvent, company: Company | None) -> Registration | None:
    """Return the company's own registration; an invitation that it has not answered is none."""
    rows = event.registrations.exclude(state=RegistrationState.INVITED)
    return rows.filter(company=company).first() if company else None


def attendees_of(registration: Registration) -> QuerySet[Attendee]:
    rows = Attendee.objects.filter(agenda__registration=registration).select_related("agenda")
    return rows.order_by("agenda__number", "pk")


def attendees_at(event: DockingEvent) -> QuerySet[Attendee]:
    """Return everybody who comes to the event, by company."""
    return (
        Attendee.objects.filter(
            agenda__registration__event=event,
            agenda__registration__state=RegistrationState.APPROVED,
        )
        .select_related("agenda__registration__company")
        .order_by("agenda__registration__company__name_zh", "agenda__number", "pk")
    )


def participants_of(event: DockingEvent) -> RegistrationQuerySet:
    return event.registrations.approved().in_full().order_by("role", "company__name_zh", "pk")
