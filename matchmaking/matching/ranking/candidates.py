"""Candidates of changed posts: their own lists, and the lists that they may enter, by two ways.

A small market is loaded from the database each time, a large one is in the worker's
memory (:mod:`matchmaking.matching.ranking.market_cache`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from django.conf import settings

from matchmaking.engine.incremental import (
    CLOSED,
    Cutoffs,
    IncrementalResult,
    rank_offers,
    rank_orders,
)
from matchmaking.engine.market import places_of
from matchmaking.matching.models import NEAR_MISSES_PER_POST
from matchmaking.matching.ranking.exclusions import Exclusions, rank_with_exclusions
from matchmaking.matching.ranking.market import MarketSlice
from matchmaking.matching.ranking.pair_rows import pair_keys
from matchmaking.matching.ranking.ranked_lists import (
    ListEntries,
    RankedLists,
    code_halves,
    list_entries,
    no_entries,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from matchmaking.engine.market import Ints
    from matchmaking.engine.ranking import Ranking
    from matchmaking.matching.ranking.context import ScoringContext
    from matchmaking.matching.ranking.market import PostArrays
    from matchmaking.matching.ranking.market_cache import MarketCache


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewCandidates:
    """The lists of changed posts, and the changed posts that may enter lists of others.

    ``to_orders`` are changed offers that may enter the lists of orders, best first.
    """

    own_orders: RankedLists
    own_offers: RankedLists
    to_orders: ListEntries
    to_offers: ListEntries
    pairs_scored: int


class CandidateSearch(Protocol):
    """Finds lists, of matches or of near misses, without pairs that were answered."""

    def new_candidates(self, k: int, *, near: bool) -> NewCandidates:
        """Give the lists of the changed posts, and whose lists they may enter."""

    def refilled_lists(
        self, k: int, orders: Ints, offers: Ints, *, near: bool
    ) -> tuple[RankedLists, RankedLists]:
        """Give the lists of posts from everything that could fit them."""


class DatabaseSearch:
    """Loads, for each question, the posts of like categories."""

    def __init__(self, context: ScoringContext, orders: Ints, offers: Ints) -> None:
        self._context, loader = context, context.loader
        self._changed = orders, offers
        own_orders, own_offers = loader.orders(orders.tolist()), loader.offers(offers.tolist())
        self._to_offers = context.add_slice(
            MarketSlice.of(loader.orders_for(own_offers), own_offers)
        )
        self._to_orders = context.add_slice(
            MarketSlice.of(own_orders, loader.offers_for(own_orders))
        )
        self._exclusions = Exclusions.load(context.blocks, orders.tolist(), offers.tolist())

    def new_candidates(self, k: int, *, near: bool) -> NewCandidates:
        """Give the lists of the changed posts, and whose lists they may enter."""
        with_offers, with_orders = (
            rank_with_exclusions(
                self._context, market_slice, k, near=near, exclusions=self._exclusions
            )
            for market_slice in (self._to_offers, self._to_orders)
        )
        orders, offers = self._changed
        to_orders = order_entries(self._to_offers, with_offers)
        to_offers = offer_entries(self._to_orders, with_orders)
        return NewCandidates(
            own_orders=RankedLists(
                posts=orders, entries=order_entries(self._to_orders, with_orders)
            ),
            own_offers=RankedLists(
                posts=offers, entries=offer_entries(self._to_offers, with_offers)
            ),
            to_orders=to_orders.without(orders),
            to_offers=to_offers.without(offers),
            pairs_scored=with_offers.pairs_scored + with_orders.pairs_scored,
        )

    def refilled_lists(
        self, k: int, orders: Ints, offers: Ints, *, near: bool
    ) -> tuple[RankedLists, RankedLists]:
        """Give the lists of posts from everything that could fit them."""
        loader = self._context.loader
        of_orders = of_offers = no_entries()
        if len(orders):
            asked = loader.orders(orders.tolist())
            market_slice = self._context.add_slice(MarketSlice.of(asked, loader.offers_for(asked)))
            best = self._rank(market_slice, k, orders, near=near, only="orders")
            of_orders = order_entries(market_slice, best)
        if len(offers):
            made = loader.offers(offers.tolist())
            market_slice = self._context.add_slice(MarketSlice.of(loader.orders_for(made), made))
            best = self._rank(market_slice, k, offers, near=near, only="offers")
            of_offers = offer_entries(market_slice, best)
        return (
            RankedLists(posts=orders, entries=of_orders),
            RankedLists(posts=offers, entries=of_offers),
        )

    def _rank(
        self, market_slice: MarketSlice, k: int, posts: Ints, *, near: bool, only: str
    ) -> Ranking:
        exclusions = Exclusions.load(
            self._context.blocks, **{"orders": [], "offers": [], only: posts.tolist()}
        )
        return rank_with_exclusions(
            self._context, market_slice, k, near=near, exclusions=exclusions, only=only
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """Pairs that posts of one side found in memory, by ids, without those that were answered."""

    found: IncrementalResult
    own: PostArrays[Any]
    others: PostArrays[Any]
    excluded: Ints
    """Keys of pairs, the post of this side first."""

    def lists(self, posts: Ints, k: int, *, near: bool) -> RankedLists:
        """Give the lists of the posts."""
        scores, rows = self.found.scores[int(near)], self.found.others[int(near)]
        slots, places = np.nonzero(rows >= 0)
        others = rows[slots, places]
        entries = ListEntries(
            posts=self.own.ids[self.found.rows[slots]],
            others=self.others.ids[others],
            hundredths=scores[slots, places].astype(np.int64),
            codes=code_halves(self.others.columns.code[others]),
        )
        keys = pair_keys(entries.posts, entries.others)
        return RankedLists(posts=posts, entries=entries.at(~np.isin(keys, self.excluded)).best(k))

    def entered(self, *, near: bool) -> ListEntries:
        """Give the posts that reach the ends of others' lists, best first."""
        chosen = self.found.found[self.found.found[:, 2] == int(near)]
        rows, others = chosen[:, 0], chosen[:, 1]
        entries = ListEntries(
            posts=self.others.ids[others],
            others=self.own.ids[rows],
            hundredths=chosen[:, 3],
            codes=code_halves(self.own.columns.code[rows]),
        )
        keys = pair_keys(entries.others, entries.posts)
        return entries.at(~np.isin(keys, self.excluded)).best_first()

    def where(self, enters: Callable[[Ints], NDArray[np.bool_]]) -> Findings:
        return replace(self, found=self.found.where(enters))


class CachedSearch:
    """Asks the market that the worker keeps, which has the cutoffs of all lists beside it."""

    def __init__(
        self, context: ScoringContext, market: MarketCache, orders: Ints, offers: Ints
    ) -> None:
        self._slice = context.add_slice(market.market_slice)
        self._changed, self._blocks = (orders, offers), context.blocks
        self._request = context.request(self._slice.market)
        self._category_index = market.category_index
        of_orders, of_offers = self._find(
            orders, offers, market.cutoffs("order"), market.cutoffs("offer")
        )
        self._of_orders = of_orders.where(partial(market.enters, "offer"))
        self._of_offers = of_offers.where(partial(market.enters, "order"))

    def new_candidates(self, k: int, *, near: bool) -> NewCandidates:
        """Give the lists of the changed posts, and whose lists they may enter."""
        orders, offers = self._changed
        return NewCandidates(
            own_orders=self._of_orders.lists(orders, k, near=near),
            own_offers=self._of_offers.lists(offers, k, near=near),
            to_orders=self._of_offers.entered(near=near).without(orders),
            to_offers=self._of_orders.entered(near=near).without(offers),
            pairs_scored=self._of_orders.found.pairs + self._of_offers.found.pairs,
        )

    def refilled_lists(
        self, k: int, orders: Ints, offers: Ints, *, near: bool
    ) -> tuple[RankedLists, RankedLists]:
        """Give the lists of posts from everything that could fit them."""
        if not len(orders) and not len(offers):
            none = RankedLists(posts=orders, entries=no_entries())
            return none, none
        sides = self._slice.orders, self._slice.offers
        closed = (np.full((len(side), 2), CLOSED, dtype=np.int32) for side in sides)
        of_orders, of_offers = self._find(orders, offers, *closed)
        return of_orders.lists(orders, k, near=near), of_offers.lists(offers, k, near=near)

    def _find(
        self, orders: Ints, offers: Ints, order_ends: Cutoffs, offer_ends: Cutoffs
    ) -> tuple[Findings, Findings]:
        """Compare posts of either side with the category index of the other."""
        asked, made = self._slice.orders, self._slice.offers
        exclusions = Exclusions.load(self._blocks, orders.tolist(), offers.tolist())
        width = max(settings.MATCHES_PER_POST, NEAR_MISSES_PER_POST) + exclusions.most_of_a_post
        of_orders = rank_orders(
            self._request, _rows(asked, orders), self._category_index["offer"], offer_ends, width
        )
        of_offers = rank_offers(
            self._request, _rows(made, offers), self._category_index["order"], order_ends, width
        )
        pairs = exclusions.pairs()
        return (
            Findings(of_orders, asked, made, pair_keys(*pairs)),
            Findings(of_offers, made, asked, pair_keys(*pairs[::-1])),
        )


def order_entries(market_slice: MarketSlice, best: Ranking) -> ListEntries:
    return list_entries(best.by_order, market_slice.orders, market_slice.offers)


def offer_entries(market_slice: MarketSlice, best: Ranking) -> ListEntries:
    return list_entries(best.by_offer, market_slice.offers, market_slice.orders)


def _rows(side: PostArrays[Any], posts: Ints) -> Ints:
    rows, stands = places_of(side.ids, posts)
    return rows[stands]
