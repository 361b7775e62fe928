"""The frame of a docking day: phases, slots of a day, halls and the ways between them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.transitions import check_transition
from matchmaking.docking.models import DockingEvent, Hall, TimeSlot, Walk
from matchmaking.docking.services import base, meetings
from matchmaking.docking.states import PHASE_TRANSITIONS, UNPLANNED_PHASES, EventPhase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User

Span = tuple[dt.time, dt.time]
SLOT_MINUTES = (15, 20, 30)
MOST_SLOTS = 120
OPENS_BEFORE = dt.timedelta(hours=2)  # the doors, before the first slot
CLOSES_AFTER = dt.timedelta(hours=3)  # outcomes are still told after the last one


@transaction.atomic
def move_phase(*, event: DockingEvent, target: str, by: User, at: dt.datetime) -> DockingEvent:
    """Move the event to another phase; what its companies may do changes at once.

    :raises IllegalTransition: from where it cannot be reached
    :raises Conflict: when people are let in before there are slots and tables
    """
    base.check_officer(by)
    return _move(base.lock_event(event), EventPhase(target), at)


def _move(event: DockingEvent, target: EventPhase, at: dt.datetime) -> DockingEvent:
    check_transition(PHASE_TRANSITIONS, EventPhase(event.phase), target)
    if target not in (EventPhase.CANCELLED, EventPhase.DRAFT):
        check_frame(event)
    event.phase, event.phase_at = target, at
    event.save(update_fields=["phase", "phase_at"])
    if target == EventPhase.FINAL:
        for registration in event.registrations.approved().select_related("company"):
            registration.event = event
            meetings.tell_change(registration, f"published:{at:%s}")
    return event


def check_frame(event: DockingEvent) -> None:
    """Return when the event has a day with slots and a hall.

    :raises Conflict: otherwise, with what is missing
    """
    if not event.time_slots.filter(is_cut=False).exists():
        raise Conflict(_("Lay out a day with its slots first."), code="no_slots")
    if not event.halls.exists():
        raise Conflict(_("Add a hall with its tables first."), code="no_halls")


@transaction.atomic
def lay_out_day(
    *,
    event: DockingEvent,
    on: dt.date,
    begins: dt.time,
    ends: dt.time,
    minutes: int,
    breaks: Sequence[Span] = (),
    by: User,
    at: dt.datetime,
) -> list[TimeSlot]:
    """Fill a day with slots of so many minutes between its breaks, instead of those it had.

    A slot that would reach into a break begins after it; a rest too short for one stays free.

    :raises InvalidInput: for a day that holds no slot, or lies in the past
    :raises WrongPhase: once people have been told their times
    """
    base.check_officer(by)
    event = base.lock_event(event)
    base.check_phase(event, UNPLANNED_PHASES)
    if minutes not in SLOT_MINUTES:
        raise InvalidInput(_("A slot has 15, 20 or 30 minutes."), field="minutes")
    zone = timezone.get_default_timezone()
    spans = _spans(begins, ends, minutes, breaks)
    rows = [
        TimeSlot(
            event=event,
            starts_at=dt.datetime.combine(on, first, zone),
            ends_at=dt.datetime.combine(on, last, zone),
        )
        for first, last in spans
    ]
    if not rows:
        raise InvalidInput(_("No slot fits between these hours."), field="ends")
    if rows[-1].ends_at <= at:
        raise InvalidInput(_("The day is past."), field="on")
    midnight = dt.datetime.combine(on, dt.time(), zone)
    day_after = midnight + dt.timedelta(days=1)
    event.time_slots.filter(starts_at__gte=midnight, starts_at__lt=day_after).delete()
    if event.time_slots.count() + len(rows) > MOST_SLOTS:
        raise InvalidInput(_("A docking day has at most 120 slots."), field="minutes")
    return TimeSlot.objects.bulk_create(rows)


def _spans(begins: dt.time, ends: dt.time, minutes: int, breaks: Sequence[Span]) -> list[Span]:
    length = dt.timedelta(minutes=minutes)
    found, now = [], _moment(begins)
    pauses = sorted((_moment(first), _moment(last)) for first, last in breaks)
    while now + length <= _moment(ends):
        pause = next((last for first, last in pauses if first < now + length and now < last), None)
        if pause is not None:
            now = pause
            continue
        found.append((now.time(), (now + length).time()))
        now += length
    return found


def _moment(time: dt.time) -> dt.datetime:
    return dt.datetime.combine(dt.date.min, time)


@transaction.atomic
def add_hall(*, event: DockingEvent, name_zh: str, name_en: str, tables: int, by: User) -> Hall:
    """Add a hall behind those that there are.

    :raises Conflict: when the event has a hall of that name
    """
    base.check_officer(by)
    event = base.lock_event(event)
    base.check_phase(event, [phase for phase in EventPhase if PHASE_TRANSITIONS[phase]])
    if event.halls.filter(name_zh=name_zh).exists():
        raise Conflict(_("There is a hall of this name."), code="named_twice")
    last = event.halls.aggregate(n=Max("position"))["n"] or 0
    return Hall.objects.create(
        event=event, name_zh=name_zh, name_en=name_en, tables=tables, position=last + 1
    )


@transaction.atomic
def remove_hall(*, event: DockingEvent, hall: Hall, by: User) -> None:
    """Take a hall out of the plan, as long as nobody has been told a table.

    :raises WrongPhase: afterwards
    """
    base.check_officer(by)
    event = base.lock_event(event)
    base.check_phase(event, UNPLANNED_PHASES)
    event.halls.filter(pk=hall.pk).delete()


@transaction.atomic
def set_walk(*, event: DockingEvent, one: Hall, other: Hall, minutes: int, by: User) -> Walk:
    """Note how many minutes two halls lie apart.

    :raises InvalidInput: for one hall twice, or halls of another event
    """
    base.check_officer(by)
    event = base.lock_event(event)
    near, far = sorted((one, other), key=lambda hall: hall.pk)
    if near == far or {near.event_id, far.event_id} != {event.pk}:
        raise InvalidInput(_("Choose two halls."), field="other")
    walk, _made = Walk.objects.update_or_create(one=near, other=far, defaults={"minutes": minutes})
    return walk


def advance_due(*, at: dt.datetime) -> int:
    """Move every event whose phase ends by the clock; return how many moved.

    The doors open two hours before the first slot; three hours after the last one it is over.
    """
    moved = 0
    for pk in DockingEvent.objects.open().order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            event = base.lock_event(DockingEvent(pk=pk))
            target = _due(event, at)
            if target is not None:
                _move(event, target, at)
                moved += 1
    return moved


def _due(event: DockingEvent, at: dt.datetime) -> EventPhase | None:
    """Return the phase into which the clock moves the event now, if any."""
    if event.phase == EventPhase.REGISTRATION and event.registration_until <= at:
        return EventPhase.PREFERENCES
    if event.phase == EventPhase.PREFERENCES and event.preferences_until <= at:
        return EventPhase.PROVISIONAL
    days = event.time_slots.filter(is_cut=False).aggregate(
        begins=Min("starts_at"), ends=Max("ends_at")
    )
    if days["begins"] is None:
        return None
    if event.phase == EventPhase.FINAL and days["begins"] - OPENS_BEFORE <= at:
        return EventPhase.RUNNING
    if event.phase == EventPhase.RUNNING and days["ends"] + CLOSES_AFTER <= at:
        return EventPhase.CLOSED
    return None
