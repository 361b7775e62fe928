"""The signed link of an invitation: made from the row, nothing secret is stored."""

import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Invitation

SALT = "accounts.invitation"


def token_of(invitation: Invitation) -> str:
    return signing.dumps(invitation.code.hex, salt=SALT)


def absolute_link(invitation: Invitation) -> str:
    path = reverse("accounts:invitation", args=[token_of(invitation)])
    return f"{settings.SITE_URL}{path}"


def read(token: str) -> Invitation | None:
    """Return the invitation of a token that we signed, else None; how it stands is not asked."""
    try:
        code = uuid.UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.filter(code=code).select_related("company", "invited_by").first()
