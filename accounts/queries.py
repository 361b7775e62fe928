"""Reads of companies and people, besides who may see them."""

import datetime as dt
from collections.abc import Sequence

from django.apps import apps
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.choices import ContactKind, Role
from accounts.models import (
    Block,
    Certificate,
    Company,
    Invitation,
    ListEntry,
    Membership,
    PhoneNumber,
    UsccDispute,
    User,
)
from accounts.models.companies import ListEntryQuerySet
from accounts.states import UNSETTLED, CompanyStatus, DecisionStatus, InvitationStatus
from matchmaking.core.protections import Protection, is_on
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OutboxState


def companies_of(user: User) -> QuerySet[Company]:
    """Return the companies that the person acts for, the first joined first."""
    return (
        Company.objects.filter(memberships__user=user)
        .select_related("cluster")
        .order_by("memberships__joined_at", "pk")
    )


def memberships_of(user: User) -> QuerySet[Membership]:
    """Return the person's memberships with their companies, the first joined first."""
    return (
        Membership.objects.filter(user=user)
        .select_related("company__cluster")
        .order_by("joined_at", "pk")
    )


def members_of(company: Company) -> QuerySet[User]:
    return User.objects.filter(memberships__company=company, is_active=True).order_by("pk")


def owners_of(company: Company) -> QuerySet[User]:
    return members_of(company).filter(memberships__role=Role.OWNER)


def way_to(user: User) -> tuple[ContactKind, str]:
    """Return how this person is reached: by the address of the account, else by its number, else ""."""
    if user.email:
        return ContactKind.EMAIL, user.email
    row = PhoneNumber.objects.filter(user=user, verified_at__isnull=False).first()
    return ContactKind.PHONE, row.number if row else ""


INVITATION_MAIL = "accounts.invitation_mail"


def open_invitations(company: Company, at: dt.datetime) -> QuerySet[Invitation]:
    """Return invitations that were not answered, newest first.

    With ``is_expired``, and ``is_undelivered`` where the other mail server refused the last mail.
    """
    dead = OutboxMessage.objects.filter(kind=INVITATION_MAIL, state=OutboxState.DEAD)
    named = Cast(KeyTextTransform("invitation", "subject"), BigIntegerField())
    refused = dead.annotate(named=named).filter(named=OuterRef("pk"))
    return (
        Invitation.objects.filter(company=company, status__in=UNSETTLED)
        .annotate(
            is_expired=Q(expires_at__lte=at, status=InvitationStatus.OPEN),
            is_undelivered=Exists(refused),
        )
        .order_by("-pk")
    )


def claimable() -> ListEntryQuerySet:
    """Return what the lists of the association name, whether or not somebody acts for it by now."""
    rows = ListEntry.objects.select_related("cluster", "company").order_by("pk")
    if is_on(Protection.CLAIM_SEARCH_ALIKE):
        return rows
    return rows.filter(company__memberships=None).exclude(company__status=CompanyStatus.CLOSED)


def open_dispute(company: Company) -> UsccDispute | None:
    return UsccDispute.objects.filter(claimant=company, status=DecisionStatus.OPEN).first()


def stated_uscc(company: Company) -> str:
    """Return the USCC that the company gave, whether or not another one holds it.

    Its own pages show this one: who types a stranger's code learns nothing from it.
    """
    if company.uscc:
        return company.uscc
    dispute = open_dispute(company)
    return dispute.uscc if dispute else ""


def valid_certificates(company: Company, on: dt.date) -> QuerySet[Certificate]:
    return company.certificates.filter(expires_on__gte=on).select_related("certification")


def known_partners(company: Company) -> dict[str, Company]:
    """Return by code and by USCC the companies that have let this one know their name.

    A name stays known when the consent has ended; nobody else is among them.
    """
    partners = Company.objects.filter(consents__to_company=company).distinct()
    known = {str(partner.code): partner for partner in partners}
    return known | {partner.uscc: partner for partner in partners if partner.uscc}


def blocked_pairs(on: dt.date) -> set[tuple[int, int]]:
    """Return (who blocks, who is blocked), by ids of companies, as the market of the day heeds them."""
    rows = Block.objects.standing()
    if is_on(Protection.EXCLUSIONS_WITH_THE_DAY):
        rows = Block.objects.in_force_on(on)
    met = Company.objects.filter(_meets()).exclude(pk=OuterRef("company_id")).values("pk")[:1]
    found = rows.annotate(met=Subquery(met)).exclude(met=None)
    return set(found.values_list("company_id", "met"))


def _meets() -> Q:
    return Q(code=OuterRef("partner_code")) | (Q(uscc=OuterRef("uscc")) & ~Q(uscc=""))


def excluded_companies(company: Company) -> set[int]:
    """Return ids of companies that it shares nothing with from now on.

    Itself, its group, whom it blocked, and who blocked it.
    """
    excluded = {company.pk}
    if company.group_id:
        same_group = Company.objects.filter(group_id=company.group_id)
        excluded.update(same_group.values_list("pk", flat=True))
    standing = Block.objects.standing()
    own = list(standing.filter(company=company).values_list("uscc", "partner_code"))
    blocked = Q(uscc__in=[uscc for uscc, _ in own if uscc])
    blocked |= Q(code__in=[code for _, code in own if code])
    excluded.update(Company.objects.filter(blocked).values_list("pk", flat=True))
    against = Q(partner_code=company.code)
    if company.uscc:
        against |= Q(uscc=company.uscc)
    excluded.update(standing.filter(against).values_list("company_id", flat=True))
    return excluded


def answering_times(
    companies: Sequence[Company],
) -> dict[int, list[tuple[dt.datetime, dt.datetime]]]:
    """Return when each company had its record to correct, from being sent back to sending it again.

    A time that goes on ends now.
    """
    found: dict[int, list[tuple[dt.datetime, dt.datetime]]] = {}
    since: dict[int, dt.datetime] = {}
    kept = apps.get_model("accounts", "CompanyEvent")  # made by pghistory, in no module of ours
    history = kept.objects.filter(pgh_obj__in=[one.pk for one in companies])
    for pk, at, returned in history.order_by("pgh_id").values_list(
        "pgh_obj_id", "pgh_created_at", "returned_at"
    ):
        if returned is not None:
            since.setdefault(pk, at)
        elif pk in since:
            found.setdefault(pk, []).append((since.pop(pk), at))
    for pk, at in since.items():
        found.setdefault(pk, []).append((at, timezone.now()))
    return found
