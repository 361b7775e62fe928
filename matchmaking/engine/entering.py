"""Where a few changed posts enter: their own lists, and whose lists they come into.

Each pair is scored once, for the pairs that pass and for those that nearly do.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine import plain
from matchmaking.engine.market import Ints
from matchmaking.engine.request import Request

Ends = NDArray[np.int32]
OPEN = -1  # the end of a list that is not full: every score enters
CLOSED = np.iinfo(np.int32).max
ROOM = 4096  # pairs a changed post, before the room has to grow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entering:
    """What changed posts bring, by rows of the market.

    ``scores[near, i]`` in hundredths and ``others[near, i]`` are the best counterparts of
    ``rows[i]``, best first, -1 behind the last. ``found`` holds a line for each pair whose
    score reaches the other post's end: row of the changed post, row of the other, near,
    hundredths.
    """

    rows: Ints
    scores: NDArray[np.int32]
    others: NDArray[np.int32]
    found: Ints
    pairs: int

    def where(self, enters: Callable[[Ints], NDArray[np.bool_]]) -> "Entering":
        """Keep of what was found the lines that ``enters`` says."""
        return replace(self, found=self.found[enters(self.found)])


def orders_enter(request: Request, rows: Ints, ends: Ends, width: int) -> Entering:
    """Judge some orders against all offers; ``ends[near, row]`` are those of the offers."""
    return _enter(request, rows, ends, width, is_order=True)


def offers_enter(request: Request, rows: Ints, ends: Ends, width: int) -> Entering:
    """Judge some offers against all orders; ``ends[near, row]`` are those of the orders."""
    return _enter(request, rows, ends, width, is_order=False)


def _enter(request: Request, rows: Ints, ends: Ends, width: int, *, is_order: bool) -> Entering:
    room = ROOM * max(1, len(rows))
    while True:
        lists = replace(request, k=width, near=not is_order).no_lists(2 * len(rows))
        own = lists[0].reshape(2, -1, width), lists[1].reshape(2, -1, width)
        found = np.empty((room, 4), dtype=np.int64)
        count, pairs = _sweep(request, rows, ends, own, found, is_order=is_order)
        if count <= room:
            break
        room = count
    ranks = request.market.offer_ranks if is_order else request.market.order_ranks
    by_rank = np.full(len(ranks) + 1, -1, dtype=np.int32)
    by_rank[ranks] = np.arange(len(ranks))
    found = found[:count]
    found[:, 0] = rows[found[:, 0]]
    return Entering(rows=rows, scores=own[0], others=by_rank[own[1]], found=found, pairs=pairs)


def _sweep(
    request: Request,
    rows: Ints,
    ends: Ends,
    own: tuple[NDArray[np.int32], NDArray[np.int32]],
    found: Ints,
    *,
    is_order: bool,
) -> tuple[int, int]:
    """Go through the categories; give the pairs found and the pairs judged."""
    # numba is 200 MB and seconds to load: only a process that ranks pays for it.
    from matchmaking.engine import kernel  # noqa: PLC0415

    market, profile = request.market, request.profile
    settings = np.array(
        [
            market.base_week,
            profile.wished_buffer_days,
            profile.stale_days,
            request.least,
            0 if is_order else 1,
        ]
    )
    every_order, every_offer = np.arange(len(market.orders)), np.arange(len(market.offers))
    asked = (
        plain.tasks(request, rows, every_offer)
        if is_order
        else plain.tasks(request, every_order, rows)
    )
    count = pairs = 0
    for chosen, fitting, likeness in asked:
        orders = rows[chosen] if is_order else chosen
        offers = fitting if is_order else rows[fitting]
        fresh = request.freshness(offers)
        prices = market.offers.price_low_cny[offers], market.offers.price_high_cny[offers]
        count += kernel.enter(
            plain.order_matrix(request, orders, chosen),
            market.orders.price_cny[orders],
            plain.offer_matrix(request, offers, fitting),
            np.stack([*prices, likeness, fresh]),
            market.cumulated,
            request.blocked,
            settings,
            np.array(request.fractions),
            *own,
            ends,
            found[min(count, len(found)) :],
        )
        pairs += len(orders) * len(offers)
    return count, pairs
