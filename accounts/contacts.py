"""The only door to how a company is reached."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from accounts import queries, rules
from accounts.models import Company, Contact, ContactConsent, ContactDisclosure, User
from accounts.states import CompanyStatus


def contacts_visible_to(user: rules.Person, company: Company) -> QuerySet[Contact]:
    """Return the company's contacts that this reader may see, in the order of entry.

    Own members, officers who may view contacts, and the people of companies that it has
    let know: while the consent lasts, both companies are active and neither blocks the other.
    """
    own = rules.is_member(user, company) or rules.can_see_contacts_of_all(user)
    if own or consents_to(user, company).exists():
        return Contact.objects.filter(company=company).order_by("pk")
    return Contact.objects.none()


def consents_to(user: rules.Person, company: Company) -> QuerySet[ContactConsent]:
    """Return the consents by which this person may know the company, now."""
    if not isinstance(user, User) or not user.is_active:
        return ContactConsent.objects.none()
    consents = ContactConsent.objects.filter(
        company=company,
        company__status=CompanyStatus.ACTIVE,
        to_company__status=CompanyStatus.ACTIVE,
        to_company__memberships__user=user,
        ended_at=None,
    )
    return consents.exclude(to_company__in=queries.excluded_companies(company))


@transaction.atomic
def open_contacts(
    *, user: User, company: Company, at: dt.datetime, spoke: User | None = None
) -> list[Contact]:
    """Return what :func:`contacts_visible_to` does, and record who looked.

    A company without any contact is reached by who ``spoke`` for it, where the reader may know
    the company at all. A person is recorded once for each consent. Own members and officers look
    by a right of their own: nothing is recorded for them.
    """
    if not rules.is_member(user, company):
        ContactDisclosure.objects.bulk_create(
            [
                ContactDisclosure(consent=consent, user=user, seen_at=at)
                for consent in consents_to(user, company).order_by("pk")
            ],
            ignore_conflicts=True,
        )
    found = list(contacts_visible_to(user, company))
    if found or spoke is None or not consents_to(user, company).exists():
        return found
    kind, value = queries.way_to(spoke)
    return [Contact(company=company, person=spoke.name, kind=kind, value=value)] if value else []
