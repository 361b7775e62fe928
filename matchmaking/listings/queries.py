"""Lists of posts: the public market in bands, the own posts as they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import Company, Membership
from matchmaking.core import protections
from matchmaking.core.protections import Protection
from matchmaking.listings import bands
from matchmaking.listings.disclosure import Depth
from matchmaking.listings.figures import Firms
from matchmaking.listings.models import Category, CategoryFamily, Post
from matchmaking.listings.post_kinds import OFFER, ORDER, AnyCard, PostKind
from matchmaking.listings.states import PostState

if TYPE_CHECKING:
    from matchmaking.listings.bands import Band

PAGE = 20
AT_A_TIME = 2_000
Card = TypeVar("Card")
P = TypeVar("P", bound=Post)


@dataclass(frozen=True, slots=True)
class MarketFilters:
    """Filters of the market; every edge is the edge of a band."""

    family: str = ""
    category: str = ""
    cluster: str = ""
    week: dt.date | None = None
    pairs: Band | None = None


@dataclass(frozen=True, slots=True)
class MarketTotal:
    """The exact sums of one side of the market, for officers alone."""

    posts: int
    firms: int
    pairs: int


@dataclass(frozen=True, slots=True)
class MarketPage(Generic[Card]):
    """A page of cards; ``after`` and ``before`` name the codes to go on from."""

    cards: Sequence[Card]
    after: UUID | None
    before: UUID | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The start of a page: behind the post ``after``, or in front of ``before``."""

    after: UUID | None = None
    before: UUID | None = None


def market_page(
    kind: PostKind, filters: MarketFilters, cursor: Cursor | None = None
) -> MarketPage[AnyCard]:
    rows = posts_that_fit(kind, filters)
    return _page(rows, cursor or Cursor(), lambda row: kind.card(row, Depth.STRANGER))


def open_posts(kind: PostKind) -> QuerySet[Any]:
    """Return what everybody sees of one kind, with what a card needs and without arrays.

    An offer without a free pair is not on the list.
    """
    rows = kind.model.objects.in_market().filter(kind.in_market)
    return _loaded(rows, kind)


def posts_that_fit(kind: PostKind, filters: MarketFilters) -> QuerySet[Any]:
    rows = open_posts(kind)
    if filters.family:
        rows = rows.filter(kind.in_category("family__code", filters.family))
    if filters.category:
        rows = rows.filter(kind.in_category("code", filters.category))
    if filters.pairs:
        rows = _in_band(rows, kind.pairs, filters.pairs)
    if filters.week:
        rows = rows.filter(kind.in_weeks(filters.week, _block_end(filters.week)))
    return _in_cluster(rows, kind, filters.cluster)


def count_fitting_offers(
    category: Category, pairs: int | None = None, due_week: dt.date | None = None
) -> int:
    """Count the capacity on the market that an order of these figures may fit.

    By the bands that everybody sees, so that no figure can be found out by trying: the
    category, free pairs from the order's band on, free weeks that begin by its due week.
    """
    rows = open_posts(OFFER).filter(OFFER.in_category("code", category.code))
    if pairs:
        rows = rows.filter(free_pairs__gte=bands.pairs_band(pairs).low)
    if due_week:
        rows = rows.filter(free_from__lt=_block_end(bands.week_block(due_week)))
    return rows.count()


def own_posts(kind: PostKind, company: Company, state: str) -> QuerySet[Any]:
    """Return a company's posts in one state, the newest first; "" means all but closed."""
    rows = _loaded(kind.model.objects.filter(company=company), kind)
    if state in PostState.values:
        return rows.filter(state=state).order_by("-pk")
    return rows.exclude(state=PostState.CLOSED).order_by("-pk")


def count_by_state(posts: QuerySet[P]) -> dict[str, int]:
    return dict(posts.order_by().values_list("state").annotate(Count("pk")))


def market_totals() -> tuple[MarketTotal, MarketTotal]:
    """Return what is asked and what is free over the whole market, to the pair.

    For officers alone: what everybody reads is :func:`latest_figures` of the services.
    """
    return _total(ORDER), _total(OFFER)


def _total(kind: PostKind) -> MarketTotal:
    posts = kind.model.objects.in_market().filter(kind.in_market)
    row = posts.aggregate(n=Count("pk"), all=Sum(kind.pairs), firms=Count("company", distinct=True))
    return MarketTotal(row["n"], row["firms"], row["all"] or 0)


def cards_in_market(kind: PostKind) -> Iterator[AnyCard]:
    """Yield every post of one kind as strangers see it, a few thousand rows at a time."""
    rows = open_posts(kind).order_by("pk")
    return (kind.card(row, Depth.STRANGER) for row in rows.iterator(chunk_size=AT_A_TIME))


def count_firms() -> Firms:
    """Count the firms that somebody acts for by their posts on the market, by one query.

    Those that the association entered and nobody acts for are counted apart: an address
    book is no market.
    """
    asks, offers = (
        Exists(kind.model.objects.in_market().filter(kind.in_market, company=OuterRef("pk")))
        for kind in (ORDER, OFFER)
    )
    acted_for = Exists(Membership.objects.filter(company=OuterRef("pk")))
    rows = Company.objects.active().annotate(asks=asks, offers=offers, acted_for=acted_for)
    here = Q(acted_for=True)
    counted = rows.aggregate(
        on_market=Count("pk", filter=here & (Q(asks=True) | Q(offers=True))),
        asking=Count("pk", filter=here & Q(asks=True)),
        offering=Count("pk", filter=here & Q(offers=True)),
        listed=Count("pk", filter=~here),
    )
    return Firms(**counted)


def families_with_categories() -> list[CategoryFamily]:
    """Return the families in their order, each with its active categories in theirs."""
    return list(
        CategoryFamily.objects.filter(is_active=True)
        .order_by("position")
        .prefetch_related("categories")
    )


def active_categories() -> QuerySet[Category]:
    return categories_by_family().filter(is_active=True)


def categories_by_family() -> QuerySet[Category]:
    return Category.objects.select_related("family").order_by("family__position", "position")


def _loaded(rows: QuerySet[Any], kind: PostKind) -> QuerySet[Any]:
    # Four arrays of 104 weeks are kilobytes a row: a list never needs them.
    rows = rows.select_related(*kind.related).prefetch_related(*kind.prefetched)
    return rows.defer(*kind.deferred)


def _block_end(week: dt.date) -> dt.date:
    return week + dt.timedelta(weeks=bands.WEEKS_IN_BAND)


def _in_band(rows: QuerySet[P], field: str, band: Band) -> QuerySet[P]:
    rows = rows.filter(**{f"{field}__gte": band.low})
    return rows if band.high is None else rows.filter(**{f"{field}__lt": band.high})


def _in_cluster(rows: QuerySet[P], kind: PostKind, code: str) -> QuerySet[P]:
    if not code:
        return rows
    # 350300 is a prefecture, whose counties are 3503..: the prefix takes them in. By the place that
    # is shown: narrowing by the true one would tell it.
    if not protections.is_on(Protection.SHARED_CARDS):
        return rows.filter(company__cluster__code__startswith=code.removesuffix("00"))
    place = f"company__shared_card__{kind.name}__place__0__startswith"
    return rows.filter(**{place: code.removesuffix("00")})


def _page(rows: QuerySet[P], cursor: Cursor, card: Callable[[P], Card]) -> MarketPage[Card]:
    """Return the page at ``cursor``; an unknown code begins at the top."""
    backwards = cursor.before is not None
    start = cursor.before if backwards else cursor.after
    edge = rows.filter(code=start).values("published_at", "pk").first() if start else None
    if edge:
        side = "gt" if backwards else "lt"
        published_at, pk = edge["published_at"], edge["pk"]
        rows = rows.filter(
            Q(**{f"published_at__{side}": published_at})
            | Q(published_at=published_at, **{f"pk__{side}": pk})
        )
    # Keyset, not OFFSET: page 500 costs what page 1 costs, and posts that come meanwhile shift
    # nothing. The key breaks ties of one moment; both columns are the index ``…_market``.
    order = ("published_at", "pk") if backwards and edge else ("-published_at", "-pk")
    # One row more than the page shows says whether there is a next, without a count.
    found = list(rows.order_by(*order)[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    if backwards and edge:
        found.reverse()
    has_next = more if not (backwards and edge) else True
    has_previous = more if backwards and edge else edge is not None
    return MarketPage(
        cards=[card(row) for row in found],
        after=found[-1].code if found and has_next else None,
        before=found[0].code if found and has_previous else None,
    )
