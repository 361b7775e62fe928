"""Candidates of changed posts: their own lists, and the lists that they may enter, by two ways.

A small market is loaded from the database each time, a large one is in the worker's
memory (:mod:`matchmaking.matching.ranking.market_cache`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import numpy as np
from django.conf import settings

from matchmaking.engine.incremental import (
    CLOSED,
    Cutoffs,
    IncrementalResult,
    rank_offers,
    rank_orders,
)
from matchmaking.matching.models import NEAR_MISSES_PER_POST
from matchmaking.matching.ranking.exclusions import BestLists, Exclusions, rank_with_exclusions
from matchmaking.matching.ranking.market import MarketSlice
from matchmaking.matching.ranking.ranked_lists import NewLists, RankedLists, entry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from matchmaking.engine.market import Ints
    from matchmaking.matching.ranking.context import ScoringContext
    from matchmaking.matching.ranking.market import PostArrays
    from matchmaking.matching.ranking.market_cache import MarketCache


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCandidates:
    """The lists of changed posts, and by other post the changed ones that may enter its list."""

    own_orders: RankedLists
    own_offers: RankedLists
    orders: RankedLists
    offers: RankedLists
    pairs_scored: int


class CandidateSearch(Protocol):
    """Finds lists, of matches or of near misses, without pairs that were answered."""

    def new_candidates(self, k: int, *, near: bool) -> NewCandidates:
        """Give the lists of the changed posts, and whose lists they may enter."""

    def refilled_lists(
        self, k: int, orders: Sequence[int], offers: Sequence[int], *, near: bool
    ) -> NewLists:
        """Give the lists of posts from everything that could fit them."""


class DatabaseSearch:
    """Loads, for each question, the posts of like categories."""

    def __init__(
        self, context: ScoringContext, orders: Collection[int], offers: Collection[int]
    ) -> None:
        self._context, loader = context, context.loader
        self._changed = orders, offers
        own_orders, own_offers = loader.orders(sorted(orders)), loader.offers(sorted(offers))
        self._to_offers = context.add_slice(
            MarketSlice.of(loader.orders_for(own_offers), own_offers)
        )
        self._to_orders = context.add_slice(
            MarketSlice.of(own_orders, loader.offers_for(own_orders))
        )
        self._exclusions = Exclusions.load(orders, offers)

    def new_candidates(self, k: int, *, near: bool) -> NewCandidates:
        """Give the lists of the changed posts, and whose lists they may enter."""
        of_offers, of_orders = (
            BestLists.of(
                market_slice,
                rank_with_exclusions(
                    self._context, market_slice, k, near=near, exclusions=self._exclusions
                ),
            )
            for market_slice in (self._to_offers, self._to_orders)
        )
        return NewCandidates(
            own_orders=of_orders.orders,
            own_offers=of_offers.offers,
            orders=_without(of_offers.orders, self._changed[0]),
            offers=_without(of_orders.offers, self._changed[1]),
            pairs_scored=of_offers.pairs_scored + of_orders.pairs_scored,
        )

    def refilled_lists(
        self, k: int, orders: Sequence[int], offers: Sequence[int], *, near: bool
    ) -> NewLists:
        """Give the lists of posts from everything that could fit them."""
        found = NewLists(orders=empty_lists(orders), offers=empty_lists(offers))
        context, loader, exclusions = (
            self._context,
            self._context.loader,
            Exclusions.load(orders, offers),
        )
        if orders:
            own = loader.orders(orders)
            market_slice = context.add_slice(MarketSlice.of(own, loader.offers_for(own)))
            best = rank_with_exclusions(
                context, market_slice, k, near=near, exclusions=exclusions, only="orders"
            )
            found.orders.update(BestLists.of(market_slice, best).orders)
        if offers:
            made = loader.offers(offers)
            market_slice = context.add_slice(MarketSlice.of(loader.orders_for(made), made))
            best = rank_with_exclusions(
                context, market_slice, k, near=near, exclusions=exclusions, only="offers"
            )
            found.offers.update(BestLists.of(market_slice, best).offers)
        return found


@dataclass(frozen=True, slots=True)
class Findings:
    """What posts of one side found in memory, by ids, without pairs that were answered."""

    found: IncrementalResult
    own: PostArrays[Any]
    others: PostArrays[Any]
    excluded: Mapping[int, frozenset[int]]

    def lists(self, k: int, *, near: bool) -> RankedLists:
        """Give the lists of the posts; posts without a pair are absent."""
        lists: RankedLists = {}
        scores, rows = self.found.scores[int(near)].tolist(), self.found.others[int(near)].tolist()
        for slot, row in enumerate(self.found.rows.tolist()):
            post = int(self.own.ids[row])
            entries = [
                entry(score, _code(self.others, other), pk)
                for score, other in zip(scores[slot], rows[slot], strict=True)
                if other >= 0
                and (pk := int(self.others.ids[other])) not in self._exclusions_of(post)
            ]
            if entries:
                lists[post] = entries[:k]
        return lists

    def entered(self, *, near: bool) -> RankedLists:
        """Give, by other post, the posts that reach the end of its list, best first."""
        lists: RankedLists = {}
        chosen = self.found.found[self.found.found[:, 2] == int(near)]
        rows = chosen[:, 0].tolist()
        codes = {row: _code(self.own, row) for row in set(rows)}
        posts, others = self.own.ids[rows].tolist(), self.others.ids[chosen[:, 1]].tolist()
        for post, other, row, score in zip(posts, others, rows, chosen[:, 3].tolist(), strict=True):
            if other not in self._exclusions_of(post):
                lists.setdefault(other, []).append(entry(score, codes[row], post))
        for entries in lists.values():
            entries.sort()
        return lists

    def where(self, enters: Callable[[Ints], NDArray[np.bool_]]) -> Findings:
        return replace(self, found=self.found.where(enters))

    def _exclusions_of(self, post: int) -> frozenset[int]:
        return self.excluded.get(post, frozenset())


class CachedSearch:
    """Asks the market that the worker keeps, which has the cutoffs of all lists beside it."""

    def __init__(
        self,
        context: ScoringContext,
        market: MarketCache,
        orders: Collection[int],
        offers: Collection[int],
    ) -> None:
        self._slice = context.add_slice(market.market_slice)
        self._changed = orders, offers
        self._request = context.request(self._slice.market)
        self._category_index = market.category_index
        of_orders, of_offers = self._find(
            orders, offers, market.cutoffs("order"), market.cutoffs("offer")
        )
        self._of_orders = of_orders.where(partial(market.enters, "offer"))
        self._of_offers = of_offers.where(partial(market.enters, "order"))

    def new_candidates(self, k: int, *, near: bool) -> NewCandidates:
        """Give the lists of the changed posts, and whose lists they may enter."""
        return NewCandidates(
            own_orders=self._of_orders.lists(k, near=near),
            own_offers=self._of_offers.lists(k, near=near),
            orders=_without(self._of_offers.entered(near=near), self._changed[0]),
            offers=_without(self._of_orders.entered(near=near), self._changed[1]),
            pairs_scored=self._of_orders.found.pairs + self._of_offers.found.pairs,
        )

    def refilled_lists(
        self, k: int, orders: Sequence[int], offers: Sequence[int], *, near: bool
    ) -> NewLists:
        """Give the lists of posts from everything that could fit them."""
        found = NewLists(orders=empty_lists(orders), offers=empty_lists(offers))
        if orders or offers:
            sides = self._slice.orders, self._slice.offers
            closed = (np.full((len(side), 2), CLOSED, dtype=np.int32) for side in sides)
            of_orders, of_offers = self._find(orders, offers, *closed)
            found.orders.update(of_orders.lists(k, near=near))
            found.offers.update(of_offers.lists(k, near=near))
        return found

    def _find(
        self,
        orders: Collection[int],
        offers: Collection[int],
        order_ends: Cutoffs,
        offer_ends: Cutoffs,
    ) -> tuple[Findings, Findings]:
        """Compare posts of either side with the category index of the other."""
        asked, made, exclusions = (
            self._slice.orders,
            self._slice.offers,
            Exclusions.load(orders, offers),
        )
        width = _width(exclusions)
        of_orders = rank_orders(
            self._request, _rows(asked, orders), self._category_index["offer"], offer_ends, width
        )
        of_offers = rank_offers(
            self._request, _rows(made, offers), self._category_index["order"], order_ends, width
        )
        return (
            Findings(of_orders, asked, made, exclusions.orders),
            Findings(of_offers, made, asked, exclusions.offers),
        )


def empty_lists(posts: Collection[int]) -> RankedLists:
    return {post: [] for post in posts}


def _without(lists: RankedLists, posts: Collection[int]) -> RankedLists:
    return {post: entries for post, entries in lists.items() if post not in posts}


def _width(exclusions: Exclusions) -> int:
    """Give how long lists must be so that enough is left without what is excluded."""
    struck = [len(ids) for side in (exclusions.orders, exclusions.offers) for ids in side.values()]
    return max(settings.MATCHES_PER_POST, NEAR_MISSES_PER_POST) + max(struck, default=0)


def _rows(side: PostArrays[Any], posts: Collection[int]) -> Ints:
    rows = [row for post in sorted(posts) if (row := side.row(post)) is not None]
    return np.array(rows, dtype=np.int64)


def _code(side: PostArrays[Any], row: int) -> UUID:
    return UUID(bytes=bytes(side.columns.code[row]).ljust(16, b"\0"))
