"""The ranking of many posts: group by group over tiles, in threads without the GIL."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.market import Ints
from matchmaking.engine.request import Lists, Request
from matchmaking.engine.tiles import (
    ROW,
    Columns,
    OfferTiles,
    OrderTiles,
    groups,
    lay_offers,
    lay_orders,
    offers_of,
    orders_of,
)

POSTS_A_TASK = 512
Task: TypeAlias = Callable[[], None]


@dataclass(slots=True, kw_only=True, eq=False)
class WantedLists:
    """The posts of one side whose lists are asked for, and all lists of that side."""

    rows: Ints
    is_wanted: NDArray[np.bool_]
    lists: Lists
    pairs: int = 0

    @classmethod
    def of(cls, request: Request, rows: Ints, length: int) -> "WantedLists":
        """Start with empty lists."""
        is_wanted = np.zeros(length, dtype=bool)
        is_wanted[rows] = True
        lists = request.no_lists(length if len(rows) else 0)
        return cls(rows=rows, is_wanted=is_wanted, lists=lists)

    def parts(self, posts: OrderTiles | OfferTiles, real: int) -> list[Ints]:
        places = np.flatnonzero(self.is_wanted[posts.ints[ROW, :real]])
        return [places[at : at + POSTS_A_TASK] for at in range(0, len(places), POSTS_A_TASK)]

    def found(self) -> tuple[Lists, int]:
        if not len(self.rows):
            return self.lists, 0
        return (self.lists[0][self.rows], self.lists[1][self.rows]), self.pairs


WantedBothWays: TypeAlias = tuple[WantedLists, WantedLists]


def best(
    request: Request, orders: Ints, offers: Ints, threads: int
) -> tuple[tuple[Lists, int], tuple[Lists, int]]:
    """Find the lists of some orders and of some offers, and count the pairs of each.

    Groups follow each other: while one is scanned the next is laid out, so that two lie
    in memory at most.
    """
    market = request.market
    if not len(orders) and not len(offers):
        return (request.no_lists(0), 0), (request.no_lists(0), 0)
    sides = (
        WantedLists.of(request, orders, len(market.orders)),
        WantedLists.of(request, offers, len(market.offers)),
    )
    columns = Columns(request)
    work = iter(groups(request.likeness))
    scans: list[Future[None]] = []
    with ThreadPoolExecutor(threads) as pool:
        laid = _lay_next(pool, columns, work, sides)
        while laid is not None:
            tasks = laid.result()
            laid = _lay_next(pool, columns, work, sides)
            scans += [pool.submit(task) for task in tasks]
        for scan in scans:
            scan.result()
    return sides[0].found(), sides[1].found()


def _lay_next(
    pool: ThreadPoolExecutor, columns: Columns, work: Iterator[Ints], sides: WantedBothWays
) -> Future[list[Task]] | None:
    categories = next(work, None)
    return None if categories is None else pool.submit(_lay, columns, categories, sides)


def _lay(columns: Columns, categories: Ints, sides: WantedBothWays) -> list[Task]:
    """Lay out a group, and give the scans of the posts that are wanted in it."""
    # numba is 200 MB and seconds to load: only a process that ranks pays for it.
    from matchmaking.engine import scan  # noqa: PLC0415

    request = columns.request
    order_rows = orders_of(columns, categories)
    offer_rows, likeness = offers_of(columns, categories)
    if not len(order_rows) or not len(offer_rows):
        return []
    orders = lay_orders(columns, categories, order_rows)
    offers = lay_offers(columns, offer_rows, likeness)
    scan.lay_weeks(
        request.market.cumulated,
        offers.ints[ROW],
        columns.release,
        columns.first,
        offers.weeks,
        offers.zone_high,
        offers.zone_low,
    )
    shared = (columns.arrays, columns.margin)
    tasks: list[Task] = []
    kernels = scan.scan_orders, scan.scan_offers
    parts = sides[0].parts(orders, len(order_rows)), sides[1].parts(offers, len(offer_rows))
    for side, kernel, cut in zip(sides, kernels, parts, strict=True):
        tasks += [partial(kernel, orders, offers, part, *shared, *side.lists) for part in cut]
    is_alike = likeness > 0
    local = np.searchsorted(categories, request.market.orders.category[order_rows])
    wanted = sides[0].is_wanted[order_rows], sides[1].is_wanted[offer_rows]
    sides[0].pairs += int(is_alike.sum(axis=1)[local[wanted[0]]].sum())
    asked = np.bincount(local, minlength=len(categories))
    sides[1].pairs += int((asked @ is_alike)[wanted[1]].sum())
    return tasks
