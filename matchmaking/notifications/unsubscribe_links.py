"""Signed links of mails that switch kinds of mail off without sign-in."""

from collections.abc import Sequence

from django.core import signing
from django.urls import reverse

from matchmaking.core.links import absolute

SALT = "notifications.unsubscribe"


def unsubscribe_url(user_id: int, names: Sequence[str]) -> str:
    token = signing.dumps([user_id, *names], salt=SALT, compress=True)
    return absolute(reverse("notifications:unsubscribe", args=[token]))


def read_token(token: str) -> tuple[int, list[str]]:
    """Return the person and the kinds that the token names; it never expires.

    :raises BadSignature: when it is not ours
    """
    user_id, *names = signing.loads(token, salt=SALT)
    return int(user_id), [str(name) for name in names]
