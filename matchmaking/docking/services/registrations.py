"""Registration of companies: by themselves, by officers for them, and what officers decide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_member
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.transitions import check_transition
from matchmaking.docking.choices import ParticipantRole
from matchmaking.docking.models import Agenda, Attendee, Registration
from matchmaking.docking.models.registrations import MOST_MEETINGS
from matchmaking.docking.services import base, meetings
from matchmaking.docking.services.notices import notify_company
from matchmaking.docking.states import REGISTRATION_TRANSITIONS, EventPhase, RegistrationState
from matchmaking.listings.models import CapacityOffer, ProcessingOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Company, User
    from matchmaking.docking.models import DockingEvent

REGISTRATION_DECIDED = "docking_registration"
MOST_PEOPLE = 8
OPEN_PHASES = (EventPhase.REGISTRATION, EventPhase.PREFERENCES)
OFFICERS_PHASES = (*OPEN_PHASES, EventPhase.DRAFT, EventPhase.PROVISIONAL, EventPhase.FINAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who comes; ``shares`` says that he stands in for the one named before."""

    name: str
    job_title: str = ""
    shares: bool = False
    here_from: dt.datetime | None = None
    here_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a company says when it registers.

    :raises InvalidInput: for terms that no day can hold, naming the field
    """

    role: str
    people: Sequence[Person]
    is_seated: bool = False
    stands_by: bool = False
    needs_interpreter: bool = False
    fewest_meetings: int = 0
    most_meetings: int = 12
    note: str = ""
    orders: Sequence[ProcessingOrder] = ()
    offers: Sequence[CapacityOffer] = field(default=())

    def __post_init__(self) -> None:
        if self.role not in ParticipantRole.values:
            raise InvalidInput(_("Choose as what the company comes."), field="role")
        if not self.people:
            raise InvalidInput(_("Name somebody who comes: no person, no meeting."), field="people")
        if len(self.people) > MOST_PEOPLE:
            raise InvalidInput(_("At most eight people come for a company."), field="people")
        for person in self.people:
            if person.here_from and person.here_until and person.here_until <= person.here_from:
                raise InvalidInput(
                    _("%(name)s leaves before coming.") % {"name": person.name}, field="people"
                )
        if not 1 <= self.most_meetings <= MOST_MEETINGS:
            raise InvalidInput(_("Between 1 and 60 meetings."), field="most_meetings")
        if self.fewest_meetings > self.most_meetings:
            raise InvalidInput(
                _("The fewest meetings are no more than the most."), field="fewest_meetings"
            )


@transaction.atomic
def register(
    *, event: DockingEvent, company: Company, terms: Terms, by: User, at: dt.datetime
) -> Registration:
    """Register the company, or change what it said; officers decide on it anew where people change.

    :raises WrongPhase: outside registration and choosing
    :raises NotAllowed: for a company of somebody else, or one that is not active
    :raises Conflict: when it was declined
    """
    if not is_member(by, company) or not company.is_active:
        raise NotAllowed(_("Only people of an active company register it."), code="not_yours")
    event = base.lock_event(event)
    base.check_phase(event, OPEN_PHASES)
    found = event.registrations.select_for_update().filter(company=company).first()
    if found is None:
        base.check_phase(event, [EventPhase.REGISTRATION])
        found = Registration(event=event, company=company)
    elif found.state == RegistrationState.DECLINED:
        raise Conflict(_("The association has declined this registration."), code="declined")
    elif found.state in (RegistrationState.INVITED, RegistrationState.WITHDRAWN):
        _move(found, RegistrationState.APPLIED)
    found.is_on_behalf, found.vouched_for = False, ""
    found.registered_by, found.registered_at = by, at
    _write(found, terms, own=True)
    return found


@transaction.atomic
def register_for(
    *,
    event: DockingEvent,
    company: Company,
    terms: Terms,
    by: User,
    at: dt.datetime,
    vouched_for: str = "",
) -> Registration:
    """Enter a company for it. It is invited until it says yes itself.

    With ``vouched_for``, who of the company said yes to the officer, it is let in at once.

    :raises Conflict: when it is registered already
    """
    base.check_officer(by)
    event = base.lock_event(event)
    base.check_phase(event, OFFICERS_PHASES)
    if event.registrations.filter(company=company).exists():
        raise Conflict(_("The company is registered already."), code="registered")
    row = Registration(
        event=event,
        company=company,
        state=RegistrationState.INVITED,
        is_on_behalf=True,
        registered_by=by,
        registered_at=at,
    )
    _write(row, terms, own=False)
    return _vouch(row, vouched_for, by, at) if vouched_for else row


@transaction.atomic
def vouch(
    *, registration: Registration, vouched_for: str, by: User, at: dt.datetime
) -> Registration:
    """Let an invited company in, because somebody there said yes to the officer.

    :raises InvalidInput: without that person's name
    """
    base.check_officer(by)
    return _vouch(lock_registration(registration), vouched_for, by, at)


def _vouch(row: Registration, vouched_for: str, by: User, at: dt.datetime) -> Registration:
    if not vouched_for.strip():
        raise InvalidInput(_("Name who said yes for the company."), field="vouched_for")
    row.vouched_for = vouched_for.strip()
    return _decide(row, RegistrationState.APPROVED, "", by=by, at=at)


@transaction.atomic
def approve(*, registration: Registration, by: User, at: dt.datetime) -> Registration:
    """Let a company in; its people are told.

    :raises Conflict: when nobody is named who comes
    """
    base.check_officer(by)
    row = lock_registration(registration)
    if not Attendee.objects.filter(agenda__registration=row).exists():
        raise Conflict(_("Nobody is named who comes."), code="nobody")
    return _decide(row, RegistrationState.APPROVED, "", by=by, at=at)


@transaction.atomic
def decline(*, registration: Registration, reason: str, by: User, at: dt.datetime) -> Registration:
    """Decline a registration with a reason that its people read."""
    base.check_officer(by)
    row = lock_registration(registration)
    return _decide(row, RegistrationState.DECLINED, reason, by=by, at=at)


@transaction.atomic
def withdraw(*, registration: Registration, by: User, at: dt.datetime) -> Registration:
    """Take the company's registration back, and give its meetings up.

    :raises WrongPhase: once the day has begun
    """
    row = lock_registration(registration)
    if not is_member(by, row.company):
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
    base.check_phase(row.event, OFFICERS_PHASES)
    _move(row, RegistrationState.WITHDRAWN)
    row.decided_by, row.decided_at = by, at
    row.save()
    meetings.give_up_all_of(row, at)
    return row


def lock_registration(registration: Registration) -> Registration:
    """Return the registration as it is now, locked behind its event."""
    event = base.lock_event(registration.event)
    row = Registration.objects.select_related("company").select_for_update(of=("self",))
    found = row.get(pk=registration.pk)
    found.event = event
    return found


def _decide(
    row: Registration, target: RegistrationState, note: str, *, by: User, at: dt.datetime
) -> Registration:
    base.check_phase(row.event, OFFICERS_PHASES)
    _move(row, target)
    row.decision_note, row.decided_by, row.decided_at = note, by, at
    row.save()
    notify_company(row, REGISTRATION_DECIDED, f"{target}:{at:%s}")
    return row


def _move(row: Registration, target: RegistrationState) -> None:
    check_transition(REGISTRATION_TRANSITIONS, RegistrationState(row.state), target)
    row.state = target


def _write(row: Registration, terms: Terms, *, own: bool) -> None:
    """Write the terms; own posts alone may be brought, and those on the market."""
    row.role, row.is_seated, row.stands_by = terms.role, terms.is_seated, terms.stands_by
    row.needs_interpreter, row.note = terms.needs_interpreter, terms.note
    row.fewest_meetings, row.most_meetings = terms.fewest_meetings, terms.most_meetings
    for post in (*terms.orders, *terms.offers):
        if post.company_id != row.company_id:
            raise InvalidInput(_("Bring posts of your own company."), field="orders")
    row.save()
    row.orders.set(terms.orders if own else ())
    row.offers.set(terms.offers if own else ())
    _write_people(row, terms.people)


def _write_people(row: Registration, people: Sequence[Person]) -> None:
    """Write who comes. Badges and check-ins of those who are still named stay theirs."""
    before = {person.name: person for person in Attendee.objects.filter(agenda__registration=row)}
    numbers, number = [], 0
    for place, person in enumerate(people):
        number += 0 if person.shares and place else 1
        numbers.append(number)
    agendas = {n: Agenda.objects.get_or_create(registration=row, number=n)[0] for n in set(numbers)}
    kept = []
    for person, n in zip(people, numbers, strict=True):
        known = before.pop(person.name, None) or Attendee(name=person.name)
        known.agenda, known.job_title = agendas[n], person.job_title
        known.here_from, known.here_until = person.here_from, person.here_until
        known.save()
        kept.append(known.pk)
    Attendee.objects.filter(agenda__registration=row).exclude(pk__in=kept).delete()
    row.agendas.filter(number__gt=number).delete()
