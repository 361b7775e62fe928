"""What posts that changed list, and whose lists they come into: two ways, one answer.

A small market is loaded from the database each time, a large one is in the worker's
memory (:mod:`matchmaking.matching.resident`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import numpy as np
from django.conf import settings

from matchmaking.engine.entering import CLOSED, Ends, Entering, offers_enter, orders_enter
from matchmaking.matching.lists import Lists, NewLists, entry
from matchmaking.matching.market import Scene
from matchmaking.matching.run import NEAR_MISSES_PER_POST
from matchmaking.matching.vetoes import Vetoes, best_lists

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from matchmaking.engine.market import Ints
    from matchmaking.matching import parts
    from matchmaking.matching.market import Side
    from matchmaking.matching.resident import Resident
    from matchmaking.matching.run import Run


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
            best_lists(self._run, scene, k, near=near, vetoes=self._vetoes)
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
            best = best_lists(run, scene, k, near=near, vetoes=vetoes, only="orders")
            found.orders.update(best.orders)
        if offers:
            made = loader.offers(offers)
            scene = run.set_scene(Scene.of(loader.orders_for(made), made))
            best = best_lists(run, scene, k, near=near, vetoes=vetoes, only="offers")
            found.offers.update(best.offers)
        return found


class ResidentSearch:
    """Asks the market that the worker keeps, which has the ends of all lists beside it."""

    def __init__(
        self, run: Run, market: Resident, orders: Collection[int], offers: Collection[int]
    ) -> None:
        self._scene = run.set_scene(market.scene)
        self._changed = orders, offers
        self._request = run.request(self._scene.market)
        self._vetoes = Vetoes.load(orders, offers)
        width = _width(self._vetoes)
        self._shelves = market.shelves
        self._of_orders = self._enter("order", orders, market.ends("offer"), width).where(
            partial(market.enters, "offer")
        )
        self._of_offers = self._enter("offer", offers, market.ends("order"), width).where(
            partial(market.enters, "order")
        )

    def brought(self, k: int, *, near: bool) -> Brought:
        """Give what the changed posts bring."""
        orders, offers, vetoes = self._scene.orders, self._scene.offers, self._vetoes
        return Brought(
            own_orders=_own(self._of_orders, k, orders, offers, vetoes.orders, near=near),
            own_offers=_own(self._of_offers, k, offers, orders, vetoes.offers, near=near),
            orders=_but(
                _entered(self._of_offers, offers, orders, vetoes.offers, near=near),
                self._changed[0],
            ),
            offers=_but(
                _entered(self._of_orders, orders, offers, vetoes.orders, near=near),
                self._changed[1],
            ),
            pairs_scored=self._of_orders.pairs + self._of_offers.pairs,
        )

    def filled(
        self, k: int, orders: Sequence[int], offers: Sequence[int], *, near: bool
    ) -> NewLists:
        """Give the lists of posts from everything that could fit them."""
        found = NewLists(orders=empty(orders), offers=empty(offers))
        if not orders and not offers:
            return found
        vetoes = Vetoes.load(orders, offers)
        sides = self._scene.orders, self._scene.offers
        closed = [np.full((len(side), 2), CLOSED, dtype=np.int32) for side in sides]
        width = _width(vetoes)
        best = self._enter("order", orders, closed[1], width)
        found.orders.update(_own(best, k, *sides, vetoes.orders, near=near))
        best = self._enter("offer", offers, closed[0], width)
        found.offers.update(_own(best, k, *sides[::-1], vetoes.offers, near=near))
        return found

    def _enter(self, side: parts.Side, posts: Collection[int], ends: Ends, width: int) -> Entering:
        """Compare posts of one side with the shelves of the other."""
        if side == "order":
            rows = _rows(self._scene.orders, posts)
            return orders_enter(self._request, rows, self._shelves["offer"], ends, width)
        rows = _rows(self._scene.offers, posts)
        return offers_enter(self._request, rows, self._shelves["order"], ends, width)


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


def _own(
    found: Entering,
    k: int,
    own: Side[Any],
    others: Side[Any],
    vetoed: Mapping[int, frozenset[int]],
    *,
    near: bool,
) -> Lists:
    """Give the lists of the changed posts; posts without a pair are absent."""
    lists: Lists = {}
    scores, rows = found.scores[int(near)].tolist(), found.others[int(near)].tolist()
    for slot, row in enumerate(found.rows.tolist()):
        post = int(own.ids[row])
        entries = [
            entry(score, _code(others, other), pk)
            for score, other in zip(scores[slot], rows[slot], strict=True)
            if other >= 0 and (pk := int(others.ids[other])) not in vetoed.get(post, ())
        ]
        if entries:
            lists[post] = entries[:k]
    return lists


def _entered(
    found: Entering,
    own: Side[Any],
    others: Side[Any],
    vetoed: Mapping[int, frozenset[int]],
    *,
    near: bool,
) -> Lists:
    """Give, by other post, the changed ones that reach the end of its list, best first."""
    lists: Lists = {}
    chosen = found.found[found.found[:, 2] == int(near)]
    codes = {row: _code(own, row) for row in np.unique(chosen[:, 0]).tolist()}
    posts, counterparts = own.ids[chosen[:, 0]].tolist(), others.ids[chosen[:, 1]].tolist()
    lines = zip(posts, counterparts, chosen[:, 0].tolist(), chosen[:, 3].tolist(), strict=True)
    for post, other, row, score in lines:
        if other not in vetoed.get(post, ()):
            lists.setdefault(other, []).append(entry(score, codes[row], post))
    for entries in lists.values():
        entries.sort()
    return lists
