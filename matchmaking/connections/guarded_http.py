"""Calls of addresses that strangers typed: no private network, no redirect, no long wait.

requests-hardened resolves a name once, refuses what is not public and connects to the very
address that it checked, so a name that resolves differently a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress

if TYPE_CHECKING:
    from collections.abc import Mapping

# Per socket operation; the sum is bounded by DEADLINE, which lies below the lease of 90 s.
TIMEOUT = (5.0, 10.0)
DEADLINE = 25.0
MOST_OF_ANSWER = 4096
USER_AGENT = "hand-in-hand/1 (+webhooks)"
# What the library's list lacks: long-dead forms that still reach a machine of ours somewhere.
OWN_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in ("fec0::/10", "::/96", "2001::/32", "240.0.0.0/4", "0.0.0.0/8", "224.0.0.0/4")
)
LONGEST_URL = 500


class NotPublic(Exception):
    """The address leads into a private network: nothing was sent."""


class Unreachable(Exception):
    """Nobody answered, or not in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and the first 4 kB of what the other side said."""

    status: int
    body: str


def check_url(url: str) -> None:
    """Return when ``url`` has the form of an address that may be called.

    Whether its name resolves to a public address is asked at each call, since that changes.

    :raises ValidationError: otherwise
    """
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        raise ValidationError(_("This is not an address: copy it whole.")) from None
    if parts.scheme != "https" and not (_allows_loopback() and parts.scheme == "http"):
        raise ValidationError(_("The address must begin with https://."))
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        raise ValidationError(_("This is not an address: copy it whole."))
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise ValidationError(_("This is not an address: copy it whole."))
    if _is_own(parts.hostname):
        raise ValidationError(_("This address lies in a private network: we cannot reach it."))


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send ``body``; return the answer, whatever its status.

    :raises NotPublic: when the name does not resolve to a public address
    :raises Unreachable: when nobody answers within 25 s
    """
    host = urlsplit(url).hostname or ""
    if _is_own(host):
        raise NotPublic(f"{host} is not public")
    began = time.monotonic()
    with _manager().get_session() as session:
        # A proxy named in the environment would resolve the name itself, unchecked.
        session.trust_env = False
        try:
            answer = session.post(url, data=body, headers=dict(headers), stream=True)
            return Answer(answer.status_code, _read(answer, began))
        except InvalidIPAddress as error:
            raise NotPublic(f"{host} resolves to {error}") from error
        except (requests.RequestException, OSError, ValueError) as error:
            raise Unreachable(type(error).__name__) from error


def _manager() -> Manager:
    return Manager(
        Config(
            default_timeout=TIMEOUT,
            never_redirect=True,
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=_allows_loopback(),
            user_agent_override=USER_AGENT,
        )
    )


def _allows_loopback() -> bool:
    return bool(settings.CONNECTIONS_MAY_CALL_LOOPBACK)


def _read(answer: requests.Response, began: float) -> str:
    """Return the beginning of the body; who drips it a byte at a time is cut off."""
    found = b""
    for piece in answer.iter_content(512):
        found += piece
        if len(found) >= MOST_OF_ANSWER or time.monotonic() - began > DEADLINE:
            break
    return found[:MOST_OF_ANSWER].decode("utf-8", "replace").replace("\x00", "")


def _is_own(host: str) -> bool:
    """Return whether ``host`` is an address, in whatever spelling, of a network that is not public."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if _allows_loopback() and address.is_loopback:
        return False
    return not address.is_global or any(
        address in network for network in OWN_NETWORKS if network.version == address.version
    )
