"""One mail, from words to the mail server's answer."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import get_connection
from django.db import InterfaceError, OperationalError
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise

from matchmaking.notifications import delivery_attempts
from matchmaking.notifications.delivery_attempts import DeliveryAttempt
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.outbox import GiveUp, Retry, Uncertain
from matchmaking.notifications.smtp import HandedOver, OutgoingEmail

PERMANENT = 500
UNCERTAIN_TWICE = "uncertain twice: the mail may have arrived"
OURS_TO_REPAIR = (SMTPAuthenticationError, SMTPConnectError, SMTPHeloError)


@dataclass(frozen=True, slots=True)
class MailContent:
    """What a mail says: ``template`` is the name of a pair, ``mail/match_found`` standing for
    ``templates/mail/match_found.html`` and ``.txt``, which extend ``mail/base.html`` and ``.txt``.
    """

    subject: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def reading(language: str, time_zone: str = "") -> Iterator[None]:
    zone = ZoneInfo(time_zone) if time_zone else None
    with translation.override(language), timezone.override(zone):
        yield


def deliver(
    messages: OutboxMessage | Sequence[OutboxMessage],
    *,
    to: str,
    content: MailContent,
    language: str,
    time_zone: str = "",
    recipient_id: int | None = None,
    unsubscribe_url: str = "",
) -> None:
    """Send one mail that carries ``messages``; return when the mail server has accepted it.

    Called by a handler, with no transaction open. Texts are rendered in ``language``. The
    Message-ID follows from the messages alone: a mail that was accepted is not sent again, and
    a second try after an uncertain end carries the same id.

    :raises Retry: the server is away or said "later" (4xx)
    :raises GiveUp: the server said "never" (5xx), or was uncertain twice
    :raises Uncertain: the connection broke after the mail was handed over
    """
    rows = [messages] if isinstance(messages, OutboxMessage) else list(messages)
    message_id = message_id_of(rows)
    earlier = delivery_attempts.earlier_attempts(message_id)
    if False in earlier:
        return
    with reading(language, time_zone):
        mail = compose(content, to=to, message_id=message_id, unsubscribe_url=unsubscribe_url)
    this = DeliveryAttempt(rows, message_id, recipient_id)
    mail.before_data = this.begin
    try:
        _send(mail)
    except Uncertain:
        if earlier:
            raise GiveUp(UNCERTAIN_TWICE) from None
        raise
    except (Retry, GiveUp):
        this.take_back()
        raise
    try:
        this.accept()
    except (OperationalError, InterfaceError) as error:
        raise Uncertain("accepted, and the database was away for long") from error


def judge(messages: Sequence[OutboxMessage]) -> None:
    """Say what became of a mail whose worker ended while the server may have had it.

    Returns when it was accepted.

    :raises Retry: the server had refused it
    :raises Uncertain: nobody heard the answer
    :raises GiveUp: nobody heard it for the second time
    """
    known = delivery_attempts.earlier_attempts(message_id_of(messages))
    if False in known:
        return
    if not known:
        raise Retry("the mail was refused, and its worker ended")
    if len(known) > 1:
        raise GiveUp(UNCERTAIN_TWICE)
    raise Uncertain("its worker ended after the mail was handed over")


def message_id_of(rows: Sequence[OutboxMessage]) -> str:
    keys = "\n".join(sorted(row.dedupe_key for row in rows))
    digest = hashlib.sha256(keys.encode()).hexdigest()[:24]
    return f"<{min(row.pk for row in rows)}.{digest}@{urlsplit(settings.SITE_URL).hostname}>"


def compose(
    content: MailContent, *, to: str, message_id: str, unsubscribe_url: str = ""
) -> OutgoingEmail:
    """Return the mail as text and HTML, in the language that is active."""
    subject = " ".join(str(content.subject).split())
    context = {
        "subject": subject,
        "site_url": settings.SITE_URL,
        "unsubscribe_url": unsubscribe_url,
        "language": translation.get_language(),
        **content.context,
    }
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = OutgoingEmail(
        subject=subject,
        body=render_to_string(f"{content.template}.txt", context).strip() + "\n",
        to=[to],
        headers=headers,
    )
    mail.attach_alternative(render_to_string(f"{content.template}.html", context), "text/html")
    return mail


def _send(mail: OutgoingEmail) -> None:
    """Hand the mail over, and translate every failure into what the outbox does about it."""
    mail.connection = get_connection()
    try:
        mail.send()
    except HandedOver as error:
        raise Uncertain(str(error)) from error
    except SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        raise _verdict(code, reply) from error
    except OURS_TO_REPAIR as error:
        raise Retry(repr(error)) from error
    except SMTPResponseException as error:
        raise _verdict(error.smtp_code, error.smtp_error) from error
    except OSError as error:  # all of smtplib and requests, and the sockets below
        raise _verdict(getattr(error, "status_code", None) or 0, repr(error)) from error


def _verdict(code: int, reply: bytes | str) -> Exception:
    """Return the outcome of a refusal; what is no permanent refusal may pass later."""
    said = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return (GiveUp if code >= PERMANENT else Retry)(f"{code} {said}")
