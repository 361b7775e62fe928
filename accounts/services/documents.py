"""Papers and pictures of a company."""

import datetime as dt

from django.db import transaction

from accounts.models import Company, CompanyDocument, User
from accounts.services.base import lock_open_company
from matchmaking.core.uploads import CleanUpload, stored_together


@transaction.atomic
def add_document(
    *, company: Company, kind: str, upload: CleanUpload, by: User, at: dt.datetime
) -> CompanyDocument:
    """Keep a checked file of the company; earlier ones stay, since a tier may rest on them.

    :raises Conflict: when the company is suspended or closed
    """
    company = lock_open_company(company)
    document = CompanyDocument(
        company=company,
        kind=kind,
        name=upload.name,
        content_type=upload.content_type,
        sent_by=by,
        sent_at=at,
    )
    with stored_together() as store:
        store(document.file, upload)
        document.save()
    return document
