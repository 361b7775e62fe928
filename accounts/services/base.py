"""The row lock, the fact for matching and the notice to members that services share."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import Company
from accounts.states import CompanyStatus
from matchmaking.core.errors import Conflict
from matchmaking.notifications import outbox
from matchmaking.notifications.services import notify

COMPANY_CHANGED = "accounts.company_changed"
MARKET = "market"


def lock_company(company: Company) -> Company:
    # FOR UPDATE, not NO KEY: an answer to a match holds the row by a key share, and must wait.
    return Company.objects.select_for_update().get(pk=company.pk)


def lock_open_company(company: Company) -> Company:
    """Return the locked row of a company that may still be changed by its people.

    :raises Conflict: when it is suspended or closed
    """
    locked = lock_company(company)
    if locked.status not in {CompanyStatus.PENDING, CompanyStatus.ACTIVE}:
        raise Conflict(
            _("The company is suspended or closed: nothing can be changed."), code="not_open"
        )
    return locked


def save_for_market(company: Company, fields: Iterable[str] = ()) -> None:
    """Save the changed ``fields`` as a new version, and let matching look at it again."""
    company.version += 1
    company.save(update_fields=[*fields, "version", "updated_at"])
    outbox.publish(
        kind=COMPANY_CHANGED,
        dedupe_key=f"company_changed:{company.code}:{company.version}",
        subject={"company": company.pk, "version": company.version},
        bundle_key=MARKET,
    )


def notify_members(company: Company, *, kind: str) -> None:
    """Notify the company's people of what it became in this version."""
    notify(
        kind=kind,
        recipients=queries.members_of(company).values_list("pk", flat=True),
        fact=f"{company.code}:v{company.version}",
        subject={"company": company.pk, "version": company.version},
        company_id=company.pk,
    )
