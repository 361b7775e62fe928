"""Links with which a program answers a message: whoever wrote it opens the draft."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse

from matchmaking.core.links import absolute
from matchmaking.listings.models import PastedText
from matchmaking.listings.services import texts

if TYPE_CHECKING:
    from accounts.models import Company

SALT = "listings.text"
MAX_AGE = dt.timedelta(days=14)


def text_url(text: PastedText) -> str:
    """Return the link of a text, for its group alone: who opens it reads the text."""
    return absolute(
        reverse("listings:text-by-link", args=[signing.dumps(str(text.code), salt=SALT)])
    )


def answer_link(
    *, text: str, at: dt.datetime, company: Company | None = None, side: str = ""
) -> str:
    """Keep a message of a group, and return the link to its draft that a program answers it with.

    Without a company, whoever wrote it may take it over.

    :raises DomainError: as :func:`keep_text`
    """
    return text_url(texts.keep_text(text=text, company=company, by=None, at=at, side=side))


def read(token: str) -> PastedText | None:
    """Return the text of the link; None when it is forged, too old, or the text forgotten."""
    try:
        code = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return PastedText.objects.filter(code=code).first()
