"""Rules of the day: what an officer should know while there is still time to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.docking import queries
from matchmaking.docking.presentation import days
from matchmaking.docking.states import EventPhase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from matchmaking.docking.models import DockingEvent

FEWEST_WISHES = 3
NOTICE_DAYS = 5  # between choosing and the day: a schedule is drawn up, looked through and told


def warnings_of(event: DockingEvent, at: dt.datetime) -> list[str]:
    """Return the warnings about a docking day, those that stop it first."""
    return [*_of_frame(event), *_of_dates(event, at), *_of_wishes(event)]


def _of_frame(event: DockingEvent) -> Iterator[str]:
    if not event.time_slots.filter(is_cut=False).exists():
        yield _("No slots yet: lay out a day.")
    if not event.halls.exists():
        yield _("No hall yet: add one with its tables.")


def _of_dates(event: DockingEvent, at: dt.datetime) -> Iterator[str]:
    first = queries.slots_of(event).filter(is_cut=False).first()
    if first is None:
        return
    if event.preferences_until >= first.starts_at:
        yield _("Choosing partners ends after the first meeting has begun: %(moment)s.") % {
            "moment": days.day_and_hour(event.preferences_until)
        }
        return
    left = (first.starts_at - event.preferences_until).days
    if left < NOTICE_DAYS and event.preferences_until > at:
        yield ngettext(
            "Only %(count)s day lies between choosing partners and the first meeting.",
            "Only %(count)s days lie between choosing partners and the first meeting.",
            left,
        ) % {"count": left}


def _of_wishes(event: DockingEvent) -> Iterator[str]:
    """Warn of those who chose hardly anybody, and of a hall that holds less than is wanted."""
    if event.phase not in (EventPhase.PREFERENCES, EventPhase.PROVISIONAL):
        return
    thin = sum(count < FEWEST_WISHES for count in queries.wishes_by_chooser(event).values())
    if thin:
        yield ngettext(
            "%(count)s company chose fewer than 3 partners: the day will be thin.",
            "%(count)s companies chose fewer than 3 partners: the day will be thin.",
            thin,
        ) % {"count": thin}
    places = queries.tables_of(event) * event.time_slots.filter(is_cut=False).count()
    wanted = queries.wanted_by_both(event)
    if wanted > places:
        yield _("%(wanted)s meetings are wanted by both sides; the halls hold %(places)s.") % {
            "wanted": wanted,
            "places": places,
        }
