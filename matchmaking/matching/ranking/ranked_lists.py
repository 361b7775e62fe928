"""Best lists that stay exact while posts change. Pure: ids, scores and ranks, no rows.

A list holds the best counterparts of one post, at most k. A pair stands while either of
its two posts lists it. When posts change, only pairs with a changed side have another
score, so the list of any other post follows from the list it had, less the changed
posts, plus what they now bring, unless pairs that no list remembers could move up: such
a list has to be filled again from the market (:func:`merge` tells).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.market import Ints, places_of
from matchmaking.engine.ranking import Best
from matchmaking.matching.ranking.market import PostArrays
from matchmaking.matching.ranking.pair_rows import (
    OUT,
    PairRows,
    distinct,
    entries_of,
    pair_keys,
    rows_of_keys,
)

Codes = NDArray[np.uint64]
"""Sixteen bytes as two numbers, which sort as the bytes do: [rows, 2]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ListEntries:
    """Entries of lists by ids: whose list, the counterpart with its code, hundredths of a point."""

    posts: Ints
    others: Ints
    hundredths: Ints
    codes: Codes

    def __len__(self) -> int:
        return len(self.posts)

    def at(self, chosen: NDArray[Any]) -> "ListEntries":
        return ListEntries(
            **{one.name: getattr(self, one.name)[chosen] for one in fields(ListEntries)}
        )

    def of(self, posts: Ints) -> "ListEntries":
        return self.at(np.isin(self.posts, posts))

    def without(self, posts: Ints) -> "ListEntries":
        return self.at(~np.isin(self.posts, posts))

    def best_first(self) -> "ListEntries":
        high, low = self.codes.T
        return self.at(np.lexsort((low, high, -self.hundredths, self.posts)))

    def ranks(self) -> Ints:
        """Give the rank of each entry, 1 for the best, where those of a post stand best first."""
        starts = np.ones(len(self), dtype=bool)
        starts[1:] = self.posts[1:] != self.posts[:-1]
        begins = np.flatnonzero(starts)
        ranks: Ints = np.arange(1, len(self) + 1) - begins[np.cumsum(starts) - 1]
        return ranks

    def best(self, k: int) -> "ListEntries":
        return self.at(self.ranks() <= k)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedLists:
    """The lists of some posts, entries best first; who has no entry here lists nothing."""

    posts: Ints
    entries: ListEntries


def no_entries() -> ListEntries:
    none = np.empty(0, dtype=np.int64)
    codes = np.empty((0, 2), dtype=np.uint64)
    return ListEntries(posts=none, others=none, hundredths=none, codes=codes)


def joined_entries(parts: Sequence[ListEntries]) -> ListEntries:
    names = [one.name for one in fields(ListEntries)]
    return ListEntries(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def joined_lists(parts: Sequence[RankedLists]) -> RankedLists:
    """Give the lists of different posts together."""
    return RankedLists(
        posts=np.sort(np.concatenate([part.posts for part in parts])),
        entries=joined_entries([part.entries for part in parts]).best_first(),
    )


def code_halves(codes: NDArray[Any]) -> Codes:
    return np.ascontiguousarray(codes).view(">u8").reshape(-1, 2).astype(np.uint64)


def list_entries(best: Best, own: PostArrays[Any], others: PostArrays[Any]) -> ListEntries:
    """Give a ranking of one side by ids."""
    rows, counterparts, _, hundredths = entries_of(best)
    return ListEntries(
        posts=own.ids[rows],
        others=others.ids[counterparts],
        hundredths=hundredths,
        codes=code_halves(others.columns.code[counterparts]),
    )


def merge(
    posts: Ints, old: ListEntries, changed: Ints, new_candidates: ListEntries, k: int
) -> tuple[RankedLists, Ints]:
    """Give the new lists of posts that did not change themselves, and the posts to fill again.

    Exact when the old list was: it was short (it held every pair there was), or the new
    one ends no worse than it did (nothing outside can be better than the old cutoff).
    """
    old = old.of(posts).best_first()
    kept = old.at(~np.isin(old.others, changed))
    merged = joined_entries([kept, new_candidates.of(posts)]).best_first().best(k)
    lasts = old.at(old.ranks() == k), merged.at(merged.ranks() == k)
    (was_rows, was_full), (is_rows, is_full) = (places_of(last.posts, posts) for last in lasts)
    is_exact = ~was_full
    both = was_full & is_full
    is_exact[both] = _ends_no_worse(lasts[1].at(is_rows[both]), lasts[0].at(was_rows[both]))
    exact = posts[is_exact]
    return RankedLists(posts=exact, entries=merged.of(exact)), posts[~is_exact]


def _ends_no_worse(now: ListEntries, was: ListEntries) -> NDArray[np.bool_]:
    """Compare entries of the same posts: score falling, then code rising."""
    (high, low), (was_high, was_low) = now.codes.T, was.codes.T
    no_worse: NDArray[np.bool_] = (high < was_high) | (high == was_high) & (low <= was_low)
    no_worse &= now.hundredths == was.hundredths
    no_worse |= now.hundredths > was.hundredths
    return no_worse


def placed(orders: RankedLists, offers: RankedLists, standing: PairRows) -> PairRows:
    """Give every pair that stands from now on and that any new list touches.

    ``standing`` are all pairs that stood on one of these posts; other posts keep their
    lists. Pairs of it that are missing in the result no longer stand.
    """
    of_orders = pair_keys(orders.entries.posts, orders.entries.others)
    of_offers = pair_keys(offers.entries.others, offers.entries.posts)
    keys = distinct(np.sort(np.concatenate([standing.keys, of_orders, of_offers])))
    hundredths = np.zeros(len(keys), dtype=np.int64)
    ranks = np.full((2, len(keys)), OUT)
    stood = np.searchsorted(keys, standing.keys)
    hundredths[stood] = standing.hundredths
    ranks[0, stood] = np.where(np.isin(standing.orders, orders.posts), OUT, standing.order_ranks)
    ranks[1, stood] = np.where(np.isin(standing.offers, offers.posts), OUT, standing.offer_ranks)
    for side, lists, pairs in ((0, orders, of_orders), (1, offers, of_offers)):
        rows = np.searchsorted(keys, pairs)
        ranks[side, rows], hundredths[rows] = lists.entries.ranks(), lists.entries.hundredths
    is_listed = (ranks != OUT).any(axis=0)
    return rows_of_keys(keys[is_listed], hundredths[is_listed], ranks[:, is_listed])
