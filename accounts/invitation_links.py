"""The signed link of an invitation: made from the row, nothing secret is stored."""

import uuid

from django.core import signing
from django.urls import reverse

from accounts.models import Invitation
from matchmaking.core.links import absolute

SALT = "accounts.invitation"


def token_of(invitation: Invitation) -> str:
    # No age in the signature: the row says until when, and sending it again prolongs the same link.
    return signing.dumps(invitation.code.hex, salt=SALT)


def absolute_link(invitation: Invitation) -> str:
    return absolute(reverse("accounts:invitation", args=[token_of(invitation)]))


def read(token: str) -> Invitation | None:
    """Return the invitation of a token that we signed, else None, whatever its status."""
    try:
        code = uuid.UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.filter(code=code).select_related("company", "invited_by").first()
