"""Signed links of mails that switch kinds of mail off without sign-in."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse

from matchmaking.core.links import absolute
from matchmaking.core.protections import Protection, is_on

SALT = "notifications.unsubscribe"


def unsubscribe_url(user: Any, names: Sequence[str]) -> str:
    """Return the link for ``user``, named by a random code: a key would count all people."""
    person = user.code.hex if is_on(Protection.NO_ROW_NUMBERS) else user.pk
    token = signing.dumps([person, *names], salt=SALT, compress=True)
    return absolute(reverse("notifications:unsubscribe", args=[token]))


def read_token(token: str) -> tuple[Any, list[str]]:
    """Return the person, None when gone, and the kinds that the token names; it never expires.

    :raises BadSignature: when it is not ours
    """
    person, *names = signing.loads(token, salt=SALT)
    # Mails from before carry the key, and their links stay good for ever.
    named = {"pk": person} if isinstance(person, int) else {"code": uuid.UUID(person)}
    user = get_user_model()._default_manager.filter(**named).first()  # noqa: SLF001 - documented
    return user, [str(name) for name in names]
