"""Exact best lists both ways over a market."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine import formula
from matchmaking.engine.market import Floats, Ints, Market
from matchmaking.engine.scoring import least_hundredths
from matchmaking.engine.types import BlockedPairs, Likeness, Offer, Order, Profile, blocked_pairs

Rows: TypeAlias = Ints | list[int] | None
Task: TypeAlias = tuple[Ints, Ints, Floats]
Lists: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32]]

MOST_THREADS = 2
ORDERS_A_TASK = 2048
PAIRS_WORTH_A_THREAD = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Best:
    """The best counterparts of some rows: best score first, ties by code.

    ``others[i]`` are the counterparts' rows of ``rows[i]``, -1 behind the last, and
    ``scores[i]`` their scores in [0, 100], 0.0 there.
    """

    rows: Ints
    others: NDArray[np.int32]
    scores: Floats

    def of(self, row: int) -> list[tuple[int, float]]:
        """Give counterparts and scores of one row of the market.

        :raises KeyError: when the row was not ranked
        """
        places = np.flatnonzero(self.rows == row)
        if not len(places):
            raise KeyError(row)
        others, scores = self.others[places[0]].tolist(), self.scores[places[0]].tolist()
        return [pair for pair in zip(others, scores, strict=True) if pair[0] >= 0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """The best offers by order, the best orders by offer, and the pairs scored.

    ``pairs_scored`` counts the pairs that passed every gate, whatever their score; when
    both sides are subsets, a pair of two chosen rows counts once for each side.
    """

    by_order: Best
    by_offer: Best
    pairs_scored: int


def rank(
    market: Market,
    *,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
    now_day: int,
    k: int = 10,
    orders: Rows = None,
    offers: Rows = None,
    threads: int = MOST_THREADS,
) -> Ranking:
    """Find the k best proposed offers of each order, and orders of each offer.

    ``orders`` and ``offers`` name the rows whose lists are wanted: None is all, an
    empty list none. Every list is exact against the whole other side.
    """
    run = _Run(market, profile, likeness, blocked, now_day, threads=threads, near=False)
    return run.rank(k, orders, offers)


def near_candidates(
    market: Market,
    *,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
    now_day: int,
    k: int = 3,
    orders: Rows = None,
    offers: Rows = None,
    threads: int = MOST_THREADS,
) -> Ranking:
    """Find the k pairs of each row that fail by one mendable cause, by score as it is.

    Give them to ``near_miss.near_miss``, which may still find no single change.
    """
    run = _Run(market, profile, likeness, blocked, now_day, threads=threads, near=True)
    return run.rank(k, orders, offers)


def warm() -> None:
    """Load the compiled kernels, or compile them once, so that the first rank is quick."""
    order = Order(
        code="a", company=1, category=0, pairs=2, smallest_part=1, start_week=1, due_week=2
    )
    offer = Offer(code="b", company=2, categories=(0,), first_week=0, free=(0, 1, 1))
    market = Market.from_posts([order], [offer])
    likeness = np.ones((1, 1), dtype=np.float32)
    for find in (rank, near_candidates):
        find(market, profile=Profile(), likeness=likeness, blocked=blocked_pairs(), now_day=0)
    empty = np.full((1, 1), -1, dtype=np.int32)
    _kernel().merge(empty, empty.copy(), empty, empty)


def _kernel() -> ModuleType:
    # numba is 200 MB and seconds to load: only a process that ranks pays for it.
    from matchmaking.engine import kernel  # noqa: PLC0415

    return kernel


class _Run:
    """One ranking: the market as the kernel's matrices, and the settings as arrays."""

    def __init__(
        self,
        market: Market,
        profile: Profile,
        likeness: Likeness,
        blocked: BlockedPairs,
        now_day: int,
        *,
        threads: int,
        near: bool,
    ) -> None:
        self.market = market
        self.kernel = _kernel()
        self.now_day = now_day
        self.threads = min(threads, MOST_THREADS)
        self.likeness = np.floor(np.asarray(likeness, np.float64) * 1_000_000.0 + 0.5) / 1_000_000.0
        self.blocked = np.ascontiguousarray(blocked, dtype=np.int64)
        least = 0 if near else least_hundredths(profile)
        self.settings = np.array(
            [
                market.base_week,
                profile.wished_buffer_days,
                profile.stale_days,
                least,
                int(near),
            ],
            dtype=np.int64,
        )
        self.fractions = np.array(
            [*profile.weights, profile.stale_volume_share, profile.price_tolerance]
        )
        ages, places = np.unique(market.offers.age_days, return_inverse=True)
        fresh = [formula.freshness(age, profile.fresh_horizon_days) for age in ages.tolist()]
        self.freshness = np.array(fresh, dtype=np.float64)[places]
        self.orders = self._order_matrix()
        self.offers = self._offer_matrix()

    def rank(self, k: int, orders: Rows, offers: Rows) -> Ranking:
        """Sweep once when both sides are whole, else once for each side."""
        order_lists = _empty(len(self.market.orders), k)
        offer_lists = _empty(len(self.market.offers), k)
        no_orders, no_offers = (
            _empty(len(self.market.orders), 0),
            _empty(len(self.market.offers), 0),
        )
        order_rows = _chosen(orders, len(self.market.orders))
        offer_rows = _chosen(offers, len(self.market.offers))
        if orders is None and offers is None:
            scored = self._sweep(order_rows, offer_rows, order_lists, offer_lists)
        else:
            every_order, every_offer = (
                _chosen(None, len(no_orders[0])),
                _chosen(None, len(no_offers[0])),
            )
            scored = self._sweep(order_rows, every_offer, order_lists, no_offers)
            scored += self._sweep(every_order, offer_rows, no_orders, offer_lists)
        return Ranking(
            by_order=_best(order_rows, order_lists, self.market.offer_ranks),
            by_offer=_best(offer_rows, offer_lists, self.market.order_ranks),
            pairs_scored=scored,
        )

    def _sweep(self, orders: Ints, offers: Ints, order_lists: Lists, offer_lists: Lists) -> int:
        """Sweep the chosen rows by category group, in threads when it pays."""
        if not len(orders) or not len(offers):
            return 0
        tasks = list(self._tasks(orders, offers))
        work = sum(len(rows) * len(group) for rows, group, _ in tasks)
        if self.threads == 1 or len(tasks) == 1 or work < PAIRS_WORTH_A_THREAD:
            return self._share(tasks, order_lists, offer_lists)
        # An order stands in one task alone; an offer in several, so each thread keeps
        # lists of its own, merged at the end.
        rows, k = offer_lists[0].shape
        own = [_empty(rows, k) for _ in range(self.threads)]
        with ThreadPoolExecutor(self.threads) as pool:
            counts = [
                pool.submit(self._share, tasks[start :: self.threads], order_lists, lists)
                for start, lists in enumerate(own)
            ]
            scored = sum(count.result() for count in counts)
        for lists in own if k else ():
            self.kernel.merge(*offer_lists, *lists)
        return scored

    def _share(self, tasks: Sequence[Task], order_lists: Lists, offer_lists: Lists) -> int:
        """Sweep one thread's share of the tasks."""
        return sum(
            self._task(orders, offers, likeness, order_lists, offer_lists)
            for orders, offers, likeness in tasks
        )

    def _tasks(self, orders: Ints, offers: Ints) -> Iterator[Task]:
        """Cut the work by category and by chunks of orders: order rows, offer rows, likeness."""
        columns = self.market.offers
        categories = self.market.orders.category[orders]
        for category in np.unique(categories).tolist():
            alike = self.likeness[category][columns.category_values]
            best = np.maximum.reduceat(alike, columns.category_starts[:-1])[offers]
            fitting = np.flatnonzero(best > 0)
            rows = orders[categories == category]
            for start in range(0, len(rows) if len(fitting) else 0, ORDERS_A_TASK):
                yield rows[start : start + ORDERS_A_TASK], offers[fitting], best[fitting]

    def _task(
        self, orders: Ints, offers: Ints, likeness: Floats, order_lists: Lists, offer_lists: Lists
    ) -> int:
        columns = self.market.offers
        prices = columns.price_low_cny[offers], columns.price_high_cny[offers]
        return int(
            self.kernel.sweep(
                np.ascontiguousarray(self.orders[:, orders]),
                self.market.orders.price_cny[orders],
                np.ascontiguousarray(self.offers[:, offers]),
                np.stack([*prices, likeness, self.freshness[offers]]),
                self.market.cumulated,
                self.blocked,
                self.settings,
                self.fractions,
                *order_lists,
                *offer_lists,
            )
        )

    def _order_matrix(self) -> Ints:
        kernel, columns = self.kernel, self.market.orders
        matrix = np.empty((kernel.ORDER_ROWS, len(columns)), dtype=np.int64)
        matrix[kernel.O_COMPANY] = columns.company
        matrix[kernel.O_GROUP] = columns.group
        matrix[kernel.O_CONSTRUCTION] = columns.construction
        matrix[kernel.O_CERTIFICATES] = columns.certificates
        matrix[kernel.O_PAIRS] = columns.pairs
        matrix[kernel.O_PART] = columns.smallest_part
        matrix[kernel.O_START] = columns.start_week
        matrix[kernel.O_DUE] = columns.due_week
        matrix[kernel.O_CLUSTER] = columns.cluster
        matrix[kernel.O_PROVINCE] = columns.province
        matrix[kernel.O_RANK] = self.market.order_ranks
        matrix[kernel.O_ROW] = np.arange(len(columns))
        blockers = np.concatenate([self.blocked >> 32, self.blocked & 0xFFFFFFFF])
        matrix[kernel.O_BLOCKED] = np.isin(columns.company, blockers)
        return matrix

    def _offer_matrix(self) -> Ints:
        kernel, columns = self.kernel, self.market.offers
        matrix = np.empty((kernel.OFFER_ROWS, len(columns)), dtype=np.int64)
        matrix[kernel.F_COMPANY] = columns.company
        matrix[kernel.F_GROUP] = columns.group
        matrix[kernel.F_CONSTRUCTIONS] = columns.constructions
        matrix[kernel.F_CERTIFICATES] = columns.certificates
        matrix[kernel.F_MIN_ORDER] = columns.min_order
        matrix[kernel.F_LEAD_WEEK] = formula.earliest_week(self.now_day, columns.lead_days)
        matrix[kernel.F_FIRST] = columns.first_week
        matrix[kernel.F_CLUSTER] = columns.cluster
        matrix[kernel.F_PROVINCE] = columns.province
        matrix[kernel.F_AGE] = columns.age_days
        matrix[kernel.F_RANK] = self.market.offer_ranks
        matrix[kernel.F_ROW] = np.arange(len(columns))
        return matrix


def _empty(rows: int, k: int) -> Lists:
    return np.full((rows, k), -1, dtype=np.int32), np.full((rows, k), -1, dtype=np.int32)


def _chosen(rows: Rows, length: int) -> Ints:
    return np.arange(length) if rows is None else np.unique(np.asarray(rows, dtype=np.int64))


def _best(rows: Ints, lists: Lists, ranks: Ints) -> Best:
    """Turn hundredths into points, and places by code back into rows."""
    scores, places = lists[0][rows], lists[1][rows]
    by_rank = np.append(np.argsort(ranks), -1)
    others = by_rank[places].astype(np.int32)
    return Best(rows=rows, others=others, scores=np.maximum(scores, 0) / 100.0)
