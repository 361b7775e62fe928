"""The part of deals in the day's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from matchmaking.core.dashboard_registry import Todo
from matchmaking.deals import presentation, queries
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Company, User

WEIGHT = 90


def confirmations_due(_user: User, company: Company | None) -> Iterable[Todo]:
    """Return the figures that wait for the company's confirmation, by one query."""
    if company is None:
        return []
    found = []
    for row in queries.awaited_of(company).order_by("terms__proposed_at")[:3]:
        side = MatchSide.ORDER if row.brand_id == company.pk else MatchSide.OFFER
        found.append(
            Todo(
                kind="match",
                title=_("%(company)s waits for you to confirm a deal")
                % {"company": row.company(side.other).name},
                url=reverse("deals:intention-detail", args=[row.code]),
                detail=presentation.sentence(row.terms) if row.terms else "",
                weight=WEIGHT,
            )
        )
    return found
