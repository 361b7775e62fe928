"""A company objects to a case of its record, and an officer decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from accounts.rules import is_member
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.transitions import check_transition
from matchmaking.deals import rules, track_records
from matchmaking.deals.models import RecordObjection
from matchmaking.deals.states import OBJECTION_TRANSITIONS, ObjectionState
from matchmaking.notifications.services import notify

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from accounts.models import Company, User

OBJECTION_DECIDED = "objection_decided"


@transaction.atomic
def raise_objection(
    *, company: Company, fact: str, case: UUID, reason: str, by: User, at: dt.datetime
) -> RecordObjection:
    """Store why a case is wrong; until it is decided the case counts.

    :raises NotAllowed: when the person is not of the company
    :raises InvalidInput: without a reason, or for a case that its record does not have
    :raises Conflict: when the company has objected to it before
    """
    if not is_member(by, company):
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
    if not reason.strip():
        raise InvalidInput(_("Say what is wrong with it."), field="reason")
    known = {(found.fact, found.code) for found in track_records.cases_of(company, at=at)}
    if (fact, case) not in known:
        raise InvalidInput(_("Your record has no such case."), code="no_case")
    made, is_new = RecordObjection.objects.get_or_create(
        company=company,
        fact=fact,
        case=case,
        defaults={"reason": reason.strip(), "raised_by": by, "raised_at": at},
    )
    if not is_new:
        raise Conflict(_("Your company has objected to this case."), code="raised")
    return made


@transaction.atomic
def decide_objection(
    *, objection: RecordObjection, uphold: bool, note: str, by: User, at: dt.datetime
) -> RecordObjection:
    """Uphold an objection, and its case is left out of the record; or dismiss it. Tell the company.

    :raises NotAllowed: without the right
    :raises IllegalTransition: when another officer was first
    """
    if not rules.can_decide_objections(by):
        raise NotAllowed(_("You may not decide objections."))
    objection = (
        RecordObjection.objects.select_for_update(of=("self",))
        .select_related("company")
        .get(pk=objection.pk)
    )
    target = ObjectionState.UPHELD if uphold else ObjectionState.DISMISSED
    check_transition(OBJECTION_TRANSITIONS, ObjectionState(objection.state), target)
    objection.state, objection.decision_note = target, note.strip()
    objection.decided_by, objection.decided_at = by, at
    objection.save()
    notify(
        kind=OBJECTION_DECIDED,
        recipients=list(accounts.members_of(objection.company).values_list("pk", flat=True)),
        fact=f"{objection.code}:{target}",
        subject={"objection": objection.pk},
        company_id=objection.company_id,
        topic=f"objection:{objection.code}",
    )
    return objection
