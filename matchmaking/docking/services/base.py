"""Shared steps of a docking day: its lock and its phases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, NotAllowed
from matchmaking.docking import rules
from matchmaking.docking.models import DockingEvent

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import User
    from matchmaking.docking.states import EventPhase


class WrongPhase(Conflict):
    """The docking day is in a phase in which this is not done."""

    code = "wrong_phase"


def lock_event(event: DockingEvent) -> DockingEvent:
    """Return the event as it is now, locked.

    Order of locks: event, registrations, meetings, then whatever areas below lock.
    """
    return DockingEvent.objects.select_for_update().get(pk=event.pk)


def check_officer(by: User) -> None:
    """Return when the person runs docking days.

    :raises NotAllowed: otherwise
    """
    if not rules.can_run_events(by):
        raise NotAllowed(_("Officers run docking days."))


def check_phase(event: DockingEvent, phases: Collection[EventPhase]) -> None:
    """Return when the event is in one of the phases.

    :raises WrongPhase: otherwise, with the phase in which it is
    """
    if event.phase not in phases:
        raise WrongPhase(
            _("The docking day is in the phase “%(phase)s”: this is not possible now.")
            % {"phase": event.get_phase_display()}
        )
