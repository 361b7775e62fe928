"""Reads of intentions and quotes, besides who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from matchmaking.deals.models import Intention, Quote
from matchmaking.deals.states import ENDED_STATES, OPEN_QUOTES, QuoteState

if TYPE_CHECKING:
    from accounts.models import Company
    from matchmaking.deals.models import IntentionQuerySet, QuoteQuerySet
    from matchmaking.listings.models import CapacityOffer, ProcessingOrder
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


def quotes_of_company(rows: QuoteQuerySet, company: Company) -> QuoteQuerySet:
    """Return the company's quotes, open ones first, then the newest."""
    own = rows.filter(Q(brand=company) | Q(factory=company)).in_full()
    return own.order_by(F("ended_at").desc(nulls_first=True), "-pk")


def open_quote_of(match: Match) -> Quote | None:
    """Return the open quote of the match's factory on its order, a draft too."""
    rows = Quote.objects.filter(order=match.order_id, factory=match.offer.company_id)
    return rows.open().in_full().first()


def open_quotes_of(order: ProcessingOrder) -> list[Quote]:
    """Return the quotes on an order that the brand may compare."""
    rows = Quote.objects.filter(order=order).open().exclude(state=QuoteState.DRAFT)
    return list(rows.in_full().order_by("pk"))


def ended_quotes_of(order: ProcessingOrder) -> list[Quote]:
    """Return the quotes on an order that were handed in and have ended, the last first."""
    rows = Quote.objects.filter(order=order, current__isnull=False).exclude(state__in=OPEN_QUOTES)
    return list(rows.in_full().order_by("-ended_at", "-pk"))


def quotes_awaiting(company: Company) -> QuoteQuerySet:
    """Return the quotes on which the company has the next word: to answer, or to confirm again."""
    said = Q(brand=company, state__in=(QuoteState.SUBMITTED, QuoteState.REVISED), wish="")
    said &= Q(current__terms__isnull=False)
    said |= Q(factory=company, state=QuoteState.CONFIRM_AGAIN)
    said |= Q(factory=company, state__in=(QuoteState.SUBMITTED, QuoteState.REVISED)) & ~Q(wish="")
    return Quote.objects.filter(said).in_full()


def deals_that_hold(offer: CapacityOffer) -> list[Intention]:
    """Return the deals whose weeks the offer holds or has booked, the first to end first."""
    rows = Intention.objects.filter(offer=offer, hold__isnull=False)
    return list(rows.select_related("hold", "brand", "confirmed").order_by("held_until", "pk"))
