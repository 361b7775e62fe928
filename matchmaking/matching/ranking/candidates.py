"""What posts that changed list, and whose lists they come into: two ways, one answer.

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

from matchmaking.engine.incremental import CLOSED, Ends, Entering, offers_enter, orders_enter
from matchmaking.matching.models import NEAR_MISSES_PER_POST
from matchmaking.matching.ranking.exclusions import BestLists, Vetoes, best_of
from matchmaking.matching.ranking.market import Scene
from matchmaking.matching.ranking.ranked_lists import Lists, NewLists, entry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from matchmaking.engine.market import Ints
    from matchmaking.matching.ranking.context import Run
    from matchmaking.matching.ranking.market import Side
    from matchmaking.matching.ranking.market_cache import Resident


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The lists of changed posts, and by other post the changed ones that may enter its list."""

    own_orders: Lists
    own_offers: Lists
    orders: Lists
    offers: Lists
    pairs_scored: int


class Search(Protocol):
    """Finds lists, of matches or of near misses, without pairs that were answered."""

    def brought(self, k: int, *, near: bool) -> Brought:
        """Give what the changed posts bring."""

    def filled(
        self, k: int, orders: Sequence[int], offers: Sequence[int], *, near: bool
    ) -> NewLists:
        """Give the lists of posts from everything that could fit them."""


class LoadedSearch:
    """Loads, for each question, the posts of like categories."""

    def __init__(self, run: Run, orders: Collection[int], offers: Collection[int]) -> None:
        self._run, loader = run, run.loader
        self._changed = orders, offers
        own_orders, own_offers = loader.orders(sorted(orders)), loader.offers(sorted(offers))
        self._to_offers = run.set_scene(Scene.of(loader.orders_for(own_offers), own_offers))
        self._to_orders = run.set_scene(Scene.of(own_orders, loader.offers_for(own_orders)))
        self._vetoes = Vetoes.load(orders, offers)

    def brought(self, k: int, *, near: bool) -> Brought:
        """Give what the changed posts bring."""
        of_offers, of_orders = (
            BestLists.of(scene, best_of(self._run, scene, k, near=near, vetoes=self._vetoes))
            for scene in (self._to_offers, self._to_orders)
        )
        return Brought(
            own_orders=of_orders.orders,
            own_offers=of_offers.offers,
            orders=_but(of_offers.orders, self._changed[0]),
            offers=_but(of_orders.offers, self._changed[1]),
            pairs_scored=of_offers.pairs_scored + of_orders.pairs_scored,
        )

    def filled(
        self, k: int, orders: Sequence[int], offers: Sequence[int], *, near: bool
    ) -> NewLists:
        """Give the lists of posts from everything that could fit them."""
        found = NewLists(orders=empty(orders), offers=empty(offers))
        run, loader, vetoes = self._run, self._run.loader, Vetoes.load(orders, offers)
        if orders:
            own = loader.orders(orders)
            scene = run.set_scene(Scene.of(own, loader.offers_for(own)))
            best = best_of(run, scene, k, near=near, vetoes=vetoes, only="orders")
            found.orders.update(BestLists.of(scene, best).orders)
        if offers:
            made = loader.offers(offers)
            scene = run.set_scene(Scene.of(loader.orders_for(made), made))
            best = best_of(run, scene, k, near=near, vetoes=vetoes, only="offers")
            found.offers.update(BestLists.of(scene, best).offers)
        return found


@dataclass(frozen=True, slots=True)
class Findings:
    """What posts of one side found in memory, by ids, without pairs that were answered."""

    found: Entering
    own: Side[Any]
    others: Side[Any]
    vetoed: Mapping[int, frozenset[int]]

    def lists(self, k: int, *, near: bool) -> Lists:
        """Give the lists of the posts; posts without a pair are absent."""
        lists: Lists = {}
        scores, rows = self.found.scores[int(near)].tolist(), self.found.others[int(near)].tolist()
        for slot, row in enumerate(self.found.rows.tolist()):
            post = int(self.own.ids[row])
            entries = [
                entry(score, _code(self.others, other), pk)
                for score, other in zip(scores[slot], rows[slot], strict=True)
                if other >= 0 and (pk := int(self.others.ids[other])) not in self._vetoes_of(post)
            ]
            if entries:
                lists[post] = entries[:k]
        return lists

    def entered(self, *, near: bool) -> Lists:
        """Give, by other post, the posts that reach the end of its list, best first."""
        lists: Lists = {}
        chosen = self.found.found[self.found.found[:, 2] == int(near)]
        rows = chosen[:, 0].tolist()
        codes = {row: _code(self.own, row) for row in set(rows)}
        posts, others = self.own.ids[rows].tolist(), self.others.ids[chosen[:, 1]].tolist()
        for post, other, row, score in zip(posts, others, rows, chosen[:, 3].tolist(), strict=True):
            if other not in self._vetoes_of(post):
                lists.setdefault(other, []).append(entry(score, codes[row], post))
        for entries in lists.values():
            entries.sort()
        return lists

    def where(self, enters: Callable[[Ints], NDArray[np.bool_]]) -> Findings:
        """Keep of the pairs that reach an end those that ``enters`` says."""
        return replace(self, found=self.found.where(enters))

    def _vetoes_of(self, post: int) -> frozenset[int]:
        return self.vetoed.get(post, frozenset())


class ResidentSearch:
    """Asks the market that the worker keeps, which has the ends of all lists beside it."""

    def __init__(
        self, run: Run, market: Resident, orders: Collection[int], offers: Collection[int]
    ) -> None:
        self._scene = run.set_scene(market.scene)
        self._changed = orders, offers
        self._request = run.request(self._scene.market)
        self._shelves = market.shelves
        of_orders, of_offers = self._find(
            orders, offers, market.ends("order"), market.ends("offer")
        )
        self._of_orders = of_orders.where(partial(market.enters, "offer"))
        self._of_offers = of_offers.where(partial(market.enters, "order"))

    def brought(self, k: int, *, near: bool) -> Brought:
        """Give what the changed posts bring."""
        return Brought(
            own_orders=self._of_orders.lists(k, near=near),
            own_offers=self._of_offers.lists(k, near=near),
            orders=_but(self._of_offers.entered(near=near), self._changed[0]),
            offers=_but(self._of_orders.entered(near=near), self._changed[1]),
            pairs_scored=self._of_orders.found.pairs + self._of_offers.found.pairs,
        )

    def filled(
        self, k: int, orders: Sequence[int], offers: Sequence[int], *, near: bool
    ) -> NewLists:
        """Give the lists of posts from everything that could fit them."""
        found = NewLists(orders=empty(orders), offers=empty(offers))
        if orders or offers:
            sides = self._scene.orders, self._scene.offers
            closed = (np.full((len(side), 2), CLOSED, dtype=np.int32) for side in sides)
            of_orders, of_offers = self._find(orders, offers, *closed)
            found.orders.update(of_orders.lists(k, near=near))
            found.offers.update(of_offers.lists(k, near=near))
        return found

    def _find(
        self,
        orders: Collection[int],
        offers: Collection[int],
        order_ends: Ends,
        offer_ends: Ends,
    ) -> tuple[Findings, Findings]:
        """Compare posts of either side with the shelves of the other."""
        asked, made, vetoes = self._scene.orders, self._scene.offers, Vetoes.load(orders, offers)
        width = _width(vetoes)
        of_orders = orders_enter(
            self._request, _rows(asked, orders), self._shelves["offer"], offer_ends, width
        )
        of_offers = offers_enter(
            self._request, _rows(made, offers), self._shelves["order"], order_ends, width
        )
        return (
            Findings(of_orders, asked, made, vetoes.orders),
            Findings(of_offers, made, asked, vetoes.offers),
        )


def empty(posts: Collection[int]) -> Lists:
    """Give lists without an entry."""
    return {post: [] for post in posts}


def _but(lists: Lists, posts: Collection[int]) -> Lists:
    return {post: entries for post, entries in lists.items() if post not in posts}


def _width(vetoes: Vetoes) -> int:
    """Give how long lists must be so that enough is left without what is vetoed."""
    struck = [len(ids) for side in (vetoes.orders, vetoes.offers) for ids in side.values()]
    return max(settings.MATCHES_PER_POST, NEAR_MISSES_PER_POST) + max(struck, default=0)


def _rows(side: Side[Any], posts: Collection[int]) -> Ints:
    rows = [row for post in sorted(posts) if (row := side.row(post)) is not None]
    return np.array(rows, dtype=np.int64)


def _code(side: Side[Any], row: int) -> UUID:
    return UUID(bytes=bytes(side.columns.code[row]).ljust(16, b"\0"))
