"""Best lists that stay exact while posts change. Pure: ids, scores and ranks, no rows.

A list holds the best counterparts of one post, at most k. A pair stands while either of
its two posts lists it. When posts change, only pairs with a changed side have another
score, so the list of any other post follows from the list it had, less the changed
posts, plus what they now bring, unless pairs that no list remembers could move up: such
a list has to be filled again from the market (:func:`merge` tells).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import numpy as np

from matchmaking.engine.ranking import Best
from matchmaking.matching.ranking.market import PostArrays


class Entry(NamedTuple):
    """A counterpart in a list. Sorts best first: score falling, then code rising."""

    lost: int
    code: UUID
    other: int

    @property
    def hundredths(self) -> int:
        """The score of the pair in hundredths of a point."""
        return -self.lost


def entry(hundredths: int, code: UUID, other: int) -> Entry:
    return Entry(-hundredths, code, other)


RankedLists = dict[int, list[Entry]]
Pair = tuple[int, int]


class Placement(NamedTuple):
    """The score of a stored pair and its rank on either side."""

    hundredths: int
    order_rank: int | None
    offer_rank: int | None


def lists_of(best: Best, own: PostArrays, others: PostArrays) -> RankedLists:  # type: ignore[type-arg]
    """Turn a ranking of one side into lists by post id; posts without a pair are absent."""
    rows, places = np.nonzero(best.others >= 0)
    counterparts = best.others[rows, places]
    posts = own.ids[best.rows[rows]].tolist()
    ids = others.ids[counterparts].tolist()
    scores = np.rint(best.scores[rows, places] * 100).astype(np.int64).tolist()
    codes = others.columns.code
    lists: RankedLists = {}
    for post, row, pk, score in zip(posts, counterparts.tolist(), ids, scores, strict=True):
        code = UUID(bytes=bytes(codes[row]).ljust(16, b"\0"))
        lists.setdefault(post, []).append(entry(score, code, pk))
    return lists


def merge(
    old: Sequence[Entry], changed: Collection[int], new_candidates: Iterable[Entry], k: int
) -> list[Entry] | None:
    """Give the new list of a post that did not change itself, None to fill it again.

    Exact when the old list was: it was short (it held every pair there was), or the new
    one ends no worse than it did (nothing outside can be better than the old cutoff).
    """
    kept = [known for known in old if known.other not in changed]
    merged = sorted([*kept, *new_candidates])[:k]
    if len(old) < k or (len(merged) == k and merged[-1] <= old[-1]):
        return merged
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLists:
    """The lists that were made anew, by post id. Other posts keep theirs.

    A post that is here with an empty list lists nothing any more.
    """

    orders: RankedLists
    offers: RankedLists

    def places(self, standing: Mapping[Pair, Placement]) -> dict[Pair, Placement]:
        """Give every pair that stands from now on and that any new list touches.

        ``standing`` are all pairs that stood on one of these posts. Pairs of it that are
        missing in the result no longer stand.
        """
        scores: dict[Pair, int] = {}
        ranks: tuple[dict[Pair, int], dict[Pair, int]] = {}, {}
        for order, entries in self.orders.items():
            for rank, known in enumerate(entries, start=1):
                scores[order, known.other] = known.hundredths
                ranks[0][order, known.other] = rank
        for offer, entries in self.offers.items():
            for rank, known in enumerate(entries, start=1):
                scores[known.other, offer] = known.hundredths
                ranks[1][known.other, offer] = rank
        found = {}
        for pair in {**standing, **scores}:
            was = standing.get(pair, Placement(0, None, None))
            place = Placement(
                scores.get(pair, was.hundredths),
                ranks[0].get(pair) if pair[0] in self.orders else was.order_rank,
                ranks[1].get(pair) if pair[1] in self.offers else was.offer_rank,
            )
            if place.order_rank is not None or place.offer_rank is not None:
                found[pair] = place
        return found
