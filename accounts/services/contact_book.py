"""Writes of a company's contacts by its owners; ``accounts.contacts`` shows them."""

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.choices import ContactKind
from accounts.models import Company, Contact
from accounts.services.base import lock_open_company
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.parsing.normalization import NormalizedText

MOST = 20
# A number as people write it, full-width too: country and area code, groups, an extension.
PHONE = re.compile(r"[+＋]?[\d\s()（）.\-–—]+(?:(?:转|ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE)
WECHAT = re.compile(r"[A-Za-z][\w-]{5,19}", re.ASCII)
FEWEST_DIGITS, MOST_DIGITS = 7, 21  # fifteen of E.164, six of an extension


def kind_of(value: str) -> ContactKind:
    """Return what a phone number, a mail address or a WeChat ID is by its look.

    No two of them look alike: a WeChat ID begins with a letter and has no @.

    :raises InvalidInput: when it is none of them, or nobody could be reached by it
    """
    if "@" in value:
        kind = ContactKind.EMAIL
    elif WECHAT.fullmatch(value):
        kind = ContactKind.WECHAT
    else:
        kind = ContactKind.PHONE
    try:
        check_reachable(kind=kind, value=value)
    except InvalidInput as error:
        if kind == ContactKind.EMAIL:
            raise InvalidInput(error.message, field="contact") from error
        raise InvalidInput(
            _("Write a phone number with its area code, or a WeChat ID of 6 to 20 characters."),
            field="contact",
        ) from error
    return kind


def plain_phone(value: str) -> str:
    """Return the number in half width, with the dashes and blanks that part its groups."""
    return " ".join(NormalizedText(value).cased.split())


def check_reachable(*, kind: str, value: str) -> None:
    """Refuse a phone number or a mail address that cannot be one.

    :raises InvalidInput: when nobody could be reached by it
    """
    if kind == ContactKind.PHONE:
        value = plain_phone(value)
        digits = sum(map(str.isdigit, value))
        if not PHONE.fullmatch(value) or not FEWEST_DIGITS <= digits <= MOST_DIGITS:
            raise InvalidInput(
                _("Write the whole phone number with its area code, like 0594-2345678."),
                field="value",
            )
    elif kind == ContactKind.EMAIL:
        try:
            validate_email(value)
        except ValidationError as error:
            raise InvalidInput(_("This is not an email address."), field="value") from error


@transaction.atomic
def add_contact(*, company: Company, person: str, kind: str, value: str) -> Contact:
    """Write down one way to reach one person.

    :raises InvalidInput: when nobody could be reached by it
    :raises Conflict: when it is known, or there are too many
    """
    check_reachable(kind=kind, value=value)
    value = plain_phone(value) if kind == ContactKind.PHONE else value
    company = lock_open_company(company)
    if Contact.objects.filter(company=company).count() >= MOST:
        raise Conflict(_("Twenty contacts are enough: remove one first."))
    try:
        with transaction.atomic():  # a savepoint: the failed insert must not end the whole
            return Contact.objects.create(company=company, person=person, kind=kind, value=value)
    except IntegrityError as error:
        raise Conflict(
            _("This contact is in the list already."), field="value", code="known_contact"
        ) from error


@transaction.atomic
def add_listed(*, contacts: Sequence[Contact]) -> None:
    """Write down contacts that a list names of companies nobody acts for; known ones stay as they are.

    The caller has asked :func:`check_reachable` about each. Shown by ``accounts.contacts`` alone.
    """
    Contact.objects.bulk_create(contacts, ignore_conflicts=True)


@transaction.atomic
def remove_contact(*, contact: Contact) -> None:
    lock_open_company(contact.company)
    contact.delete()
