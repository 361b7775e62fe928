"""Agendas as calendar files: one UID a meeting for ever, a sequence that rises, cancellations."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from matchmaking.core.links import absolute
from matchmaking.docking.states import MeetingState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matchmaking.docking.models import DockingEvent
    from matchmaking.docking.presentation.agendas import AgendaLine


def calendar_of(event: DockingEvent, lines: Iterable[AgendaLine]) -> bytes:
    """Return the meetings in the venue's zone; what was given up is cancelled under its UID.

    A calendar that has read an earlier file moves and removes what it knows by that.
    """
    zone = timezone.get_default_timezone()
    host = urlsplit(settings.SITE_URL).hostname
    calendar = Calendar()
    calendar.add("prodid", "-//hand-in-hand//docking//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", event.name)
    for line in lines:
        meeting = line.meeting
        is_off = meeting.state in (MeetingState.DROPPED, MeetingState.MISSED)
        entry = Event()
        entry.add("uid", f"{meeting.code}@{host}")
        entry.add("sequence", meeting.sequence)
        entry.add("dtstamp", meeting.changed_at)
        entry.add("dtstart", meeting.slot.starts_at.astimezone(zone))
        entry.add("dtend", meeting.slot.ends_at.astimezone(zone))
        title = _("Meeting with %(company)s") % {"company": line.partner.name}
        entry.add("summary", title)
        entry.add("location", f"{line.place}, {event.venue}")
        entry.add("url", absolute(reverse("docking:agenda", args=[event.code])))
        entry.add("status", "CANCELLED" if is_off else "CONFIRMED")
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
