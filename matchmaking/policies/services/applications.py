"""A company applies, is reminded of deadlines, and is asked after a fortnight what came of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from accounts.models import Company
from matchmaking.core.errors import InvalidInput, NotAllowed
from matchmaking.core.trade_day import trade_day
from matchmaking.notifications.services import notify
from matchmaking.policies import eligibility, rules
from matchmaking.policies.choices import Outcome
from matchmaking.policies.conditions import Answer
from matchmaking.policies.models import Application, Policy

if TYPE_CHECKING:
    from accounts.models import User

POLICY_DEADLINE = "policy_deadline"
POLICY_FOLLOW_UP = "policy_follow_up"


@transaction.atomic
def start_application(
    *, policy: Policy, company: Company, by: User, at: dt.datetime
) -> Application:
    """Note that the company means to apply; a second time changes nothing.

    :raises NotAllowed: when the person may not speak for the company
    """
    if not rules.can_tell(by, company):
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
    found, _is_new = Application.objects.get_or_create(
        policy=policy, company=company, defaults={"started_by": by, "started_at": at}
    )
    return found


@transaction.atomic
def answer_follow_up(
    *,
    application: Application,
    outcome: str,
    by: User,
    at: dt.datetime,
    granted_yuan: int | None = None,
    note: str = "",
) -> Application:
    """Keep what came of an application; it may be corrected.

    :raises NotAllowed: when the person may not speak for the company
    :raises InvalidInput: for yuan without a grant, or a refusal without its reason
    """
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("company")
        .get(pk=application.pk)
    )
    if not rules.can_tell(by, application.company):
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
    if outcome not in Outcome.values:
        raise InvalidInput(_("Choose what came of it."), field="outcome")
    if granted_yuan is not None and outcome != Outcome.GRANTED:
        raise InvalidInput(_("Say an amount only where it was granted."), field="granted_yuan")
    if outcome in {Outcome.REFUSED, Outcome.NOT_ASKED} and not note.strip():
        raise InvalidInput(_("Say why: it helps the next firm."), field="note")
    application.outcome, application.granted_yuan = outcome, granted_yuan
    application.note, application.answered_at = note.strip(), at
    application.save()
    return application


def ask_due(*, at: dt.datetime) -> int:
    """Ask, once, about every application that was begun a fortnight ago; return how many."""
    limit = at - dt.timedelta(days=settings.POLICY_FOLLOW_UP_DAYS)
    due = Application.objects.filter(started_at__lte=limit, asked_at=None, answered_at=None)
    asked = 0
    for row in due.select_related("company").order_by("pk"):
        with transaction.atomic():
            # Guarded: two runs at a time ask once.
            if not Application.objects.filter(pk=row.pk, asked_at=None).update(asked_at=at):
                continue
            _notify(row.company, POLICY_FOLLOW_UP, row.policy_id, f"{row.code}:asked")
            asked += 1
    return asked


def remind_deadlines(*, at: dt.datetime) -> int:
    """Tell each active company of deadlines within a fortnight that may concern it, each once.

    Neither what it cannot get nor what it has applied for is told.
    """
    day = trade_day(at)
    soon = day + dt.timedelta(days=eligibility.SOON_DAYS)
    policies = list(
        Policy.objects.filter(is_published=True, deadline__gte=day, deadline__lte=soon)
        .current(day)
        .order_by("pk")
    )
    if not policies:
        return 0
    told = 0
    applied = set(
        Application.objects.filter(policy__in=policies).values_list("company_id", "policy_id")
    )
    for company in Company.objects.active().taking_part().select_related("cluster").order_by("pk"):
        for one in eligibility.judge_all(company, policies, at=at):
            if one.answer == Answer.NO or (company.pk, one.policy.pk) in applied:
                continue
            fact = f"{one.policy.code}:{company.code}:{one.policy.deadline}"
            with transaction.atomic():
                told += bool(_notify(company, POLICY_DEADLINE, one.policy.pk, fact))
    return told


def _notify(company: Company, kind: str, policy: int, fact: str) -> int:
    return notify(
        kind=kind,
        recipients=list(accounts.members_of(company).values_list("pk", flat=True)),
        fact=fact,
        subject={"policy": policy},
        company_id=company.pk,
        topic=f"policy:{policy}",
    )
