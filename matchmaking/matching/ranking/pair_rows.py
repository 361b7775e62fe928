"""Pairs by the ids of their posts, as columns: what stands, what should, and what differs."""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.market import Ints
from matchmaking.engine.ranking import Best, Ranking
from matchmaking.matching.ranking.market import MarketSlice

OUT = 0  # the rank of a pair that a list does not hold
BITS = 32  # of a post's id in the key of a pair


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairRows:
    """Pairs by the ids of their posts, with score and ranks, ``OUT`` outside a list."""

    orders: Ints
    offers: Ints
    hundredths: Ints
    order_ranks: Ints
    offer_ranks: Ints

    def __len__(self) -> int:
        return len(self.orders)

    @property
    def keys(self) -> Ints:
        return pair_keys(self.orders, self.offers)

    def at(self, chosen: NDArray[Any] | slice) -> Self:
        return type(self)(**{one.name: getattr(self, one.name)[chosen] for one in fields(self)})

    def pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.orders.tolist(), self.offers.tolist(), strict=True))

    def ranks_differ(self, other: "PairRows") -> NDArray[np.bool_]:
        differ: NDArray[np.bool_] = self.order_ranks != other.order_ranks
        differ |= self.offer_ranks != other.offer_ranks
        return differ


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredPairRows(PairRows):
    """Rows of a table, with what they were scored from; ``scored_at`` in PostgreSQL's microseconds."""

    pks: Ints
    order_versions: Ints
    offer_versions: Ints
    profiles: Ints
    scored_at: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Places of rows: new ones, those that stand, where they stand, and which are gone."""

    new: Ints
    known: Ints
    standing: Ints
    gone: Ints


def pair_keys(orders: Ints, offers: Ints) -> Ints:
    """Give each pair a number that tells it from all others, in the order of orders, then offers.

    Good for ids below 2**31: two billion posts.
    """
    return orders << BITS | offers


# Not np.unique: it hashes, then sorts what it found, ten times as long for half a million keys.
def distinct(sorted_values: Ints) -> Ints:
    keeps = np.ones(len(sorted_values), dtype=bool)
    keeps[1:] = sorted_values[1:] != sorted_values[:-1]
    return sorted_values[keeps]


def pair_rows_of(market_slice: MarketSlice, ranking: Ranking) -> PairRows:
    """Give every pair that a list of the ranking holds, once, by rising key."""
    orders, offers = market_slice.orders.ids, market_slice.offers.ids
    asked, found_offers, order_ranks, order_hundredths = entries_of(ranking.by_order)
    made, found_orders, offer_ranks, offer_hundredths = entries_of(ranking.by_offer)
    of_orders = pair_keys(orders[asked], offers[found_offers])
    of_offers = pair_keys(orders[found_orders], offers[made])
    pairs = distinct(np.sort(np.concatenate([of_orders, of_offers])))
    ranks, hundredths = np.full((2, len(pairs)), OUT), np.zeros(len(pairs), dtype=np.int64)
    for side, keys, places, scores in (
        (0, of_orders, order_ranks, order_hundredths),
        (1, of_offers, offer_ranks, offer_hundredths),
    ):
        rows = np.searchsorted(pairs, keys)
        ranks[side, rows], hundredths[rows] = places, scores
    return rows_of_keys(pairs, hundredths, ranks)


def rows_of_keys(keys: Ints, hundredths: Ints, ranks: Ints) -> PairRows:
    """Give pairs by key; ``ranks`` are those of orders and those of offers, [2, rows]."""
    return PairRows(
        orders=keys >> BITS,
        offers=keys & (1 << BITS) - 1,
        hundredths=hundredths,
        order_ranks=ranks[0],
        offer_ranks=ranks[1],
    )


def entries_of(best: Best) -> tuple[Ints, Ints, Ints, Ints]:
    """Give the entries of lists: row of the post, row of the other, rank, hundredths of a point."""
    lists, places = np.nonzero(best.others >= 0)
    hundredths = np.rint(best.scores[lists, places] * 100).astype(np.int64)
    others = best.others[lists, places].astype(np.int64)
    return best.rows[lists], others, places + 1, hundredths


def difference(rows: PairRows, standing: PairRows) -> Difference:
    """Compare pairs; each stands at most once on either side."""
    wanted, known = rows.keys, standing.keys
    sorting = np.argsort(known, kind="stable")
    places = np.searchsorted(known, wanted, sorter=sorting)
    is_known = places < len(known)
    found = sorting[places[is_known]]
    is_known[is_known] = known[found] == wanted[is_known]
    found = sorting[places[is_known]]
    is_gone = np.ones(len(known), dtype=bool)
    is_gone[found] = False
    return Difference(
        new=np.flatnonzero(~is_known),
        known=np.flatnonzero(is_known),
        standing=found,
        gone=np.flatnonzero(is_gone),
    )
