"""Gateways that take text messages: a service reached by HTTPS, or development's own mailbox."""

import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any, Protocol

import requests
from django.conf import settings

from matchmaking.notifications.outbox import GiveUp, Retry

SINK = "sink"
SECONDS = 10
BUSY, FAULT = 429, 500


@dataclass(frozen=True, slots=True)
class Text:
    """A message: whole, and as the template and values by which operators want it."""

    to: str
    template: str
    values: dict[str, str]
    body: str


class Gateway(Protocol):
    """Takes a message or raises what the outbox does about it."""

    def send(self, text: Text) -> None: ...


class HttpGateway:
    """Posts a message as JSON to the one address of the setting, with its token."""

    def send(self, text: Text) -> None:
        """Return when the gateway has taken the message.

        :raises Retry: it is away, busy or at fault
        :raises GiveUp: it refused the message
        """
        content: Any = {
            "to": text.to,
            "template": text.template,
            "values": text.values,
            "text": text.body,
        }
        headers = {"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"}
        try:
            # No redirect: the token goes to the address that was set and to no other.
            answer = requests.post(
                settings.SMS_GATEWAY,
                json=content,
                headers=headers,
                timeout=SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # The error's own words hold the address, which may carry an account's name.
            raise Retry(type(error).__name__) from None
        if answer.ok and not answer.is_redirect:
            return
        passes = answer.status_code == BUSY or answer.status_code >= FAULT
        raise (Retry if passes else GiveUp)(f"the gateway answered {answer.status_code}")


class SinkGateway:
    """Puts a message among the mails of the development page."""

    def send(self, text: Text) -> None:
        mail = EmailMessage()
        mail["X-Envelope-To"] = mail["To"] = text.to
        mail["Subject"] = text.body
        mail["Date"] = formatdate()
        mail.set_content(text.body)
        folder = Path(settings.DEV_MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{uuid.uuid4()}"
        draft.write_bytes(mail.as_bytes())
        draft.rename(folder / f"{draft.name[1:]}.eml")  # readers never see half a mail


def gateway() -> Gateway:
    return SinkGateway() if settings.SMS_GATEWAY == SINK else HttpGateway()
