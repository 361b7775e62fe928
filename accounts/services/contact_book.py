"""How a company is reached: its owners write it, ``accounts.contacts`` shows it."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Company, Contact, User
from accounts.services.base import lock_open_company
from matchmaking.core.errors import Conflict

MOST = 20


@transaction.atomic
def add_contact(
    *, company: Company, person: str, kind: str, value: str, by: User, at: dt.datetime
) -> Contact:
    """Write down one way to reach one person.

    :raises Conflict: when it is known, or there are too many
    """
    del by, at
    company = lock_open_company(company)
    if Contact.objects.filter(company=company).count() >= MOST:
        raise Conflict(_("Twenty contacts are enough: remove one first."))
    try:
        with transaction.atomic():
            return Contact.objects.create(company=company, person=person, kind=kind, value=value)
    except IntegrityError as error:
        raise Conflict(_("This contact is in the list already."), field="value") from error


@transaction.atomic
def remove_contact(*, contact: Contact, by: User, at: dt.datetime) -> None:
    """Strike the contact out."""
    del by, at
    lock_open_company(contact.company)
    contact.delete()
