"""Links with which a program answers a message: whoever wrote it opens the draft."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.urls import reverse

from matchmaking.core.links import absolute
from matchmaking.listings.models import PastedText

SALT = "listings.text"
MAX_AGE = dt.timedelta(days=14)


def text_url(text: PastedText) -> str:
    """Return the link of a text, for its group alone: who opens it reads the text."""
    return absolute(
        reverse("listings:text-by-link", args=[signing.dumps(str(text.code), salt=SALT)])
    )


def read(token: str) -> PastedText | None:
    """Return the text of the link; None when it is forged, too old, or the text forgotten."""
    try:
        code = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return PastedText.objects.filter(code=code).first()
