"""Consents: a company lets another one know its name and how it is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import ContactConsent

if TYPE_CHECKING:
    import datetime as dt
    import uuid

    from accounts.models import Company


@transaction.atomic
def give_consents(*, first: Company, second: Company, source: uuid.UUID, at: dt.datetime) -> None:
    """Record that two companies know each other, for one source; repeated, it changes nothing."""
    ContactConsent.objects.bulk_create(
        [
            ContactConsent(company=one, to_company=other, source=source, given_at=at)
            for one, other in ((first, second), (second, first))
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def end_consents(*, source: uuid.UUID, at: dt.datetime) -> int:
    return ContactConsent.objects.filter(source=source, ended_at=None).update(ended_at=at)
