"""Where a few changed posts enter: their own lists, and whose lists they come into.

Each pair is looked at once, for the pairs that pass and for those that nearly do. Only
posts of like categories are, which stand on shelves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.market import Ints, OfferColumns, OrderColumns
from matchmaking.engine.market_arrays import sides_of
from matchmaking.engine.request import Request

Ends = NDArray[np.int32]
Shelves = tuple[Ints, Ints]
"""Where the rows of each category start, and the rows of one side by category, rising in each."""

OPEN = -1  # the end of a list that is not full: every score enters
CLOSED = np.iinfo(np.int32).max
ROOM = 4096  # pairs a changed post, before the room has to grow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entering:
    """What changed posts bring, by rows of the market.

    ``scores[near, i]`` in hundredths and ``others[near, i]`` are the best counterparts of
    ``rows[i]``, best first, -1 behind the last. ``found`` holds a line for each pair whose
    score reaches the other post's end: row of the changed post, row of the other, near,
    hundredths. ``pairs`` were compared.
    """

    rows: Ints
    scores: NDArray[np.int32]
    others: NDArray[np.int32]
    found: Ints
    pairs: int

    def where(self, enters: Callable[[Ints], NDArray[np.bool_]]) -> "Entering":
        """Keep of what was found the lines that ``enters`` says."""
        return replace(self, found=self.found[enters(self.found)])


def shelve_orders(orders: OrderColumns, categories: int) -> Shelves:
    """Sort orders by the category that they ask for."""
    return _shelved(orders.category, np.arange(len(orders)), categories)


def shelve_offers(offers: OfferColumns, categories: int) -> Shelves:
    """Sort offers by category; one of several stands on several shelves."""
    owners = np.repeat(np.arange(len(offers)), np.diff(offers.category_starts))
    return _shelved(offers.category_values, owners, categories)


def orders_enter(
    request: Request, rows: Ints, shelves: Shelves, ends: Ends, width: int
) -> Entering:
    """Compare some orders with the offers; ``ends[row, near]`` are those of the offers."""
    return _enter(request, rows, shelves, ends, width, is_order=True)


def offers_enter(
    request: Request, rows: Ints, shelves: Shelves, ends: Ends, width: int
) -> Entering:
    """Compare some offers with the orders; ``ends[row, near]`` are those of the orders."""
    return _enter(request, rows, shelves, ends, width, is_order=False)


def _shelved(kinds: Ints, rows: Ints, categories: int) -> Shelves:
    starts = np.concatenate(([0], np.cumsum(np.bincount(kinds, minlength=categories))))
    # Sixteen bits sort in one pass.
    return starts, rows[np.argsort(kinds.astype(np.int16), kind="stable")]


def _enter(
    request: Request, rows: Ints, shelves: Shelves, ends: Ends, width: int, *, is_order: bool
) -> Entering:
    # numba is 200 MB and seconds to load: only a process that ranks pays for it.
    from matchmaking.engine import incremental_kernel  # noqa: PLC0415

    sides, room = sides_of(request), ROOM * max(1, len(rows))
    while True:
        scores, ranks = np.full((2, 2, len(rows), width), -1, dtype=np.int32)
        found = np.empty((room, 4), dtype=np.int64)
        count, pairs = incremental_kernel.enter(
            sides, is_order, rows, shelves, ends, scores, ranks, found
        )
        if count <= room:
            break
        room = count
    by_code = request.market.offer_ranks if is_order else request.market.order_ranks
    by_rank = np.full(len(by_code) + 1, -1, dtype=np.int32)
    by_rank[by_code] = np.arange(len(by_code))
    return Entering(
        rows=rows, scores=scores, others=by_rank[ranks], found=found[:count], pairs=pairs
    )
