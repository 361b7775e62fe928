"""One-tap links of mails: signed, bound to a person, a post and the fact they answer.

Opening one shows a page and changes nothing; its button does. A link is spent once the
fact is another: the post was renewed, the figures were confirmed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core import signing
from django.db.models import Q
from django.urls import reverse

from accounts import rules as accounts
from accounts.models import User
from matchmaking.core.links import absolute
from matchmaking.listings.post_kinds import AnyPost, kind_named, kind_of

if TYPE_CHECKING:
    from matchmaking.listings.models import CapacityOffer

SALT = "listings.one_tap"
RENEW, CONFIRM, LOWER, PAUSE = "renew", "confirm", "lower", "pause"
MAX_AGE = dt.timedelta(days=120)


@dataclass(frozen=True, slots=True)
class OneTap:
    """The permission of a link: ``user`` may take ``action`` on ``post``, if it is still due."""

    action: str
    post: AnyPost
    user: User
    is_due: bool


def renew_url(post: AnyPost, user: User) -> str:
    return _url("listings:renew-by-link", RENEW, post, user)


def confirm_url(offer: CapacityOffer, user: User) -> str:
    return _url("listings:confirm-by-link", CONFIRM, offer, user)


def lower_url(offer: CapacityOffer, user: User) -> str:
    return _url("listings:lower-by-link", LOWER, offer, user)


def pause_url(offer: CapacityOffer, user: User) -> str:
    return _url("listings:pause-by-link", PAUSE, offer, user)


def read(token: str, action: str) -> OneTap | None:
    """Return what the token allows; None when it is forged, too old, or for another action.

    None too when the person left the company or may no longer sign in.
    """
    try:
        value = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    if value["a"] != action:
        return None
    user = User.objects.filter(_named(value["u"]), is_active=True).first()
    rows = kind_named(value["k"]).model.objects.select_related("company")
    post = rows.filter(_named(value["p"])).first()
    if user is None or post is None or not accounts.is_member(user, post.company):
        return None
    return OneTap(action, post, user, is_due=_fact(action, post) == value["f"])


def _named(key: str | int) -> Q:
    # Mails from before carry keys, until MAX_AGE is over.
    return Q(pk=key) if isinstance(key, int) else Q(code=key)


def _url(name: str, action: str, post: AnyPost, user: User) -> str:
    value = {
        "a": action,
        "k": kind_of(post).name,
        "p": post.code.hex,
        "u": user.code.hex,
        "f": _fact(action, post),
    }
    return absolute(reverse(name, args=[signing.dumps(value, salt=SALT)]))


def _fact(action: str, post: AnyPost) -> str:
    if action == RENEW:
        return str(post.expires_on)
    if action == PAUSE:
        # By the version too: a post that came back to the market is not paused by an old link.
        return f"{post.state}:{post.version}"
    # To the microsecond: the same day may be confirmed, edited and confirmed again.
    confirmed_at = getattr(post, "confirmed_at", None)
    return f"{confirmed_at:%Y-%m-%dT%H:%M:%S.%f}" if confirmed_at else ""
