"""Days, hours and phases of a docking day in words, by the venue's clock for everybody.

A table at 9:20 is at 9:20 in the hall, wherever the reader's own clock stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaking.docking.states import EventPhase

if TYPE_CHECKING:
    from matchmaking.docking.models import DockingEvent, TimeSlot

TONES = {
    EventPhase.DRAFT: "neutral",
    EventPhase.REGISTRATION: "brand",
    EventPhase.PREFERENCES: "brand",
    EventPhase.PROVISIONAL: "info",
    EventPhase.FINAL: "ok",
    EventPhase.RUNNING: "warn",
    EventPhase.CLOSED: "neutral",
    EventPhase.CANCELLED: "bad",
}


def local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())


def hour(moment: dt.datetime) -> str:
    """Return the hour as the clock of the hall shows it, "09:20"."""
    return f"{local(moment):%H:%M}"


def day(moment: dt.datetime) -> str:
    return date_format(local(moment).date(), "DATE_FORMAT")


def day_and_hour(moment: dt.datetime) -> str:
    return f"{day(moment)} {hour(moment)}"


def tone_of(event: DockingEvent) -> str:
    return TONES[EventPhase(event.phase)]


def days_of(begins: dt.datetime | None, ends: dt.datetime | None) -> str:
    """Return the day or days of an event; that it has none yet is said."""
    if begins is None or ends is None:
        return _("The day is not set yet")
    first, last = local(begins).date(), local(ends).date()
    if first == last:
        return date_format(first, "DATE_FORMAT")
    return f"{date_format(first, 'DATE_FORMAT')} – {date_format(last, 'DATE_FORMAT')}"


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day of an event: its slots, the breaks between them, and how long a slot is."""

    date: dt.date
    slots: Sequence[TimeSlot]

    @property
    def title(self) -> str:
        return date_format(self.date, "DATE_FORMAT")

    @property
    def hours(self) -> str:
        return f"{hour(self.slots[0].starts_at)} – {hour(self.slots[-1].ends_at)}"

    @property
    def minutes(self) -> int:
        first = self.slots[0]
        return int((first.ends_at - first.starts_at).total_seconds() // 60)

    @property
    def breaks(self) -> list[str]:
        return [
            f"{hour(before.ends_at)} – {hour(after.starts_at)}"
            for before, after in pairwise(self.slots)
            if after.starts_at > before.ends_at
        ]


def plans_of(slots: Iterable[TimeSlot]) -> list[DayPlan]:
    """Group an event's slots, which come in order, by their day."""
    held = (slot for slot in slots if not slot.is_cut)
    return [DayPlan(date, list(rows)) for date, rows in groupby(held, lambda slot: slot.day)]


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """A phase on the way of an event, as its page shows it."""

    name: str
    text: str
    is_done: bool
    is_current: bool


def steps_of(event: DockingEvent) -> list[PhaseStep]:
    """Return the phases on the event's way, with what each is for; none for one called off."""
    way: list[EventPhase] = [
        phase for phase in EventPhase if phase not in (EventPhase.DRAFT, EventPhase.CANCELLED)
    ]
    if event.phase == EventPhase.CANCELLED:
        return []
    now = way.index(EventPhase(event.phase)) if event.phase in way else -1
    texts = {
        EventPhase.REGISTRATION: _("Companies register until %(moment)s; officers let them in.")
        % {"moment": day_and_hour(event.registration_until)},
        EventPhase.PREFERENCES: _(
            "Each chooses whom it must meet and would meet, until %(moment)s."
        )
        % {"moment": day_and_hour(event.preferences_until)},
        EventPhase.PROVISIONAL: _("The schedule is drawn up and looked through."),
        EventPhase.FINAL: _("Everybody has the own agenda; changes are told at once."),
        EventPhase.RUNNING: _("Meetings at the tables, outcomes in one tap."),
        EventPhase.CLOSED: _("Results are counted, and followed up to delivery."),
    }
    return [
        PhaseStep(str(phase.label), texts[phase], number < now, number == now)
        for number, phase in enumerate(way)
    ]
