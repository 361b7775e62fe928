"""The association that runs the site, as its pages name it (``ASSOCIATION_…`` in the environment)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from matchmaking.core.localized import localized

# Where the ministry answers for a filing number; its rules ask for the link on every page.
FILING_REGISTER = "https://beian.miit.gov.cn/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """Who answers for the site.

    ``privacy_since`` and ``terms_since`` are the days from which the association stands by the
    texts at /privacy/ and /terms/: nobody but it can say so.
    """

    name_zh: str = ""
    name_en: str = ""
    secretariat: str = ""
    phone: str = ""
    filing_number: str = ""
    privacy_since: dt.date | None = None
    terms_since: dt.date | None = None

    @property
    def name(self) -> str:
        return localized(self.name_zh, self.name_en)

    @property
    def filing_register(self) -> str:
        return FILING_REGISTER


def association() -> Association:
    return Association(**settings.ASSOCIATION)


@register(Tags.security, deploy=True)
def check_association(**_options: Any) -> list[CheckMessage]:
    """Ask for everything that a firm wants to know before it types its prices into a site."""
    asked = association()
    return [
        Error(
            f"ASSOCIATION_{field.name.upper()} is not set.",
            hint="The site names who runs it; .env.example says what each line means.",
            id="core.E003",
        )
        for field in fields(asked)
        if not getattr(asked, field.name)
    ]
