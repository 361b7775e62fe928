"""Officers' decisions about companies.

Every service takes ``by`` and ``at``, also where the row keeps neither: the history does.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.choices import DocumentKind, VerificationTier
from accounts.models import Company, CompanyGroup, Invitation, User, Verification
from accounts.queries import members_of, open_dispute
from accounts.services.base import lock_company, notify_members, save_for_market
from accounts.services.companies import LISTING_DAYS
from accounts.services.documents import add_document
from accounts.services.people import end_sessions
from accounts.states import (
    COMPANY_TRANSITIONS,
    UNSETTLED,
    CompanyStatus,
    InvitationStatus,
)
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.trade_day import trade_day
from matchmaking.core.transitions import check_transition
from matchmaking.core.uploads import CleanUpload


@transaction.atomic
def approve_company(
    *, company: Company, by: User, at: dt.datetime, version: int | None = None, is_told: bool = True
) -> Company:
    """Admit a pending company to the market; without a tier it is "listed" for a year.

    Not where its USCC fails its check: such a number stands in no register as it is written.

    ``version`` is what the officer looked at. ``is_told`` is false where the caller tells the
    company's people of more than this.

    :raises Conflict: while its USCC is disputed, or when it was changed since ``version``
    :raises IllegalTransition: when it is no longer pending
    """
    company = lock_company(company)
    _step(company, CompanyStatus.ACTIVE, from_status=CompanyStatus.PENDING)
    _check_version(company, version)  # after the lock: a version read before it may be old
    if open_dispute(company):
        raise Conflict(_("Decide the dispute over its USCC first."), code="disputed")
    company.activated_at = at
    company.returned_at = None
    company.returned_reason = ""
    if company.tier == VerificationTier.NONE and not company.uscc_warning:
        today = trade_day(at)
        _verify(
            company,
            tier=VerificationTier.LISTED,
            on=today,
            expires_on=today + dt.timedelta(days=LISTING_DAYS),
            note="",
            by=by,
        )
    save_for_market(company, ["status", "activated_at", "returned_at", "returned_reason", *TIER])
    if is_told:
        notify_members(company, kind="company_approved")
    return company


@transaction.atomic
def return_company(
    *,
    company: Company,
    reason: str,
    by: User,  # noqa: ARG001 - see above
    at: dt.datetime,
    version: int | None = None,
) -> Company:
    """Send a pending company back to its people, with what has to be corrected.

    ``version`` is what the officer looked at.

    :raises Conflict: when it is not pending, has been sent back already, or was changed since
    """
    company = lock_company(company)
    if company.status != CompanyStatus.PENDING or company.returned_at is not None:
        raise Conflict(_("The company is no longer waiting: somebody was first. Look again."))
    _check_version(company, version)
    company.returned_at = at
    company.returned_reason = _reason(reason)
    company.version += 1
    company.save(update_fields=["returned_at", "returned_reason", "version", "updated_at"])
    notify_members(company, kind="company_returned")
    return company


@transaction.atomic
def suspend_company(*, company: Company, reason: str, by: User, at: dt.datetime) -> Company:  # noqa: ARG001 - see above
    """Take an active company out of the market and end its people's sessions.

    :raises IllegalTransition: when it is not active
    """
    company = lock_company(company)
    _step(company, CompanyStatus.SUSPENDED)
    company.status_reason = _reason(reason)
    save_for_market(company, ["status", "status_reason"])
    end_sessions(members_of(company).values_list("pk", flat=True))
    notify_members(company, kind="company_suspended")
    return company


@transaction.atomic
def reinstate_company(*, company: Company, by: User, at: dt.datetime) -> Company:  # noqa: ARG001 - see above
    """Return a suspended company to the market.

    :raises IllegalTransition: when it is not suspended
    """
    company = lock_company(company)
    _step(company, CompanyStatus.ACTIVE, from_status=CompanyStatus.SUSPENDED)
    company.status_reason = ""
    save_for_market(company, ["status", "status_reason"])
    notify_members(company, kind="company_approved")
    return company


@transaction.atomic
def close_company(*, company: Company, reason: str, by: User, at: dt.datetime) -> Company:  # noqa: ARG001 - see above
    """End a company's part for good: tokens and invitations end with it.

    :raises IllegalTransition: when it is closed already
    """
    company = lock_company(company)
    _step(company, CompanyStatus.CLOSED)
    company.status_reason = _reason(reason)
    company.returned_at = None
    company.returned_reason = ""
    save_for_market(company, ["status", "status_reason", "returned_at", "returned_reason"])
    company.tokens.all().delete()
    Invitation.objects.filter(company=company, status__in=UNSETTLED).update(
        status=InvitationStatus.WITHDRAWN, settled_at=at
    )
    notify_members(company, kind="company_closed")
    return company


@transaction.atomic
def record_verification(
    *,
    company: Company,
    tier: str,
    on: dt.date,
    expires_on: dt.date,
    by: User,
    at: dt.datetime,
    note: str = "",
    is_compared: bool = False,
    lines_seen: int | None = None,
    workers_seen: int | None = None,
    pictures: Sequence[CleanUpload] = (),
) -> Verification:
    """Record what the officer has seen; from now on the company carries this tier.

    Documents and a visit rest on a business licence that is on file and ``is_compared`` with the
    record; a visit also on ``pictures``, which are kept.

    :raises InvalidInput: when the evidence is missing, when it was seen tomorrow, expires before it was seen, or in the past
    """
    company = lock_company(company)
    if on > trade_day(at):
        raise InvalidInput(_("The day of the verification cannot lie in the future."), field="on")
    if expires_on < max(on, trade_day(at)):
        raise InvalidInput(_("The verification must not have expired."), field="expires_on")
    _check_evidence(company, tier, is_compared=is_compared, pictures=pictures)
    for picture in pictures:
        add_document(company=company, kind=DocumentKind.VISIT, upload=picture, by=by, at=at)
    verification = _verify(company, tier=tier, on=on, expires_on=expires_on, note=note, by=by)
    verification.lines_seen, verification.workers_seen = lines_seen, workers_seen
    verification.save(update_fields=["lines_seen", "workers_seen"])
    save_for_market(company, TIER)
    return verification


def _check_evidence(
    company: Company, tier: str, *, is_compared: bool, pictures: Sequence[CleanUpload]
) -> None:
    if tier not in {VerificationTier.DOCUMENTS, VerificationTier.SITE}:
        return
    if not company.documents.filter(kind=DocumentKind.LICENCE).exists():
        raise InvalidInput(
            _("No business licence is on file: the company adds it to its record."), field="tier"
        )
    if not is_compared:
        raise InvalidInput(
            _("Look at the licence first, then say that you compared it."), field="is_compared"
        )
    seen = company.documents.filter(kind=DocumentKind.VISIT)
    if tier == VerificationTier.SITE and not pictures and not seen.exists():
        raise InvalidInput(_("A visit is shown by at least one picture."), field="pictures")


@transaction.atomic
def change_group(
    *,
    company: Company,
    group: CompanyGroup | None,
    by: User,  # noqa: ARG001 - see above
    at: dt.datetime,  # noqa: ARG001 - see above
) -> Company:
    """Set the company's group, or none; matching leaves out pairs of one group."""
    company = lock_company(company)
    if company.group != group:
        company.group = group
        company.version += 1
        # No fact for the market: the next day's scoring heeds it, with everything else of that day.
        company.save(update_fields=["group", "version", "updated_at"])
    return company


TIER = ["tier", "tier_on", "tier_expires_on", "tier_by"]


def _verify(  # the acts are kept, the company carries the last one
    company: Company, *, tier: str, on: dt.date, expires_on: dt.date, note: str, by: User
) -> Verification:
    company.tier = tier
    company.tier_on = on
    company.tier_expires_on = expires_on
    company.tier_by = by
    return Verification.objects.create(
        company=company, tier=tier, on=on, expires_on=expires_on, note=note, officer=by
    )


def _step(
    company: Company, target: CompanyStatus, *, from_status: CompanyStatus | None = None
) -> None:
    """Move the status; ``from_status`` narrows a target that two services share."""
    current = CompanyStatus(company.status)
    table = COMPANY_TRANSITIONS
    if from_status is not None and current != from_status:
        table = {**COMPANY_TRANSITIONS, current: frozenset()}
    check_transition(table, current, target)
    company.status = target


def _check_version(company: Company, seen: int | None) -> None:
    if seen is not None and company.version != seen:
        raise Conflict(
            _("The company changed its record while you had it open: look again."),
            code="version_conflict",
        )


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise InvalidInput(_("Give the reason: the company reads it."), field="reason")
    return reason
