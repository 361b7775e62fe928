"""Certificates that a company holds."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Certificate, Certification, Company, User
from accounts.services.base import lock_company, lock_open_company, save_for_market
from matchmaking.core.errors import InvalidInput
from matchmaking.core.trade_day import trade_day
from matchmaking.core.uploads import CleanUpload


def check_unexpired(expires_on: dt.date, today: dt.date) -> None:
    """Refuse a certificate whose time is over.

    :raises InvalidInput: when it has expired
    """
    if expires_on < today:
        raise InvalidInput(
            _("This certificate has expired: enter the date until which the new one is valid."),
            field="expires_on",
        )


@transaction.atomic
def add_certificate(
    *,
    company: Company,
    certification: Certification,
    expires_on: dt.date,
    at: dt.datetime,
    number: str = "",
    proof: CleanUpload | None = None,
) -> Certificate:
    """Record a certificate, or its renewal, with its proof; an officer reviews it anew.

    Until then it opens no gate: what a company says of itself is no certificate.

    :raises InvalidInput: when it has expired
    """
    company = lock_open_company(company)
    today = trade_day(at)
    check_unexpired(expires_on, today)
    certificate = Certificate.objects.filter(company=company, certification=certification).first()
    certificate = certificate or Certificate(company=company, certification=certification)
    certificate.number = number
    certificate.expires_on = expires_on
    certificate.entered_on = today
    certificate.reviewed_at = certificate.reviewed_by = None
    if proof is not None:
        _forget_file(certificate)
        certificate.proof = proof.file
        certificate.proof_name = proof.name
    certificate.save()
    save_for_market(company)
    return certificate


@transaction.atomic
def remove_certificate(*, certificate: Certificate) -> None:
    """Take the certificate and its proof away."""
    company = lock_open_company(certificate.company)
    _forget_file(certificate)
    certificate.delete()
    save_for_market(company)


@transaction.atomic
def review_certificate(*, certificate: Certificate, by: User, at: dt.datetime) -> Certificate:
    """Record that an officer has seen the proof: from now on matching counts the certificate."""
    company = lock_company(certificate.company)
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    certificate.reviewed_at = at
    certificate.reviewed_by = by
    certificate.save(update_fields=["reviewed_at", "reviewed_by"])
    save_for_market(company)
    return certificate


def _forget_file(certificate: Certificate) -> None:
    if name := certificate.proof.name:
        storage = certificate.proof.storage
        transaction.on_commit(lambda: storage.delete(name))
