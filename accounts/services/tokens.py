"""Tokens by which a company's own systems use the API."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.choices import TokenScope
from accounts.models import Company, CompanyToken, User
from accounts.services.base import lock_company
from accounts.states import CompanyStatus
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.notifications.services import notify

MOST = 20
LONGEST = dt.timedelta(days=365)


@transaction.atomic
def issue_token(
    *,
    company: Company,
    name: str,
    scopes: Sequence[str],
    by: User,
    lifetime: dt.timedelta = LONGEST,
) -> tuple[CompanyToken, str]:
    """Issue a token; return it with its secret, which is stored nowhere and shown once.

    :raises Conflict: when the company is not active, or has too many tokens
    :raises InvalidInput: for an unknown scope or a lifetime beyond a year
    """
    company = lock_company(company)
    if company.status != CompanyStatus.ACTIVE:
        raise Conflict(_("Tokens are for active companies."))
    if not scopes or not set(scopes) <= set(TokenScope.values):
        raise InvalidInput(_("Choose what the token may do."), field="scopes")
    if not dt.timedelta() < lifetime <= LONGEST:
        raise InvalidInput(_("A token lives a year at most."), field="lifetime")
    # Under the company's lock: two requests would both count nineteen.
    if company.tokens.count() >= MOST:
        raise Conflict(_("Twenty tokens are enough: revoke one first."))
    token, secret = CompanyToken.objects.create(
        user=by, expiry=lifetime, company=company, name=name, scopes=sorted(set(scopes))
    )
    return token, secret


def remind_ending(*, at: dt.datetime) -> int:
    """Tell the owners of each token that ends within two weeks, and again within three days.

    A system whose token ends is silent at once; nobody looks at its page. Return how many people
    were told. Running it again tells nobody twice.
    """
    told = 0
    for days in settings.TOKEN_REMINDER_DAYS:
        ending = CompanyToken.objects.filter(
            expiry__gt=at,
            expiry__lte=at + dt.timedelta(days=days),
            company__status=CompanyStatus.ACTIVE,
        ).select_related("company")
        for token in ending.order_by("pk"):
            told += _remind(token, days)
    return told


@transaction.atomic
def _remind(token: CompanyToken, days: int) -> int:
    return notify(
        kind="token_ending",
        recipients=queries.owners_of(token.company).values_list("pk", flat=True),
        fact=f"{token.code}:{days}",
        subject={"token": token.pk},
        company_id=token.company_id,
    )


@transaction.atomic
def revoke_token(*, token: CompanyToken) -> None:
    lock_company(token.company)
    token.delete()
