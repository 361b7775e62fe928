"""Choosing partners: must, would, no, met before; requests that the other side answers or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_member
from matchmaking.core.errors import InvalidInput, NotAllowed
from matchmaking.docking.choices import WISHES, ParticipantRole, PreferenceKind
from matchmaking.docking.models import Preference, Registration
from matchmaking.docking.services import base
from matchmaking.docking.services.notices import notify_company
from matchmaking.docking.services.registrations import lock_registration
from matchmaking.docking.states import EventPhase, RegistrationState

if TYPE_CHECKING:
    from accounts.models import User

PARTNER_ASKS = "docking_request"
POSTING = (ParticipantRole.BRAND, ParticipantRole.FACTORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a wish may be held: not before, not after, behind another partner's meeting."""

    earliest: dt.datetime | None = None
    latest: dt.datetime | None = None
    after: Registration | None = None


ANY_TIME = Hours()


def may_meet(one: Registration, other: Registration) -> bool:
    """Return whether two participants are of sides that meet: not two brands, not two factories."""
    if one.company_id == other.company_id or one.event_id != other.event_id:
        return False
    return one.role not in POSTING or one.role != other.role


@transaction.atomic
def choose(
    *,
    registration: Registration,
    choices: Mapping[Registration, str],
    by: User,
    at: dt.datetime,
) -> int:
    """Keep what the company says of each of the others ("" takes its word back).

    Hours that were set stay with a wish that stays one. Who asks first is told to the other
    side, once; a "no" is told to nobody. Return how many words are new.

    :raises WrongPhase: outside the phase of choosing
    :raises NotAllowed: for a company of somebody else, or one that was not let in
    """
    own = _chooser(registration, by)
    standing = {row.other_id: row for row in own.preferences.select_for_update()}
    changed = 0
    for other, kind in choices.items():
        _check_partner(own, other)
        row = standing.get(other.pk)
        if kind == (row.kind if row else ""):
            continue
        changed += 1
        if not kind:
            if row is not None:
                row.delete()
            continue
        row = row or Preference(chooser=own, other=other)
        row.kind, row.chosen_by, row.chosen_at = PreferenceKind(kind), by, at
        if kind not in WISHES:
            row.earliest = row.latest = row.after = None
        row.save()
        if kind in WISHES:
            _ask(own, other)
    return changed


@transaction.atomic
def set_hours(
    *, registration: Registration, other: Registration, hours: Hours, by: User
) -> Preference:
    """Narrow a wish to hours of the day, or set it behind another meeting.

    :raises InvalidInput: where there is no wish, or for hours that hold no slot
    """
    own = _chooser(registration, by)
    row = own.preferences.select_for_update().filter(other=other, kind__in=WISHES).first()
    if row is None:
        raise InvalidInput(_("Say first that you must or would meet this company."), field="after")
    slots = own.event.time_slots.filter(is_cut=False)
    if hours.earliest:
        slots = slots.filter(starts_at__gte=hours.earliest)
    if hours.latest:
        slots = slots.filter(ends_at__lte=hours.latest)
    if not slots.exists():
        raise InvalidInput(_("No slot lies between these hours."), field="latest")
    if hours.after is not None and (hours.after == other or not may_meet(own, hours.after)):
        raise InvalidInput(_("Choose another company that you meet."), field="after")
    row.earliest, row.latest, row.after = hours.earliest, hours.latest, hours.after
    row.save()
    return row


def _chooser(registration: Registration, by: User) -> Registration:
    own = lock_registration(registration)
    if not is_member(by, own.company):
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
    if own.state != RegistrationState.APPROVED:
        raise NotAllowed(_("Only companies that were let in choose partners."), code="not_in")
    base.check_phase(own.event, [EventPhase.PREFERENCES])
    return own


def _check_partner(own: Registration, other: Registration) -> None:
    if not may_meet(own, other) or other.state != RegistrationState.APPROVED:
        raise InvalidInput(_("This company cannot be met."), field="other")


def _ask(own: Registration, other: Registration) -> None:
    """Tell the other side that it is asked, unless it has said anything of the asker."""
    if not Preference.objects.filter(chooser=other, other=own).exists():
        notify_company(other, PARTNER_ASKS, f"asked:{own.code}")
