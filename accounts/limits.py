"""Limits of guesses and of mails to an address, which no stranger can use up for its owner.

Counted by allauth in the database (:mod:`matchmaking.core.cache`). A network is what one subscriber commonly
holds: 256 addresses of IPv4, a /56 of IPv6.
"""

import ipaddress

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from matchmaking.core.protections import Protection, is_on

DEVICE_COOKIE = "device"
DEVICE_SALT = "accounts.device"
DEVICE_SECONDS = 180 * 24 * 3600
MOST_DEVICES = 5  # people who sign in from one browser
# Of wrong passwords for one address. A device that has signed in as this person has a count of its own.
GUESSES = {
    "device": "10/5m/key",
    "network": "5/5m/key,20/d/key",
    "address": "50/h/key,100/d/key",
}
# Of mails that anybody can have sent to an address. One network gets less than all together, so
# that another one still gets some.
MAILS = {"network": "4/h/key,8/d/key", "address": "5/h/key,10/d/key"}


def may_guess(request: HttpRequest, address: str) -> list[ratelimit.RateLimitUsage] | None:
    """Count one guess at the password of ``address``; None where it is one too many.

    What is returned is rolled back when the password was right.
    """
    address = address.lower()
    if not is_on(Protection.GUESSES_BY_SOURCE):
        usage = _count(request, "guess_before", {"guess_before": "5/5m/key"}, key=address)
        return None if usage is None else [usage]
    if is_known_device(request, address):
        usage = _count(request, "device", GUESSES, key=f"{address} {_mark(address)}")
        return None if usage is None else [usage]
    return _count_both(request, "guess", GUESSES, address)


def forget_guesses(request: HttpRequest, address: str) -> None:
    """Begin anew for who has just chosen a new password."""
    address = address.lower()
    keys = {
        "device": f"{address} {_mark(address)}",
        "network": f"guess {address} {network_of(request)}",
        "address": f"guess {address}",
    }
    for action, key in keys.items():
        ratelimit.clear(request, app="accounts", action=action, config=GUESSES, key=key)


def may_mail(request: HttpRequest, address: str) -> bool:
    """Count one mail to ``address`` that somebody asks for from this network."""
    if not is_on(Protection.MAIL_CEILING):
        return _count(request, "mail_before", {"mail_before": "5/m/key"}, key=address) is not None
    return _count_both(request, "mail", MAILS, address.lower()) is not None


def network_of(request: HttpRequest) -> str:
    """Return the network of the client, its address itself where that is none."""
    source = get_adapter().get_client_ip(request) or ""
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return str(source)
    width = 24 if address.version == 4 else 56  # noqa: PLR2004 - versions of IP
    return str(ipaddress.ip_network(f"{address}/{width}", strict=False))


def is_known_device(request: HttpRequest, address: str) -> bool:
    """Return whether somebody has signed in with this address from this browser."""
    return _mark(address) in _device(request)


def remember_device(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Let the browser keep a mark of who signed in: it says nothing to whoever reads it."""
    known = [mark for mark in _device(request) if mark != _mark(address)]
    kept = [_mark(address), *known][:MOST_DEVICES]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(kept, salt=DEVICE_SALT),
        max_age=DEVICE_SECONDS,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def _device(request: HttpRequest) -> list[str]:
    try:
        marks: list[str] = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_SECONDS
        )
    except signing.BadSignature:
        return []
    return marks


def _mark(address: str) -> str:
    return salted_hmac(DEVICE_SALT, address.lower()).hexdigest()[:32]


def _count_both(
    request: HttpRequest, action: str, rates: dict[str, str], address: str
) -> list[ratelimit.RateLimitUsage] | None:
    # The narrower one first: a network that is refused takes nothing from the others.
    near = _count(request, "network", rates, key=f"{action} {address} {network_of(request)}")
    if near is None:
        return None
    all_together = _count(request, "address", rates, key=f"{action} {address}")
    return None if all_together is None else [near, all_together]


def _count(
    request: HttpRequest, action: str, rates: dict[str, str], *, key: str
) -> ratelimit.RateLimitUsage | None:
    usage: ratelimit.RateLimitUsage | None = ratelimit.consume(
        request, app="accounts", action=action, config=rates, key=key
    )
    return usage
