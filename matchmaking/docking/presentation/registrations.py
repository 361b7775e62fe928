"""A company's own registration in words, and what it may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from matchmaking.docking import queries
from matchmaking.docking.presentation import days
from matchmaking.docking.states import TOLD_PHASES, EventPhase, RegistrationState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Company
    from matchmaking.docking.models import Attendee, DockingEvent, Registration

TONES = {
    RegistrationState.APPLIED: "warn",
    RegistrationState.APPROVED: "ok",
    RegistrationState.DECLINED: "bad",
}
STANDING = (RegistrationState.APPLIED, RegistrationState.APPROVED)
CHANGEABLE = (EventPhase.REGISTRATION, EventPhase.PREFERENCES)
UNREAD = (EventPhase.DRAFT, EventPhase.REGISTRATION, EventPhase.CANCELLED)
GIVEN_UP = (*CHANGEABLE, EventPhase.PROVISIONAL, EventPhase.FINAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRegistration:
    """What the page of an event says to a company about its own registration."""

    event: DockingEvent
    registration: Registration | None
    people: Sequence[Attendee]

    @property
    def is_standing(self) -> bool:
        return self.registration is not None and self.registration.state in STANDING

    @property
    def is_approved(self) -> bool:
        row = self.registration
        return row is not None and row.state == RegistrationState.APPROVED

    @property
    def may_register(self) -> bool:
        row = self.registration
        if row is None:
            return self.event.phase == EventPhase.REGISTRATION
        return row.state != RegistrationState.DECLINED and self.event.phase in CHANGEABLE

    @property
    def is_choosing(self) -> bool:
        return self.is_approved and self.event.phase == EventPhase.PREFERENCES

    @property
    def may_choose(self) -> bool:
        """Whether the company reads the list of participants."""
        return self.is_approved and self.event.phase not in UNREAD

    @property
    def is_on(self) -> bool:
        return self.is_approved and self.event.phase == EventPhase.RUNNING

    @property
    def may_read_agenda(self) -> bool:
        return self.is_approved and self.event.phase in (*TOLD_PHASES, EventPhase.CLOSED)

    @property
    def may_withdraw(self) -> bool:
        return self.is_standing and self.event.phase in GIVEN_UP

    @property
    def label(self) -> str:
        return str(self.registration.get_state_display()) if self.registration else ""

    @property
    def tone(self) -> str:
        row = self.registration
        return TONES.get(RegistrationState(row.state), "neutral") if row else "neutral"

    @property
    def sentence(self) -> str:
        """Say where it stands and what comes next."""
        row = self.registration
        if row is None or row.state == RegistrationState.WITHDRAWN:
            if not self.may_register:
                return _("Your company is not registered.")
            moment = days.day_and_hour(self.event.registration_until)
            return _("Register until %(moment)s.") % {"moment": moment}
        if row.state == RegistrationState.APPLIED:
            return _("The association looks at it and tells you.")
        if row.state == RegistrationState.DECLINED:
            return row.decision_note or _("The association has declined.")
        return {
            EventPhase.REGISTRATION: _("You choose partners once registration has closed."),
            EventPhase.PREFERENCES: _("Choose whom you must meet and would meet."),
            EventPhase.PROVISIONAL: _("The schedule is being drawn up."),
        }.get(EventPhase(self.event.phase), "")


def own_registration(event: DockingEvent, company: Company) -> OwnRegistration:
    row = queries.registration_of(event, company)
    people = list(queries.attendees_of(row)) if row else []
    return OwnRegistration(event=event, registration=row, people=people)
