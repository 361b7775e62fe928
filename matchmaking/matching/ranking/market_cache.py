"""The market in the memory of the worker, so that one post is scored without loading it.

A large market is loaded once a day and process; before each scoring of posts the rows
that changed since are loaded again (:mod:`matchmaking.matching.ranking.market_changes`),
and so are the cutoffs of lists that were made since. What cannot be followed (another day,
other terms, too long a pause) is loaded whole. The caller scores alone, so nothing moves
while it reads.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from numpy.typing import NDArray

from matchmaking.engine.incremental import (
    OPEN,
    CategoryIndex,
    Cutoffs,
    index_offers,
    index_orders,
)
from matchmaking.engine.market import Ints, Market, OfferColumns, OrderColumns
from matchmaking.matching.models import NEAR_MISSES_PER_POST
from matchmaking.matching.ranking import market_changes, partitions
from matchmaking.matching.ranking.context import ScoringContext
from matchmaking.matching.ranking.growable_arrays import GrowableArrays
from matchmaking.matching.ranking.market import MarketSlice, PostArrays
from matchmaking.matching.ranking.pgcopy import copy_rows

log = structlog.get_logger(__name__)

FEWEST_POSTS = 1_000  # fewer are loaded each time, in some milliseconds
MOST_POSTS = 500_000  # about a kilobyte an offer
SPARE_WEEKS = 8  # before and behind the weeks of all offers
# A cache that was read longer ago needs changes that may be pruned.
PAUSE = dt.timedelta(hours=market_changes.KEPT_DAYS * 24 - 2)
CUTOFFS = """
    select {side}_id, {near}::bigint, ({score} * 100)::bigint, {other}_id from {table}
    where {side}_rank = {k} and {standing} and {scope}
"""
KEPT = (
    ("matching_match", "score", "state = 'proposed'"),
    ("matching_nearmiss", "score_now", "true"),
)
CUTOFF_COLUMNS = [(name, "bigint") for name in ("id", "near", "end", "last")]
NOBODY = 0  # the last of a list that is not full
SPARE_CATEGORIES = 3
ORDER_NAMES = [field.name for field in fields(OrderColumns)]
RAGGED = {"category_starts", "category_values"}
OFFER_NAMES = [field.name for field in fields(OfferColumns) if field.name not in RAGGED]


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheKey:
    """What every loaded row depends on: the day, and the ids behind indexes and bits."""

    today: dt.date
    digest: str
    k: int
    terms: tuple[tuple[int, ...], tuple[int, ...]]

    @classmethod
    def of(cls, context: ScoringContext) -> "CacheKey":
        """Take over what a scoring has."""
        terms = context.taxonomy
        return cls(
            today=context.loader.today,
            digest=terms.digest(),
            k=settings.MATCHES_PER_POST,
            terms=(terms.construction_ids, terms.certification_ids),
        )


class CannotRefresh(Exception):
    """What changed cannot be followed row by row."""


class MarketCache:
    """Both sides of the market with the cutoffs of all lists, as of a snapshot."""

    def __init__(self, context: ScoringContext) -> None:
        self.basis = CacheKey.of(context)
        self.snapshot = market_changes.current_snapshot()
        self.read_at = context.at
        orders, offers = context.loader.orders(), context.loader.offers()
        first = offers.columns.first_week
        self._base_week = int(first.min(initial=context.loader.now_day // 7)) - SPARE_WEEKS
        reach = int(first.max(initial=self._base_week)) - self._base_week
        self._span = reach + offers.columns.free.shape[1] + SPARE_WEEKS + 1
        counts = np.diff(offers.columns.category_starts)
        self._width = int(counts.max(initial=0)) + SPARE_CATEGORIES
        self._orders = GrowableArrays(orders.ids, self._arrays_of_orders(orders))
        self._offers = GrowableArrays(offers.ids, self._arrays_of_offers(offers))
        self._read_cutoffs("order", None)
        self._read_cutoffs("offer", None)
        self._categories = len(context.taxonomy.category_ids)
        self.category_index: dict[partitions.SideName, CategoryIndex] = {}
        self._ranked: dict[partitions.SideName, tuple[Ints, Ints]] = {}
        self.market_slice = self._slice()

    def refresh(self, context: ScoringContext) -> None:
        """Load what changed since the last time.

        :raises CannotRefresh: when that cannot be done row by row
        """
        changes = market_changes.changes_since(self.snapshot)
        if changes.of(market_changes.EVERY) or context.at - self.read_at > PAUSE:
            raise CannotRefresh
        companies = changes.of("company")
        orders, offers = changes.of("order"), changes.of("offer")
        has_orders, has_offers = bool(orders or companies), bool(offers or companies)
        # Their lists stand as they did, but the rows begin without an end.
        order_lists, offer_lists = set(changes.of("order_list")), set(changes.of("offer_list"))
        if has_orders:
            asked = context.loader.orders_of(orders, companies)
            gone = _changed(self._orders, orders, companies, asked.ids)
            self._orders.replace(gone, asked.ids, self._arrays_of_orders(asked))
            order_lists.update(asked.ids.tolist())
        if has_offers:
            made = context.loader.offers_of(offers, companies)
            gone = _changed(self._offers, offers, companies, made.ids)
            self._offers.replace(gone, made.ids, self._arrays_of_offers(made))
            offer_lists.update(made.ids.tolist())
        self._read_cutoffs("order", order_lists)
        self._read_cutoffs("offer", offer_lists)
        self.snapshot, self.read_at = changes.snapshot, context.at
        if has_orders or has_offers:
            self.market_slice = self._slice(has_orders=has_orders, has_offers=has_offers)

    def cutoffs(self, side: partitions.SideName) -> Cutoffs:
        return self._side(side)["cutoffs"]

    def enters(self, side: partitions.SideName, found: Ints) -> NDArray[np.bool_]:
        """Say which pairs, lines of ``IncrementalResult.found``, enter the list of a post of that side.

        Of equal scores the smaller code stands first: where many posts are as good as the
        last of a list, hardly any of them gets in.
        """
        columns, others = self._side(side), self._side(partitions.OTHER[side])
        ranks = (
            self.market_slice.market.offer_ranks
            if side == "order"
            else self.market_slice.market.order_ranks
        )
        rows, near = found[:, 1], found[:, 2]
        lasts, stands = others.rows(columns["lasts"][rows, near])
        wins: NDArray[np.bool_] = found[:, 3] > columns["cutoffs"][rows, near]
        return wins | ~stands | (ranks[found[:, 0]] <= ranks[lasts])

    def _side(self, side: partitions.SideName) -> GrowableArrays:
        return self._orders if side == "order" else self._offers

    def _slice(self, *, has_orders: bool = True, has_offers: bool = True) -> MarketSlice:
        """Set the sides against each other; ranks and index are made anew where posts changed."""
        orders, offers = self._orders, self._offers
        order_columns = OrderColumns(**{name: orders[name] for name in ORDER_NAMES})
        made = offers["categories"] >= 0
        offer_columns = OfferColumns(
            **{name: offers[name] for name in OFFER_NAMES},
            category_starts=np.concatenate(([0], np.cumsum(made.sum(axis=1)))),
            category_values=offers["categories"][made],
        )
        if has_orders:
            self._rank_codes("order")
            self.category_index["order"] = index_orders(order_columns, self._categories)
        if has_offers:
            self._rank_codes("offer")
            self.category_index["offer"] = index_offers(offer_columns, self._categories)
        return MarketSlice(
            orders=PostArrays(ids=orders.ids, versions=orders["version"], columns=order_columns),
            offers=PostArrays(ids=offers.ids, versions=offers["version"], columns=offer_columns),
            market=Market(
                orders=order_columns,
                offers=offer_columns,
                base_week=self._base_week,
                cumulated=offers["cumulated"],
                order_ranks=self._ranked["order"][1],
                offer_ranks=self._ranked["offer"][1],
            ),
        )

    def _rank_codes(self, side: partitions.SideName) -> None:
        """Rank the codes anew where posts came or went: sorting them is a third of a small turn."""
        columns = self._side(side)
        ids, _ = self._ranked.get(side, (None, None))
        if ids is None or not np.array_equal(ids, columns.ids):
            self._ranked[side] = columns.ids.copy(), _ranks(columns["code"])

    def _arrays_of_orders(self, side: PostArrays[OrderColumns]) -> dict[str, NDArray[Any]]:
        arrays = {name: getattr(side.columns, name) for name in ORDER_NAMES}
        return arrays | _of_lists(side)

    def _arrays_of_offers(self, side: PostArrays[OfferColumns]) -> dict[str, NDArray[Any]]:
        columns = side.columns
        arrays = {name: getattr(columns, name) for name in OFFER_NAMES}
        counts = np.diff(columns.category_starts)
        if counts.max(initial=0) > self._width:
            raise CannotRefresh
        categories = np.full((len(side), self._width), -1, dtype=np.int64)
        categories[np.arange(self._width) < counts[:, None]] = columns.category_values
        arrays |= {"categories": categories, "cumulated": self._cumulated(columns)}
        return arrays | _of_lists(side)

    def _cumulated(self, offers: OfferColumns) -> NDArray[np.int32]:
        """Sum up the weeks from our base, with room for offers that begin elsewhere."""
        sums = np.zeros((len(offers), self._span), dtype=np.int32)
        if not len(offers):
            return sums
        market = Market.from_columns(no_orders(), offers)
        shift, weeks = market.base_week - self._base_week, market.cumulated.shape[1]
        if shift < 0 or shift + weeks > self._span:
            raise CannotRefresh
        sums[:, shift : shift + weeks] = market.cumulated
        sums[:, shift + weeks :] = market.cumulated[:, -1:]
        return sums

    def _read_cutoffs(self, side: partitions.SideName, posts: Collection[int] | None) -> None:
        """Read the last scores of full lists: of some posts, or of all when None."""
        columns = self._side(side)
        if posts is not None:
            rows, stands = columns.rows(np.array(sorted(posts), dtype=np.int64))
            posts = columns.ids[rows[stands]].tolist()
            if not posts:
                return
            columns["cutoffs"][rows[stands]], columns["lasts"][rows[stands]] = OPEN, NOBODY
        scope = "true" if posts is None else f"{side}_id = any(%(posts)s::bigint[])"
        names = {"side": side, "other": partitions.OTHER[side], "scope": scope}
        sql = " union all ".join(
            CUTOFFS.format(**names, near=near, k=k, table=table, score=score, standing=standing)
            for near, (k, (table, score, standing)) in enumerate(
                zip((self.basis.k, NEAR_MISSES_PER_POST), KEPT, strict=True)
            )
        )
        found = copy_rows(sql, {"posts": posts}, CUTOFF_COLUMNS)
        rows, stands = columns.rows(found["id"].astype(np.int64))
        places = rows[stands], found["near"][stands].astype(np.int64)
        columns["cutoffs"][places], columns["lasts"][places] = (
            found["end"][stands],
            found["last"][stands],
        )


_cached: list[MarketCache] = []


def cached_market(context: ScoringContext) -> MarketCache | None:
    """Give the market as it is now; None for one that is small, or too large to keep."""
    # Taken out while it is brought up to date: one that failed half-way must not serve again.
    cache = _cached.pop() if _cached else None
    if cache is not None and cache.basis == CacheKey.of(context):
        try:
            cache.refresh(context)
        except CannotRefresh:
            cache = None
    else:
        cache = None
    if cache is None:
        if not partitions.is_large(FEWEST_POSTS) or partitions.is_large(MOST_POSTS):
            return None
        cache = MarketCache(context)
    _cached.append(cache)
    return cache


def preload_market() -> None:
    """Load a large market before it is asked for; without a database that is left for later."""
    try:
        if partitions.is_large(FEWEST_POSTS) and not partitions.is_large(MOST_POSTS):
            _cached[:] = [MarketCache(ScoringContext.start(timezone.now()))]
    except DatabaseError as error:
        log.warning("market_not_loaded", error=repr(error))
    finally:
        connection.close()  # children do not share it


def clear() -> bool:
    """Let the memory go, so that the next scoring loads the market again; say whether there was any."""
    had = bool(_cached)
    _cached.clear()
    return had


def no_orders() -> OrderColumns:
    nothing: Any = np.empty(0)
    return OrderColumns(**dict.fromkeys(ORDER_NAMES, nothing))


def _changed(
    columns: GrowableArrays, posts: Collection[int], companies: Collection[int], fresh: Ints
) -> Ints:
    of_companies = columns.ids[np.isin(columns["company"], sorted(companies))]
    named = np.array(sorted(posts), dtype=np.int64)
    return np.unique(np.concatenate([named, of_companies, fresh]))


def _of_lists(side: PostArrays[Any]) -> dict[str, NDArray[Any]]:
    cutoffs, lasts = np.full((len(side), 2), OPEN, dtype=np.int32), np.full((len(side), 2), NOBODY)
    return {"version": side.versions, "cutoffs": cutoffs, "lasts": lasts}


def _ranks(codes: NDArray[Any]) -> Ints:
    """Give the place of each code among all of them, as ``Market`` has it."""
    halves = np.ascontiguousarray(codes).view(">u8").reshape(-1, 2).astype(np.uint64)
    high, low = halves.T
    order = np.argsort(high)
    # Codes are random, so their first halves tell them apart; one number sorts ten times as fast as two.
    if (high[order][1:] == high[order][:-1]).any():
        order = np.lexsort((low, high))
    ranks = np.empty(len(codes), dtype=np.int64)
    ranks[order] = np.arange(len(codes))
    return ranks
