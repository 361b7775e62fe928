"""Reads of intentions, besides who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from matchmaking.deals.models import Intention
from matchmaking.deals.states import ENDED_STATES

if TYPE_CHECKING:
    from accounts.models import Company
    from matchmaking.deals.models import IntentionQuerySet
    from matchmaking.matching.models import Match


def of_company(rows: IntentionQuerySet, company: Company) -> IntentionQuerySet:
    """Return the company's intentions, live ones first, then the newest."""
    own = rows.filter(Q(brand=company) | Q(factory=company)).in_full()
    return own.order_by("ended_at", "-proposed_at", "-pk")


def of_match(match: Match) -> Intention | None:
    rows = Intention.objects.filter(order=match.order_id, factory=match.offer.company_id)
    return rows.exclude(state__in=ENDED_STATES).in_full().first()


def awaited_of(company: Company) -> IntentionQuerySet:
    """Return the live intentions whose last figures the company has not confirmed."""
    said = Q(brand=company) & ~Q(terms__confirmations__side="order")
    said |= Q(factory=company) & ~Q(terms__confirmations__side="offer")
    return Intention.objects.exclude(state__in=ENDED_STATES).filter(said).in_full()
