"""Claims to listed companies, and disputes over a USCC."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts import queries, uscc
from accounts.choices import Role
from accounts.models import (
    Company,
    CompanyClaim,
    ListEntry,
    Membership,
    UsccDispute,
    User,
)
from accounts.services.base import lock_company, save_for_market
from accounts.services.decisions import decide
from accounts.states import CompanyStatus, DecisionStatus
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.protections import Protection, is_on
from matchmaking.notifications.services import notify

MOST_OPEN_CLAIMS = 5
# The refused claimant reads it, who is not to learn whether anybody acts for the company.
NOT_CONFIRMED = gettext_noop("The association could not confirm that you act for this company.")


@transaction.atomic
def claim_company(*, company: Company, note: str, by: User) -> CompanyClaim:
    """Record the claim that a listed company is one's own; an officer decides.

    Taken also when somebody acts for it already: a refusal here would tell that it takes part.

    :raises Conflict: when the person has claimed it
    """
    company = lock_company(company)
    is_taken = company.status == CompanyStatus.CLOSED or company.memberships.exists()
    if is_taken and not is_on(Protection.CLAIM_SEARCH_ALIKE):
        raise Conflict(_("This company cannot be claimed any more."), code="not_claimable")
    mine = CompanyClaim.objects.filter(claimed_by=by, status=DecisionStatus.OPEN)
    if mine.count() >= MOST_OPEN_CLAIMS:
        raise Conflict(_("Wait for the decision about your earlier claims."))
    if not note.strip():
        raise InvalidInput(_("Say how you belong to the company."), field="note")
    try:
        with transaction.atomic():  # a savepoint: the failed insert must not end the whole
            return CompanyClaim.objects.create(company=company, claimed_by=by, note=note.strip())
    except IntegrityError as error:
        raise Conflict(_("You have claimed this company already.")) from error


@transaction.atomic
def decide_claim(
    *, claim: CompanyClaim, accept: bool, by: User, at: dt.datetime, note: str = ""
) -> CompanyClaim:
    """Accept the claim, so that the claimant owns the company, or refuse it; notify the claimant.

    Accepting refuses all other open claims to the company.

    :raises IllegalTransition: when the claim is decided already
    :raises InvalidInput: when a refusal has no reason
    """
    # The company's lock, then the claim's: officers who accept two claims at once queue here.
    company = lock_company(claim.company)
    claim = CompanyClaim.objects.select_for_update().get(pk=claim.pk)
    if accept and company.memberships.exists():
        raise Conflict(_("Somebody acts for this company already: refuse this claim."))
    if accept and company.status == CompanyStatus.CLOSED:
        raise Conflict(_("This company is closed: refuse this claim."))
    decide(claim, accept=accept, note=note, by=by, at=at)
    _tell_claimant(claim)
    if accept:
        Membership.objects.create(user=claim.claimed_by, company=company, role=Role.OWNER)
        others = CompanyClaim.objects.select_for_update().filter(
            company=company, status=DecisionStatus.OPEN
        )
        for other in others.order_by("pk"):
            reason = NOT_CONFIRMED
            decide(other, accept=False, note=reason, by=by, at=at)
            _tell_claimant(other)
    return claim


@transaction.atomic
def settle_uscc_dispute(
    *, dispute: UsccDispute, accept: bool, by: User, at: dt.datetime, note: str = ""
) -> UsccDispute:
    """Give the code to the second claimant, or leave it with the holder; notify both sides.

    A holder for which nobody acts is closed when it loses its code: it was listed twice.

    :raises IllegalTransition: when the dispute is settled already
    :raises InvalidInput: when a refusal has no reason
    """
    # Both by key, before the dispute: two settlements of one pair would else wait for each other.
    pair = Company.objects.select_for_update().filter(
        pk__in=[dispute.holder_id, dispute.claimant_id]
    )
    companies = {company.pk: company for company in pair.order_by("pk")}
    holder, claimant = companies[dispute.holder_id], companies[dispute.claimant_id]
    dispute = UsccDispute.objects.select_for_update().get(pk=dispute.pk)
    decide(dispute, accept=accept, note=note, by=by, at=at)
    concerned = [claimant]
    if accept:
        _hand_over(dispute.uscc, holder, claimant)
        concerned.append(holder)
    else:
        claimant.uscc_warning = ""
        claimant.save(update_fields=["uscc_warning", "updated_at"])
    for company in concerned:
        notify(
            kind="uscc_decided",
            recipients=queries.members_of(company).values_list("pk", flat=True),
            fact=f"{dispute.code}:{company.pk}",
            subject={"company": company.pk, "dispute": dispute.pk},
            company_id=company.pk,
        )
    return dispute


def _hand_over(code: str, holder: Company, claimant: Company) -> None:
    if holder.uscc != code:
        raise Conflict(_("The holder has another code by now: look again."))
    # The holder first: the database allows one company a code at any moment, not only at the end.
    holder.uscc, holder.uscc_warning = None, ""
    if not holder.memberships.exists() and holder.status != CompanyStatus.CLOSED:
        holder.status = CompanyStatus.CLOSED
        holder.returned_at, holder.returned_reason = None, ""
        holder.status_reason = gettext_noop("Listed twice: the code went to the other company.")
    save_for_market(
        holder,
        ["uscc", "uscc_warning", "status", "status_reason", "returned_at", "returned_reason"],
    )
    # A list goes on to name who has its code: else the search would tell of the settlement.
    if not ListEntry.objects.filter(company=claimant).exists():
        ListEntry.objects.filter(company=holder, uscc=code).update(company=claimant)
    claimant.uscc, claimant.uscc_warning = code, uscc.warning(code)
    save_for_market(claimant, ["uscc", "uscc_warning"])


def _tell_claimant(claim: CompanyClaim) -> None:
    notify(
        kind="claim_decided",
        recipients=[claim.claimed_by_id],
        fact=str(claim.code),
        subject={"claim": claim.pk},
        company_id=None,
    )
