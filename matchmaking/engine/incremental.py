"""Incremental ranking of a few changed posts: their own lists, and the lists that they enter.

Each pair is looked at once, for the pairs that pass and for those that nearly do. Only
posts of like categories are, found by a category index.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.market import Ints, OfferColumns, OrderColumns
from matchmaking.engine.market_arrays import market_arrays_of
from matchmaking.engine.request import Lists, Request

Cutoffs = NDArray[np.int32]
CategoryIndex = tuple[Ints, Ints]
"""Where the rows of each category start, and the rows of one side by category, rising in each."""

OPEN = -1  # the cutoff of a list that is not full: every score enters
CLOSED = np.iinfo(np.int32).max
ROOM = 4096  # pairs a changed post, before the room has to grow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncrementalResult:
    """The lists of changed posts, and the lists that they enter, by rows of the market.

    ``scores[near, i]`` in hundredths and ``others[near, i]`` are the best counterparts of
    ``rows[i]``, best first, -1 behind the last. ``found`` holds a line for each pair whose
    score reaches the cutoff of the other post's list: row of the changed post, row of the other, near,
    hundredths. ``pairs`` were compared.
    """

    rows: Ints
    scores: NDArray[np.int32]
    others: NDArray[np.int32]
    found: Ints
    pairs: int

    def where(self, enters: Callable[[Ints], NDArray[np.bool_]]) -> "IncrementalResult":
        return replace(self, found=self.found[enters(self.found)])


def index_orders(orders: OrderColumns, categories: int) -> CategoryIndex:
    return _category_index(orders.category, np.arange(len(orders)), categories)


def index_offers(offers: OfferColumns, categories: int) -> CategoryIndex:
    owners = np.repeat(np.arange(len(offers)), np.diff(offers.category_starts))
    return _category_index(offers.category_values, owners, categories)


def rank_orders(
    request: Request, rows: Ints, category_index: CategoryIndex, cutoffs: Cutoffs, width: int
) -> IncrementalResult:
    return _rank(request, rows, category_index, cutoffs, width, is_order=True)


def rank_offers(
    request: Request, rows: Ints, category_index: CategoryIndex, cutoffs: Cutoffs, width: int
) -> IncrementalResult:
    return _rank(request, rows, category_index, cutoffs, width, is_order=False)


def best_offers(request: Request, rows: Ints) -> tuple[Lists, int]:
    offers = request.market.offers
    index = index_offers(offers, len(request.likeness))
    return _best(request, rows, index, len(offers), is_order=True)


def best_orders(request: Request, rows: Ints) -> tuple[Lists, int]:
    orders = request.market.orders
    index = index_orders(orders, len(request.likeness))
    return _best(request, rows, index, len(orders), is_order=False)


def _best(
    request: Request, rows: Ints, category_index: CategoryIndex, others: int, *, is_order: bool
) -> tuple[Lists, int]:
    """Find the lists of posts whose own lists alone are asked for: no other list has room."""
    cutoffs = np.full((others, 2), CLOSED, dtype=np.int32)
    lists, _, pairs = _compare(request, rows, category_index, cutoffs, request.k, is_order=is_order)
    near = int(request.near)
    return (lists[0][near], lists[1][near]), pairs


def _category_index(kinds: Ints, rows: Ints, categories: int) -> CategoryIndex:
    starts = np.concatenate(([0], np.cumsum(np.bincount(kinds, minlength=categories))))
    # Sixteen bits sort in one pass.
    return starts, rows[np.argsort(kinds.astype(np.int16), kind="stable")]


def _rank(
    request: Request,
    rows: Ints,
    category_index: CategoryIndex,
    cutoffs: Cutoffs,
    width: int,
    *,
    is_order: bool,
) -> IncrementalResult:
    by_code = request.market.offer_ranks if is_order else request.market.order_ranks
    (scores, ranks), found, pairs = _compare(
        request, rows, category_index, cutoffs, width, is_order=is_order
    )
    by_rank = np.full(len(by_code) + 1, -1, dtype=np.int32)
    by_rank[by_code] = np.arange(len(by_code))
    return IncrementalResult(
        rows=rows, scores=scores, others=by_rank[ranks], found=found, pairs=pairs
    )


def _compare(
    request: Request,
    rows: Ints,
    category_index: CategoryIndex,
    cutoffs: Cutoffs,
    width: int,
    *,
    is_order: bool,
) -> tuple[Lists, Ints, int]:
    """Give lists by near and slot, the lines of ``IncrementalResult.found``, and the pairs."""
    # numba is 200 MB and seconds to load: only a process that ranks pays for it.
    from matchmaking.engine import incremental_kernel  # noqa: PLC0415

    arrays, room = market_arrays_of(request), ROOM * max(1, len(rows))
    while True:
        scores, ranks = np.full((2, 2, len(rows), width), -1, dtype=np.int32)
        found = np.empty((room, 4), dtype=np.int64)
        count, pairs = incremental_kernel.rank_changed(
            arrays, is_order, rows, category_index, cutoffs, scores, ranks, found
        )
        if count <= room:
            return (scores, ranks), found[:count], pairs
        room = count
