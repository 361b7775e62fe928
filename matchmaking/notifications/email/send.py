"""One email on its way, from its content to the mail server's answer."""

from collections.abc import Sequence
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.db import InterfaceError, OperationalError
from django.utils.crypto import salted_hmac

from matchmaking.core.localized import locale_of_reader
from matchmaking.core.protections import Protection, is_on
from matchmaking.notifications import delivery_attempts
from matchmaking.notifications.delivery_attempts import DeliveryAttempt
from matchmaking.notifications.email.compose import compose
from matchmaking.notifications.email.content import Email
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.outbox import GiveUp, Retry, Uncertain
from matchmaking.notifications.smtp import HandedOver, OutgoingEmail

PERMANENT = 500
UNCERTAIN_TWICE = "uncertain twice: the mail may have arrived"
OURS_TO_REPAIR = (SMTPAuthenticationError, SMTPConnectError, SMTPHeloError)


def send(
    messages: OutboxMessage | Sequence[OutboxMessage],
    *,
    to: str,
    email: Email,
    language: str,
    time_zone: str = "",
    recipient_id: int | None = None,
    company_id: int | None = None,
    unsubscribe_url: str = "",
) -> None:
    """Send one email that carries ``messages``; return when the mail server has accepted it.

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
    with locale_of_reader(language, time_zone):
        message = compose(email, to=to, message_id=message_id, unsubscribe_url=unsubscribe_url)
    this = DeliveryAttempt(rows, message_id, recipient_id, str(message.subject), company_id)
    message.before_data = this.begin
    try:
        _hand_over(message)
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
        # Not Retry: the mail has left, and only a later look at the attempts may tell so.
        raise Uncertain("accepted, and the database was away for long") from error


def settle_interrupted(messages: Sequence[OutboxMessage]) -> None:
    """Decide about a mail whose worker ended while the server may have had it; sends nothing.

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
    """Return the id that follows from the rows' keys alone, and tells nothing of them."""
    keys = "\n".join(sorted(row.dedupe_key for row in rows))
    # Keyed: keys hold row numbers, and a bare digest of so few numbers is found by trying all.
    name = salted_hmac("notifications.message_id", keys, algorithm="sha256").hexdigest()[:32]
    if not is_on(Protection.NO_ROW_NUMBERS):
        name = f"{min(row.pk for row in rows)}.{name}"
    return f"<{name}@{urlsplit(settings.SITE_URL).hostname}>"


def _hand_over(message: OutgoingEmail) -> None:
    """Give the message to the backend, and turn each failure into what the outbox does about it."""
    message.connection = get_connection()
    try:
        message.send()
    except HandedOver as error:
        raise Uncertain(str(error)) from error
    except SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        raise _refusal(code, reply) from error
    except OURS_TO_REPAIR as error:
        # They carry 5xx codes too, but it is our account or our server that is wrong.
        raise Retry(repr(error)) from error
    except SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except OSError as error:  # all of smtplib and requests, and the sockets below
        raise _refusal(getattr(error, "status_code", None) or 0, repr(error)) from error


def _refusal(code: int, reply: bytes | str) -> Exception:
    """Return the outcome of a refusal; what is no permanent refusal may pass later."""
    said = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return (GiveUp if code >= PERMANENT else Retry)(f"{code} {said}")
