"""Exact best lists both ways over a market."""

from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine import explain_batch, incremental, tiled
from matchmaking.engine.market import Floats, Ints, Market, OfferColumns, OrderColumns
from matchmaking.engine.request import Lists, Request
from matchmaking.engine.types import BlockedPairs, Likeness, Profile, blocked_pairs

Rows: TypeAlias = Ints | list[int] | None

MOST_THREADS = 2
ROWS_WORTH_TILES = 16  # laying out both sides costs as much as some twice so many single posts


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

    ``pairs_scored`` counts the pairs of like categories that the lists are exact over,
    each judged or ruled out by a bound; once for each side when a side is a subset.
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
    request = Request.of(market, profile, likeness, blocked, now_day, k=k, near=False)
    return _rank(request, orders, offers, threads)


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

    Give them to ``explain_batch.suggest_changes``, which may still find no single change.
    """
    request = Request.of(market, profile, likeness, blocked, now_day, k=k, near=True)
    return _rank(request, orders, offers, threads)


def warm() -> None:
    """Load the compiled kernels, or compile them once, so that the first rank is quick."""
    market = _smallest_market()
    likeness = np.ones((1, 1), dtype=np.float32)
    request = Request.of(market, Profile(), likeness, blocked_pairs(), 0, k=1, near=False)
    row = np.zeros(1, dtype=np.int64)
    tiled.best(request, row, row, threads=1)
    incremental.best_offers(request, row)
    incremental.best_orders(request, row)
    explain_batch.warm(request)


def _smallest_market() -> Market:
    """Lay out an order of two pairs that may be split, and an offer of as many, of others."""
    one = np.ones(1)
    asked: dict[str, Any] = {field.name: one for field in fields(OrderColumns)}
    made: dict[str, Any] = {field.name: one for field in fields(OfferColumns)}
    asked |= {"category": 0 * one, "pairs": 2 * one, "due_week": 2 * one}
    made |= {"company": 2 * one, "group": 2 * one, "free": np.ones((1, 2), dtype=np.int32)}
    made |= {"category_starts": np.arange(2), "category_values": 0 * one}
    return Market.from_columns(OrderColumns(**asked), OfferColumns(**made))


def _rank(request: Request, orders: Rows, offers: Rows, threads: int) -> Ranking:
    """Compare the posts of a short request one by one, all others over tiles."""
    market, none = request.market, np.empty(0, dtype=np.int64)
    order_rows = _chosen(orders, len(market.orders))
    offer_rows = _chosen(offers, len(market.offers))
    few_orders, few_offers = (len(rows) <= ROWS_WORTH_TILES for rows in (order_rows, offer_rows))
    of_orders, of_offers = tiled.best(
        request,
        none if few_orders else order_rows,
        none if few_offers else offer_rows,
        min(threads, MOST_THREADS),
    )
    if few_orders:
        of_orders = incremental.best_offers(request, order_rows)
    if few_offers:
        of_offers = incremental.best_orders(request, offer_rows)
    is_whole = orders is None and offers is None
    return Ranking(
        by_order=_best(order_rows, of_orders[0], market.offer_ranks),
        by_offer=_best(offer_rows, of_offers[0], market.order_ranks),
        pairs_scored=of_orders[1] + (0 if is_whole else of_offers[1]),
    )


def _chosen(rows: Rows, length: int) -> Ints:
    return np.arange(length) if rows is None else np.unique(np.asarray(rows, dtype=np.int64))


def _best(rows: Ints, lists: Lists, ranks: Ints) -> Best:
    """Turn hundredths into points, and places by code back into rows."""
    scores, places = lists
    by_rank = np.full(len(ranks) + 1, -1, dtype=np.int32)
    by_rank[ranks] = np.arange(len(ranks))
    return Best(rows=rows, others=by_rank[places], scores=np.maximum(scores, 0) / 100.0)
