"""Orders and capacity offers as two rows of one table: what is the same for both is written once.

A row says where a kind of post keeps what every post has: its pairs, its weeks, its categories.
Lists, searches, mails, pages and the API ask the row, and ``isinstance`` is left for what one
kind alone has. Pages add their own columns (:mod:`matchmaking.listings.views.posts`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q

from matchmaking.listings.disclosure import OfferCard, OrderCard, offer_card, order_card
from matchmaking.listings.models import CapacityOffer, Category, Post, ProcessingOrder, Side

if TYPE_CHECKING:
    from accounts.models import Company

AnyPost = ProcessingOrder | CapacityOffer
AnyCard = OrderCard | OfferCard

POST_FIELDS = ("title", "own_reference", "notes")
WEEK_ARRAYS = ("published", "free", "held", "booked")


@dataclass(frozen=True, slots=True)
class PostKind:
    """One kind of post.

    ``name`` stands in addresses, in facts of the outbox and in signed links: it never changes.
    ``fields`` and ``links`` (many-to-many) are what its owner may write. ``pairs`` is the column
    of the pairs that are asked or free. ``in_category(lookup, value)`` and
    ``in_weeks(first, end)`` are conditions on a queryset, ``end`` being excluded. ``related``,
    ``prefetched`` and ``deferred`` load a list without a query per row, and without arrays.
    """

    name: str
    side: Side
    model: type[AnyPost]
    card: Callable[..., AnyCard]
    fields: tuple[str, ...]
    links: tuple[str, ...]
    pairs: str
    may_post: Callable[[Company], bool]
    window: Callable[[Any], tuple[dt.date | None, dt.date | None]]
    categories: Callable[[Any], Sequence[Category]]
    title_of: Callable[[Any], str]
    in_category: Callable[[str, str], Q]
    in_weeks: Callable[[dt.date, dt.date], Q]
    in_market: Q = field(default_factory=Q)
    related: tuple[str, ...] = ()
    prefetched: tuple[str | Prefetch[Any], ...] = ()
    deferred: tuple[str, ...] = ()


def _order_in_weeks(first: dt.date, end: dt.date) -> Q:
    # Not coalesce(earliest_start, due_week): of an expression the planner has no statistics.
    begins = Q(earliest_start__lt=end) | Q(earliest_start=None, due_week__lt=end)
    return begins & Q(due_week__gte=first)


def _offer_in_category(lookup: str, value: str) -> Q:
    # A subquery, not a join: an offer of several categories would be listed several times.
    links = CapacityOffer.categories.through.objects.filter(**{f"category__{lookup}": value})
    return Q(pk__in=links.values("capacityoffer"))


ORDER = PostKind(
    name="order",
    side=Side.ORDERS,
    model=ProcessingOrder,
    card=order_card,
    fields=(
        *POST_FIELDS,
        "category",
        "construction",
        "upper_material",
        "sole_material",
        "pairs",
        "colourways",
        "size_run",
        "target_unit_price_cny",
        "earliest_start",
        "due_week",
        "splittable",
        "smallest_part",
        "most_factories",
        "moulds_by",
        "lasts_by",
        "sample_need",
        "destination_markets",
    ),
    links=("certifications",),
    pairs="pairs",
    may_post=lambda company: company.can_order,
    window=lambda order: (order.earliest_start or order.due_week, order.due_week),
    categories=lambda order: [order.category] if order.category else [],
    title_of=lambda card: card.category.name if card.category else "",
    in_category=lambda lookup, value: Q(**{f"category__{lookup}": value}),
    in_weeks=_order_in_weeks,
    related=("category__family", "company__cluster", "company__shared_card"),
)
OFFER = PostKind(
    name="offer",
    side=Side.OFFERS,
    model=CapacityOffer,
    card=offer_card,
    fields=(
        *POST_FIELDS,
        "min_order_pairs",
        "lead_days",
        "price_low_cny",
        "price_high_cny",
        "lines",
    ),
    links=("categories", "constructions"),
    pairs="free_pairs",
    may_post=lambda company: company.can_make,
    window=lambda offer: (offer.free_from, offer.free_until),
    categories=lambda offer: list(offer.categories.all()),
    title_of=lambda card: " · ".join(category.name for category in card.categories),
    in_category=_offer_in_category,
    in_weeks=lambda first, end: Q(free_from__lt=end, free_until__gte=first),
    in_market=Q(free_pairs__gt=0),
    related=("company__cluster", "company__shared_card"),
    prefetched=(Prefetch("categories", Category.objects.select_related("family")),),
    deferred=WEEK_ARRAYS,
)
KINDS = (ORDER, OFFER)
_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(post: Post) -> PostKind:
    """Return the row of the post's kind.

    :raises TypeError: for a post of another kind, which then lacks its row
    """
    for kind in KINDS:
        if isinstance(post, kind.model):
            return kind
    raise TypeError(type(post))


def kind_named(name: object) -> PostKind:
    """Return the row by the name that a fact, a link or an address carries.

    :raises KeyError: for any other name
    """
    return _BY_NAME[str(name)]


def kind_on(side: str) -> PostKind:
    return ORDER if side == Side.ORDERS else OFFER
