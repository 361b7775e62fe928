"""Signatures by the Standard Webhooks specification, of what leaves and of what comes in."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

PREFIX = "whsec_"
SECRET_BYTES = 32
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    *, message_id: str, at: dt.datetime, body: str, keys: Iterable[str]
) -> dict[str, str]:
    """Return the three headers; with two secrets either verifies, as a rotation needs."""
    signatures = [Webhook(key).sign(message_id, at, body) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def is_signed(body: bytes, headers: Mapping[str, str], keys: Iterable[str]) -> bool:
    """Return whether one of ``keys`` signed the body within the last five minutes."""
    known = {name: headers.get(name, "") for name in HEADERS}
    return any(_verifies(key, body, known) for key in keys)


def _verifies(key: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(key).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):
        # A signature that is no base64, or a body that is no text, is as wrong as any other.
        return False
    return True
