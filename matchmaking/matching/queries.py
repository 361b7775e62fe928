"""Reads of matches, besides who may see them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from accounts.models import Certification, Membership
from matchmaking.core.trade_day import trade_day
from matchmaking.listings import queries as listings
from matchmaking.listings.models import CapacityOffer, Construction, ProcessingOrder
from matchmaking.matching.models import (
    NEAR_MISSES_PER_POST,
    Answer,
    Match,
    NearMiss,
    WithdrawnAnswer,
)
from matchmaking.matching.states import MatchState
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OutboxState

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Collection, Iterable

    from matchmaking.matching.models import MatchQuerySet

LEFT_DAYS, MOST_LEFT = 7, 10
WAITING = (OutboxState.PENDING, OutboxState.LEASED)
ORDER_CARD = (
    "category",
    "construction",
    "upper_material",
    "sole_material",
    "company__cluster",
    "company__shared_card",
)


def matches_for_order(order: ProcessingOrder) -> QuerySet[Match]:
    """Return what is proposed for an order; a reader's list is sorted by what he may see."""
    return with_offers(Match.objects.proposed().filter(order=order)).select_related("profile")


def matches_for_offer(offer: CapacityOffer) -> QuerySet[Match]:
    """Return what is proposed for an offer; a reader's list is sorted by what he may see."""
    return with_orders(Match.objects.proposed().filter(offer=offer)).select_related("profile")


def with_version(rows: QuerySet[Match]) -> QuerySet[Match]:
    """Add ``version``, which rises with every answer, its withdrawal and the end, not with a scoring.

    A page that shows an older one is out of date.
    """
    has_ended = Case(When(ended_at__isnull=False, then=1), default=0, output_field=IntegerField())
    # An undone decline takes an answer and the end away: three for what was taken back rise above.
    withdrawn = _count(WithdrawnAnswer) * 3
    return rows.annotate(version=_count(Answer) + withdrawn + has_ended)


def _count(model: type[Answer | WithdrawnAnswer]) -> Coalesce:
    of_match = model._default_manager.filter(match=OuterRef("pk")).order_by().values("match")  # noqa: SLF001 - Django's documented name
    count = Subquery(of_match.annotate(count=Count("pk")).values("count"))
    return Coalesce(count, 0, output_field=IntegerField())


def version_of(match: Match) -> int:
    fresh: Any = with_version(Match.objects.filter(pk=match.pk)).only("pk").get()
    return int(fresh.version)


def all_matches() -> QuerySet[Match]:
    rows = _both(Match.objects.proposed()).select_related("profile")
    return rows.order_by("-proposed_at", "-score", "-pk")


def match_in_full(matches: MatchQuerySet) -> QuerySet[Match]:
    return _both(matches).select_related("profile")


def own_orders(orders: QuerySet[ProcessingOrder]) -> QuerySet[ProcessingOrder]:
    return orders.select_related(*ORDER_CARD).prefetch_related(
        "certifications", "company__certificates__certification"
    )


def own_offers(offers: QuerySet[CapacityOffer]) -> QuerySet[CapacityOffer]:
    return offers.select_related("company__cluster", "company__shared_card").prefetch_related(
        "categories", "constructions", "company__certificates__certification"
    )


def near_misses_for_order(order: ProcessingOrder) -> QuerySet[NearMiss]:
    rows = NearMiss.objects.filter(order=order, order_rank__isnull=False, score__isnull=False)
    # By nothing that figures decide: their order would tell which needs least.
    return with_offers(rows).order_by("gate", "offer__code")[:NEAR_MISSES_PER_POST]


def near_misses_for_offer(offer: CapacityOffer) -> QuerySet[NearMiss]:
    rows = NearMiss.objects.filter(offer=offer, offer_rank__isnull=False, score__isnull=False)
    return with_orders(rows).order_by("gate", "order__code")[:NEAR_MISSES_PER_POST]


def with_offers(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Load the offers with what their cards show."""
    return rows.select_related(
        "offer__company__cluster", "offer__company__shared_card", "offer__market_version"
    ).prefetch_related(
        "offer__categories",
        "offer__constructions",
        "offer__company__certificates__certification",
    )


def with_orders(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Load the orders with what their cards show."""
    return rows.select_related(
        *(f"order__{name}" for name in ORDER_CARD), "order__market_version"
    ).prefetch_related(
        "order__certifications",
        "order__company__certificates__certification",
    )


def _both(rows: QuerySet[Match]) -> QuerySet[Match]:
    found: QuerySet[Match] = with_orders(with_offers(rows))
    return found


def companies_of_people(people: Collection[int]) -> set[tuple[int, int]]:
    rows = Membership.objects.filter(user__in=people)
    return set(rows.values_list("user_id", "company_id"))


@dataclass(frozen=True, slots=True)
class LeftMatch:
    """A proposal that is no longer among the best, and the day on which it left.

    Not the hour, nor why: what its firm changed is nobody's to learn.
    """

    code: uuid.UUID
    side: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class PostTitle:
    """A post as lists name it."""

    title: str
    code: uuid.UUID
    company_id: int


def post_titles(posts: Iterable[tuple[str, int]]) -> dict[tuple[str, int], PostTitle]:
    """Return the posts of (side, id) that there are, by one query for each side among them."""
    ids: dict[str, set[int]] = defaultdict(set)
    for side, pk in posts:
        ids[side].add(pk)
    models: dict[str, Any] = {"order": ProcessingOrder, "offer": CapacityOffer}
    return {
        (side, pk): PostTitle(title, code, company)
        for side, pks in ids.items()
        for pk, title, code, company in models[side]
        .objects.filter(pk__in=pks)
        .values_list("pk", "title", "code", "company_id")
    }


def count_that_may_fit(order: ProcessingOrder) -> int:
    """Count the capacity on the market that may fit by its bands, as the order's form does."""
    if order.category is None:
        return 0
    return listings.count_fitting_offers(order.category, order.pairs, order.due_week)


def recently_left(
    side: str, post: ProcessingOrder | CapacityOffer, *, now: dt.datetime
) -> list[LeftMatch]:
    """Return the proposals that better ones took the place of in the last days, the latest first."""
    rows = (
        Match.objects.filter(
            **{side: post.pk},
            state=MatchState.WITHDRAWN,
            withdrawn_at__gt=now - dt.timedelta(days=LEFT_DAYS),
        )
        .unblocked()
        .order_by("-withdrawn_at")[:MOST_LEFT]
    )
    return [
        LeftMatch(code, side, trade_day(at))
        for code, at in rows.values_list("code", "withdrawn_at")
    ]


def is_scoring_due(post: ProcessingOrder | CapacityOffer) -> bool:
    """Return whether the worker has yet to score the post as it is now."""
    # A fact that still waits in the outbox is the only sign that a scoring is to come.
    kind = "order" if isinstance(post, ProcessingOrder) else "offer"
    about_post = Q(kind="listings.post_changed", subject__contains={"model": kind, "id": post.pk})
    about_company = Q(
        kind="accounts.company_changed", subject__contains={"company": post.company_id}
    )
    waiting = OutboxMessage.objects.filter(state__in=WAITING)
    return waiting.filter(about_post | about_company).exists()


def count_talking_firms(*, before: dt.datetime) -> int:
    """Count the firms with at least one conversation that began before then, ended ones too."""
    begun = Match.objects.filter(mutual_at__lt=before)
    sides = begun.values("order__company").union(begun.values("offer__company"))
    return sides.count()


def term_names() -> dict[str, str]:
    rows = [*Construction.objects.all(), *Certification.objects.all()]
    return {row.code: row.name for row in rows}


def count_offers_alike(order: ProcessingOrder) -> int:
    """Count the offers of others, on the market, for the order's family of categories."""
    if order.category is None:
        return 0
    offers = CapacityOffer.objects.in_market().filter(categories__family=order.category.family_id)
    # distinct(): an offer may name several categories of the family.
    return offers.exclude(company=order.company_id).distinct().count()


def count_orders_alike(offer: CapacityOffer) -> int:
    """Count the orders of others, on the market, for the offer's families of categories."""
    orders = ProcessingOrder.objects.in_market().filter(
        category__family__categories__in=offer.categories.all()
    )
    # As above: an order's family may be reached by several categories of the offer.
    return orders.exclude(company=offer.company_id).distinct().count()
