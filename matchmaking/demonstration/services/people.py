"""People of the demonstration, at example.com: the few who sign in, the many who do not."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice

from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from accounts.officer_rights import GROUP
from accounts.services import people
from matchmaking.core.localized import locale_of_reader
from matchmaking.notifications import kinds
from matchmaking.notifications.models import (
    MailMode,
    MailPreference,
    Notification,
    OutboxMessage,
)
from matchmaking.notifications.services import MAIL
from matchmaking.notifications.states import OutboxState


@dataclass(frozen=True, slots=True)
class SignIn:
    """An address that the demonstration hands out, and who that is."""

    email: str
    name: str
    role: str


BRAND = SignIn("brand@example.com", "林小满", "a brand's merchandiser")
FACTORY = SignIn("factory@example.com", "陈知秋", "a factory's owner")
OFFICER = SignIn("officer@example.com", "许望舒", "an association officer")
ADMIN = SignIn("admin@example.com", "Admin", "an administrator")
SIGN_INS = (BRAND, FACTORY, OFFICER, ADMIN)


@transaction.atomic
def make_person(
    *, email: str, name: str, language: str, at: dt.datetime, password: str | None = None
) -> User:
    """Make a verified person; without a password nobody can sign in as that one."""
    person = people.create_verified_person(email=email, name=name, password=None, language=language)
    person.date_joined = at
    if password:
        person.password = _hashed(password)
    person.save(update_fields=["date_joined", "password"])
    return person


@cache
def _hashed(password: str) -> str:
    return make_password(password)


@transaction.atomic
def appoint_officer(*, user: User, totp_secret: str = "", is_superuser: bool = False) -> User:
    """Grant an officer's rights, or every right, and set up the second factor."""
    user.is_staff = True
    user.is_superuser = is_superuser
    user.save(update_fields=["is_staff", "is_superuser"])
    if not is_superuser:
        user.groups.add(Group.objects.get(name=GROUP))
    if totp_secret:
        TOTP.activate(user, totp_secret)
    return user


@transaction.atomic
def cancel_mail(*, users: Iterable[User]) -> int:
    """Cancel the waiting mail of people behind whom nobody is; return how many mails."""
    return OutboxMessage.objects.filter(
        kind=MAIL, state=OutboxState.PENDING, subject__user__in=[user.pk for user in users]
    ).update(
        state=OutboxState.CANCELLED,
        settled_at=Now(),
        last_error="demonstration: nobody reads this address",
    )


@transaction.atomic
def cancel_past_mail(*, user: User, kept: int) -> int:
    """Cancel a person's waiting mail but the newest ``kept`` that still say something; return how many.

    What happened in the made-up past would have been mailed then: at the first start its
    mails would come all at once. A message that was read meanwhile is no mail to look at.
    """
    waiting = OutboxMessage.objects.filter(
        kind=MAIL, state=OutboxState.PENDING, next_at__lte=Now(), subject__user=user.pk
    )
    with locale_of_reader(user.language, user.time_zone):
        speaking = (row.pk for row in waiting.order_by("-pk") if _says_something(row, user))
        newest = list(islice(speaking, kept))
    return waiting.exclude(pk__in=newest).update(
        state=OutboxState.CANCELLED,
        settled_at=Now(),
        last_error="demonstration: mailed when it happened",
    )


def _says_something(row: OutboxMessage, user: User) -> bool:
    told = Notification.objects.get(pk=row.subject["notification"])
    kind = kinds.get(told.kind)
    return kind is not None and kind.write(user, [told]) is not None


@transaction.atomic
def quieten(*, users: Iterable[User]) -> None:
    """Switch off every mail that can be, so that a first start sends no mail to hundreds."""
    MailPreference.objects.bulk_create(
        [
            MailPreference(user=user, kind=kind.name, mode=MailMode.OFF)
            for user in users
            for kind in kinds.all_kinds()
            if not kind.mandatory
        ],
        batch_size=2000,
    )
