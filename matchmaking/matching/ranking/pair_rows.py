"""Pairs that stand, as columns: what is, what should be, and what differs."""

from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.market import Ints
from matchmaking.engine.ranking import Best, Ranking
from matchmaking.matching.ranking.market import MarketSlice

OUT = 0  # the rank of a pair that a list does not hold


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

    def at(self, chosen: NDArray[Any]) -> Self:
        return type(self)(**{one.name: getattr(self, one.name)[chosen] for one in fields(self)})

    def pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.orders.tolist(), self.offers.tolist(), strict=True))

    def ranks_differ(self, other: "PairRows") -> NDArray[np.bool_]:
        differ: NDArray[np.bool_] = self.order_ranks != other.order_ranks
        differ |= self.offer_ranks != other.offer_ranks
        return differ


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredPairRows(PairRows):
    """Rows of a table, with what they were scored from; ``days`` count from 1970-01-01."""

    pks: Ints
    order_versions: Ints
    offer_versions: Ints
    profiles: Ints
    days: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Places of rows: new ones, those that stand, where they stand, and which are gone."""

    new: Ints
    known: Ints
    standing: Ints
    gone: Ints


def pair_rows_of(market_slice: MarketSlice, ranking: Ranking) -> PairRows:
    """Give every pair that a list of the ranking holds, once."""
    orders, offers = market_slice.orders.ids, market_slice.offers.ids
    asked, by_order = _entries(ranking.by_order)
    made, by_offer = _entries(ranking.by_offer)
    of_orders = asked * np.int64(len(offers)) + by_order.others
    of_offers = by_offer.others * np.int64(len(offers)) + made
    pairs = np.unique(np.concatenate([of_orders, of_offers]))
    ranks, hundredths = np.full((2, len(pairs)), OUT), np.zeros(len(pairs), dtype=np.int64)
    for side, (keys, entries) in enumerate(((of_orders, by_order), (of_offers, by_offer))):
        places = np.searchsorted(pairs, keys)
        ranks[side, places], hundredths[places] = entries.ranks, entries.hundredths
    return PairRows(
        orders=orders[pairs // max(1, len(offers))],
        offers=offers[pairs % max(1, len(offers))],
        hundredths=hundredths,
        order_ranks=ranks[0],
        offer_ranks=ranks[1],
    )


class _Entries(NamedTuple):
    others: Ints
    ranks: Ints
    hundredths: Ints


def _entries(best: Best) -> tuple[Ints, _Entries]:
    """Give whose list each entry is in, and the entry."""
    lists, places = np.nonzero(best.others >= 0)
    hundredths = np.rint(best.scores[lists, places] * 100).astype(np.int64)
    others = best.others[lists, places].astype(np.int64)
    return best.rows[lists], _Entries(others, places + 1, hundredths)


def difference(rows: PairRows, standing: PairRows) -> Difference:
    """Compare pairs; each stands at most once on either side."""
    wanted, known = _keys(rows, standing)
    sorting = np.argsort(known, kind="stable")
    places = np.searchsorted(known, wanted, sorter=sorting)
    found = sorting[np.minimum(places, len(known) - 1)] if len(known) else places
    is_known = (places < len(known)) & (known[found] == wanted) if len(known) else places < 0
    return Difference(
        new=np.flatnonzero(~is_known),
        known=np.flatnonzero(is_known),
        standing=found[is_known],
        gone=np.flatnonzero(~np.isin(known, wanted)),
    )


def _keys(one: PairRows, other: PairRows) -> tuple[Ints, Ints]:
    """Give each pair of either side a number that tells it from all other pairs."""
    orders = np.concatenate([one.orders, other.orders])
    offers, place = np.unique(np.concatenate([one.offers, other.offers]), return_inverse=True)
    keys = np.unique(orders, return_inverse=True)[1] * np.int64(len(offers) + 1) + place
    return keys[: len(one)], keys[len(one) :]
