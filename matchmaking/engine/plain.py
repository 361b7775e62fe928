"""The ranking of a few posts: every pair judged one by one, nothing laid out before."""

from collections.abc import Iterator

import numpy as np

from matchmaking.engine import formula
from matchmaking.engine.market import Floats, Ints
from matchmaking.engine.request import Lists, Request


def best_offers(request: Request, rows: Ints) -> tuple[Lists, int]:
    """Find the lists of some orders, in the order of ``rows``, and count the pairs."""
    every = np.arange(len(request.market.offers))
    lists, none = request.no_lists(len(rows)), _no_width(len(every))
    slots = np.arange(len(rows))
    return lists, sum(
        _sweep(request, rows[chosen], slots[chosen], fitting, fitting, likeness, lists, none)
        for chosen, fitting, likeness in tasks(request, rows, every)
    )


def best_orders(request: Request, rows: Ints) -> tuple[Lists, int]:
    """Find the lists of some offers, in the order of ``rows``, and count the pairs."""
    every = np.arange(len(request.market.orders))
    lists, none = request.no_lists(len(rows)), _no_width(len(every))
    return lists, sum(
        _sweep(request, chosen, chosen, rows[fitting], fitting, likeness, none, lists)
        for chosen, fitting, likeness in tasks(request, every, rows)
    )


def tasks(request: Request, orders: Ints, offers: Ints) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield, by category, the places of its orders, of offers that serve it, their likeness."""
    columns = request.market.offers
    if not len(offers):
        return
    starts, ends = columns.category_starts[offers], columns.category_starts[offers + 1]
    counts = ends - starts
    begins = np.concatenate(([0], np.cumsum(counts)[:-1]))
    values = columns.category_values[
        np.repeat(starts - begins, counts) + np.arange(int(counts.sum()))
    ]
    categories = request.market.orders.category[orders]
    for category in np.unique(categories).tolist():
        best = np.maximum.reduceat(request.likeness[category][values], begins)
        fitting = np.flatnonzero(best > 0)
        if len(fitting):
            yield np.flatnonzero(categories == category), fitting, best[fitting]


def _sweep(
    request: Request,
    orders: Ints,
    order_slots: Ints,
    offers: Ints,
    offer_slots: Ints,
    likeness: Floats,
    order_lists: Lists,
    offer_lists: Lists,
) -> int:
    # numba is 200 MB and seconds to load: only a process that ranks pays for it.
    from matchmaking.engine import kernel  # noqa: PLC0415

    market, profile = request.market, request.profile
    fresh = request.freshness(offers)
    prices = market.offers.price_low_cny[offers], market.offers.price_high_cny[offers]
    kernel.sweep(
        order_matrix(request, orders, order_slots),
        market.orders.price_cny[orders],
        offer_matrix(request, offers, offer_slots),
        np.stack([*prices, likeness, fresh]),
        market.cumulated,
        request.blocked,
        np.array(
            [
                market.base_week,
                profile.wished_buffer_days,
                profile.stale_days,
                request.least,
                request.near,
            ]
        ),
        np.array(request.fractions),
        *order_lists,
        *offer_lists,
    )
    return len(orders) * len(offers)


def order_matrix(request: Request, rows: Ints, slots: Ints) -> Ints:
    """Lay out orders as the kernels read them; ``slots`` are the rows of their lists."""
    from matchmaking.engine import kernel  # noqa: PLC0415 - as above

    columns = request.market.orders
    matrix = np.empty((kernel.ORDER_ROWS, len(rows)), dtype=np.int64)
    matrix[kernel.O_COMPANY] = columns.company[rows]
    matrix[kernel.O_GROUP] = columns.group[rows]
    matrix[kernel.O_CONSTRUCTION] = columns.construction[rows]
    matrix[kernel.O_CERTIFICATES] = columns.certificates[rows]
    matrix[kernel.O_PAIRS] = columns.pairs[rows]
    matrix[kernel.O_PART] = columns.smallest_part[rows]
    matrix[kernel.O_START] = columns.start_week[rows]
    matrix[kernel.O_DUE] = columns.due_week[rows]
    matrix[kernel.O_CLUSTER] = columns.cluster[rows]
    matrix[kernel.O_PROVINCE] = columns.province[rows]
    matrix[kernel.O_RANK] = request.market.order_ranks[rows]
    matrix[kernel.O_SLOT] = slots
    matrix[kernel.O_BLOCKED] = request.orders_with_blocks(rows)
    return matrix


def offer_matrix(request: Request, rows: Ints, slots: Ints) -> Ints:
    """Lay out offers as the kernels read them; ``slots`` are the rows of their lists."""
    from matchmaking.engine import kernel  # noqa: PLC0415 - as above

    columns = request.market.offers
    matrix = np.empty((kernel.OFFER_ROWS, len(rows)), dtype=np.int64)
    matrix[kernel.F_COMPANY] = columns.company[rows]
    matrix[kernel.F_GROUP] = columns.group[rows]
    matrix[kernel.F_CONSTRUCTIONS] = columns.constructions[rows]
    matrix[kernel.F_CERTIFICATES] = columns.certificates[rows]
    matrix[kernel.F_MIN_ORDER] = columns.min_order[rows]
    matrix[kernel.F_LEAD_WEEK] = formula.earliest_week(request.now_day, columns.lead_days[rows])
    matrix[kernel.F_FIRST] = columns.first_week[rows]
    matrix[kernel.F_CLUSTER] = columns.cluster[rows]
    matrix[kernel.F_PROVINCE] = columns.province[rows]
    matrix[kernel.F_AGE] = columns.age_days[rows]
    matrix[kernel.F_RANK] = request.market.offer_ranks[rows]
    matrix[kernel.F_ROW] = rows
    matrix[kernel.F_SLOT] = slots
    return matrix


def _no_width(rows: int) -> Lists:
    return np.empty((rows, 0), dtype=np.int32), np.empty((rows, 0), dtype=np.int32)
