"""Signing in by mobile number: whose it is, and the messages that carry codes."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import CodeText, PhoneNumber, TextKind, User
from matchmaking.notifications import outbox

CODE_TEXT = "accounts.code_text"
# An account that nobody ever opened: its code was not typed in.
ABANDONED_AFTER = dt.timedelta(days=1)


@transaction.atomic
def create_person_by_phone(*, number: str, name: str, language: str) -> User:
    """Make a person without address and password, whose number has yet to be verified."""
    user = User(email=None, name=name, language=language)
    user.set_unusable_password()
    user.save()
    PhoneNumber.objects.create(user=user, number=number)
    return user


@transaction.atomic
def set_number(*, user: User, number: str, verified: bool) -> None:
    """Give the person this number in place of any other."""
    PhoneNumber.objects.update_or_create(
        user=user,
        defaults={"number": number, "verified_at": timezone.now() if verified else None},
    )


@transaction.atomic
def send_text(*, number: str, kind: TextKind, language: str, code: str = "") -> None:
    """Leave a message to the worker; the outbox row names it by id, with neither number nor code."""
    text = CodeText.objects.create(number=number, kind=kind, code=code, language=language)
    outbox.publish(kind=CODE_TEXT, dedupe_key=f"code_text:{text.pk}", subject={"text": text.pk})


@transaction.atomic
def forget_abandoned(*, at: dt.datetime) -> None:
    """Delete people whose number was never verified and who have no other way in, and old texts."""
    old = at - ABANDONED_AFTER
    User.objects.filter(
        email=None,
        last_login=None,
        phone_number__verified_at=None,
        phone_number__created_at__lt=old,
        memberships=None,
    ).delete()
    CodeText.objects.filter(created_at__lt=old).delete()
