"""Outbox handlers of accounts: mails, whose reason is checked again before they leave."""

import datetime as dt
from collections.abc import Sequence

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.account.utils import filter_users_by_email
from celery.schedules import crontab
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.adapter import ACCOUNT_MAIL, AccountAdapter
from accounts.emails import invitations
from accounts.emails.sign_in import ACCOUNT_EMAILS, CONFIRM, GUESSES, KNOWN, PASSWORD_RESET
from accounts.emails.texts import text_of
from accounts.models import CodeText, Invitation, PasswordResetRequest, SignUpRequest
from accounts.queries import INVITATION_MAIL
from accounts.services import people, phones, tokens
from accounts.services.people import GUESSES_REFUSED, PASSWORD_RESET_ASKED, SIGN_UP_ASKED
from accounts.services.phones import CODE_TEXT
from accounts.states import CompanyStatus, InvitationStatus
from accounts.text_gateways import gateway
from matchmaking.core import limit_store
from matchmaking.core.localized import locale_of_reader
from matchmaking.notifications.email.send import send
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.outbox import Discard, handles
from matchmaking.notifications.periodic import periodic


@handles(ACCOUNT_MAIL)
def send_account_mail(messages: Sequence[OutboxMessage]) -> None:
    """Send a mail of sign-up, sign-in or security; its link is made now."""
    for message in messages:
        kind = ACCOUNT_EMAILS[message.subject["template"]]
        address = (
            EmailAddress.objects.filter(pk=message.subject["email_address"])
            .select_related("user")
            .first()
        )
        if address is None or not address.user.is_active:
            raise Discard("the address or its person is gone")
        if kind.only_unverified and address.verified:
            raise Discard("the address is verified by now")
        user = address.user
        with locale_of_reader(user.language, user.time_zone):
            email = kind.email(address)
        send(
            message,
            to=address.email,
            email=email,
            language=user.language,
            time_zone=user.time_zone,
            recipient_id=user.pk,
        )


@handles(PASSWORD_RESET_ASKED)
def answer_reset_requests(messages: Sequence[OutboxMessage]) -> None:
    """Write the mail of each request whose address has an account, and forget the address."""
    for message in messages:
        request = PasswordResetRequest.objects.filter(pk=message.subject["request"]).first()
        if request is None:
            continue
        with transaction.atomic():
            if filter_users_by_email(request.email, is_active=True, prefer_verified=True):
                AccountAdapter().send_mail(PASSWORD_RESET, request.email, {})
            request.delete()


@handles(CODE_TEXT)
def send_code_texts(messages: Sequence[OutboxMessage]) -> None:
    """Hand each message to the gateway while its code is good, and forget it."""
    for message in messages:
        text = CodeText.objects.filter(pk=message.subject["text"]).first()
        if text is None:
            continue
        if text.created_at < timezone.now() - dt.timedelta(seconds=settings.CODE_SECONDS):
            text.delete()
            raise Discard("the code is no longer good")
        with locale_of_reader(text.language):
            worded = text_of(text)
        gateway().send(worded)
        text.delete()


@handles(GUESSES_REFUSED)
def tell_of_guesses(messages: Sequence[OutboxMessage]) -> None:
    """Tell each person at whose password somebody guesses, and forget the address."""
    for message in messages:
        request = PasswordResetRequest.objects.filter(pk=message.subject["request"]).first()
        if request is None:
            continue
        with transaction.atomic():
            if filter_users_by_email(request.email, is_active=True, prefer_verified=True):
                AccountAdapter().send_mail(GUESSES, request.email, {})
            request.delete()


@handles(SIGN_UP_ASKED)
def answer_sign_ups(messages: Sequence[OutboxMessage]) -> None:
    """Make the person of each sign-up and write to the address; one with an account hears of that."""
    for message in messages:
        with transaction.atomic():
            request = (
                SignUpRequest.objects.select_for_update()
                .filter(pk=message.subject["request"])
                .first()
            )
            if request is None:
                continue
            email = request.email
            if filter_users_by_email(email):
                request.delete()
                AccountAdapter().send_mail(KNOWN, email, {})
            else:
                people.make_person(request=request)
                AccountAdapter().send_mail(CONFIRM, email, {})


@handles(INVITATION_MAIL)
def send_invitation(messages: Sequence[OutboxMessage]) -> None:
    """Send an invitation that still stands, with its signed link."""
    for message in messages:
        invitation = Invitation.objects.select_related("company", "invited_by").get(
            pk=message.subject["invitation"]
        )
        open_company = {CompanyStatus.PENDING, CompanyStatus.ACTIVE}
        if (
            invitation.status != InvitationStatus.OPEN
            or invitation.expires_at <= timezone.now()
            or invitation.company.status not in open_company
        ):
            raise Discard("the invitation no longer stands")
        with locale_of_reader(invitation.language):
            email = invitations.invitation(invitation)
        send(message, to=invitation.email, email=email, language=invitation.language)


@periodic("remind_tokens", crontab(minute="20", hour="8"))
def remind_tokens(slot: dt.datetime) -> None:
    tokens.remind_ending(at=slot)


@periodic("prune_confirmations", crontab(minute="50", hour="4"))
def prune_confirmations(slot: dt.datetime) -> None:
    del slot  # allauth compares with the present moment
    EmailConfirmation.objects.delete_expired_confirmations()
    # None is left but those of messages that died.
    old = timezone.now() - dt.timedelta(days=1)
    PasswordResetRequest.objects.filter(created_at__lt=old).delete()
    phones.forget_abandoned(at=timezone.now())
    limit_store.forget_old(timezone.now())
    SignUpRequest.objects.filter(created_at__lt=old).delete()
