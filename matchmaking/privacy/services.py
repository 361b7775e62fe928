"""A copy of what is kept of a person, and erasure."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from accounts.choices import Role
from accounts.models import User
from accounts.services import members
from matchmaking.core.errors import Conflict, DomainError, NotAllowed
from matchmaking.core.transitions import check_transition
from matchmaking.notifications.models import SentMail
from matchmaking.privacy import inventory
from matchmaking.privacy.models import ErasureRequest
from matchmaking.privacy.states import ERASURE_TRANSITIONS, ErasureState

log = structlog.get_logger(__name__)
# Long enough to notice that somebody else asked, short enough to be "in time" (PIPL, art. 47).
WAIT = dt.timedelta(days=7)


def copy_of(user: User, *, at: dt.datetime) -> dict[str, Any]:
    """Return what is kept of the person, as plain values: a profile, own rows, counted acts.

    Secrets, as hashes of passwords and tokens, are nobody's to read and stand in no copy.
    """
    mails = SentMail.objects.filter(recipient_id=user.pk).order_by("pk")
    return {
        "made_at": at.isoformat(),
        "person": {
            "code": str(user.code),
            "name": user.name,
            "email": user.email,
            "language": user.language,
            "time_zone": user.time_zone,
            "joined": user.date_joined.isoformat(),
            "last_sign_in": user.last_login and user.last_login.isoformat(),
        },
        "own": {
            table.model: rows
            for table in inventory.OWN
            if (rows := inventory.own_rows(table, user))
        },
        "mails": list(mails.values("title", "kind", "accepted_at")),
        "named_in_records_of_companies": inventory.acts(user),
    }


@transaction.atomic
def ask_erasure(*, by: User, at: dt.datetime) -> ErasureRequest:
    """Ask for erasure in seven days; asking again changes nothing.

    :raises NotAllowed: for officers, whose decisions stand under their names
    :raises Conflict: while a company would be left without an owner
    """
    user = User.objects.select_for_update().get(pk=by.pk)
    if user.is_staff:
        raise NotAllowed(_("Officers ask an administrator of the site."))
    _check_owners(user)
    found = ErasureRequest.objects.open().filter(user=user).first()
    return found or ErasureRequest.objects.create(user=user, asked_at=at, due_at=at + WAIT)


def _check_owners(user: User) -> None:
    for membership in user.memberships.filter(role=Role.OWNER).select_related("company"):
        company = membership.company
        if not accounts.owners_of(company).exclude(pk=user.pk).exists():
            raise Conflict(
                _("%(company)s would have no owner: make somebody else its owner first.")
                % {"company": company.name},
                code="last_owner",
            )


@transaction.atomic
def take_back(*, request: ErasureRequest, at: dt.datetime) -> ErasureRequest:
    """Take the wish back.

    :raises IllegalTransition: when it has been carried out
    """
    return _end(_lock(request), ErasureState.TAKEN_BACK, at)


def erase_due(*, at: dt.datetime) -> int:
    """Erase who asked seven days ago, each in a transaction; return how many.

    What stands in the way of one is told on its request and holds up no other.
    """
    count = 0
    for request in ErasureRequest.objects.open().filter(due_at__lte=at).order_by("due_at", "pk"):
        try:
            erase(request=request, at=at)
        except DomainError as error:
            ErasureRequest.objects.filter(pk=request.pk).update(hindrance=str(error)[:200])
        else:
            count += 1
    return count


@transaction.atomic
def erase(*, request: ErasureRequest, at: dt.datetime) -> None:
    """Erase the person of the request: nameless, without a way in, out of every company.

    Own rows go. What others rely on (messages, answers, decisions) stays, by a person without
    name and address.

    :raises LastOwner: while a company would be left without an owner
    :raises Conflict: before its day
    """
    request = _lock(request)
    if request.due_at > at:
        raise Conflict(_("Its day has not come."))
    user = User.objects.select_for_update().get(pk=request.user_id)
    for company in user.companies.order_by("pk"):
        members.remove_member(company=company, user=user)
    for table in inventory.OWN:
        if not table.erased:
            continue
        model = apps.get_model(table.model)
        for row in model._default_manager.filter(**{table.link: user.pk}):  # noqa: SLF001 - Django's documented name
            if getattr(row, "file", None):
                row.file.delete(save=False)
            row.delete()
    SentMail.objects.filter(recipient_id=user.pk).update(title="")
    user.name, user.email = "", None
    user.is_active = False
    user.set_unusable_password()
    user.session_round += 1
    user.save()
    _end(request, ErasureState.DONE, at)
    log.info("person_erased", request=str(request.code))


def _lock(request: ErasureRequest) -> ErasureRequest:
    return ErasureRequest.objects.select_for_update().get(pk=request.pk)


def _end(request: ErasureRequest, state: ErasureState, at: dt.datetime) -> ErasureRequest:
    check_transition(ERASURE_TRANSITIONS, ErasureState(request.state), state)
    request.state, request.ended_at, request.hindrance = state, at, ""
    request.save(update_fields=["state", "ended_at", "hindrance"])
    return request
