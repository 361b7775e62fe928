"""Pairs that were answered are not proposed again, until one side changes its terms; declined ones not within
14 days, and then by a change that matters to the reason that was given.

With them go the new pairs of companies one of which blocks the other, where something that was proposed
before still stands between them (:mod:`matchmaking.matching.ranking.blocks`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.utils import timezone

from matchmaking.core.protections import Protection, is_on
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching import decline_bands

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from matchmaking.engine.market import Ints
    from matchmaking.engine.ranking import Best, Ranking
    from matchmaking.matching.ranking.blocks import Blocks
    from matchmaking.matching.ranking.context import ScoringContext
    from matchmaking.matching.ranking.market import MarketSlice, PostArrays

# A live answer excludes the pair, whatever the versions say: the services end it when the terms change.
# The first condition is that of the index match_answered, word for word, so that it is used.
ANSWERED = """
    select m.order_id, m.offer_id
    from matching_match m
    join listings_processingorder o on o.id = m.order_id
    join listings_capacityoffer f on f.id = m.offer_id
    where m.state not in ('proposed', 'withdrawn') and (
        m.state in ('interested', 'mutual')
        or (
            (m.state in ('declined', 'expired')
                or m.state = 'ended' and m.end_cause in ('partner', 'officer', 'blocked'))
            and o.terms_version <= m.order_version
            and f.terms_version <= m.offer_version
        )
    )
"""
# Declines that the condition above lets go: the terms changed since. Whether that matters, bands tell.
CHANGED_SINCE = """
    select m.order_id, m.offer_id, m.declined_bands, a.reason, m.ended_at
    from matching_match m
    join listings_processingorder o on o.id = m.order_id
    join listings_capacityoffer f on f.id = m.offer_id
    join matching_answer a on a.match_id = m.id and a.kind = 'declined'
    where m.state not in ('proposed', 'withdrawn') and m.state = 'declined'
        and m.declined_bands is not null
        and not (o.terms_version <= m.order_version and f.terms_version <= m.offer_version)
"""
OF_POSTS = " and (m.order_id = any(%s::bigint[]) or m.offer_id = any(%s::bigint[]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """Whom each post is not to list, by post id."""

    orders: Mapping[int, frozenset[int]]
    offers: Mapping[int, frozenset[int]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Exclusions:
        """Sort pairs by either post."""
        sides: tuple[dict[int, set[int]], dict[int, set[int]]] = defaultdict(set), defaultdict(set)
        for order, offer in pairs:
            sides[0][order].add(offer)
            sides[1][offer].add(order)
        orders, offers = ({pk: frozenset(ids) for pk, ids in side.items()} for side in sides)
        return cls(orders=orders, offers=offers)

    @classmethod
    def load(
        cls,
        blocks: Blocks,
        orders: Collection[int] | None = None,
        offers: Collection[int] | None = None,
    ) -> Exclusions:
        """Read the exclusions that concern any of these posts, or all of them when None."""
        chosen = None if orders is None or offers is None else (sorted(orders), sorted(offers))
        with connection.cursor() as cursor:
            cursor.execute(ANSWERED + (OF_POSTS if chosen else ""), chosen)
            answered = cursor.fetchall()
        return cls.of([*answered, *_standing_declines(chosen), *blocks.new_pairs(chosen)])

    @property
    def most_of_a_post(self) -> int:
        """Tell how long a list must be at most to lose all that is excluded and keep enough."""
        return max(
            (len(ids) for side in (self.orders, self.offers) for ids in side.values()), default=0
        )

    def pairs(self) -> tuple[Ints, Ints]:
        pairs = [(order, offer) for order, ids in self.orders.items() for offer in ids]
        orders, offers = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2).T
        return orders, offers


def _standing_declines(
    chosen: tuple[list[int], list[int]] | None,
) -> Iterator[tuple[int, int]]:
    """Yield the declined pairs whose terms have changed, but not, or not long enough ago, in what counts."""
    if not is_on(Protection.DECLINES_STAND):
        return
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_SINCE + (OF_POSTS if chosen else ""), chosen)
        rows = cursor.fetchall()
    early = timezone.now() - dt.timedelta(days=settings.DECLINE_STANDS_DAYS)
    old = []
    for row in rows:
        if row[4] > early:
            yield row[0], row[1]
        else:
            old.append(row)
    orders = ProcessingOrder.objects.select_related("company").in_bulk([row[0] for row in old])
    offers = CapacityOffer.objects.select_related("company").in_bulk([row[1] for row in old])
    for order_id, offer_id, then, reason, _ended in old:
        now = decline_bands.topics_of(orders[order_id], offers[offer_id])
        if not decline_bands.matters(reason, json.loads(then), now):
            yield order_id, offer_id


def rank_with_exclusions(
    context: ScoringContext,
    market_slice: MarketSlice,
    k: int,
    *,
    near: bool,
    exclusions: Exclusions,
    only: str = "",
) -> Ranking:
    """Find the k best counterparts of each post that neither side has answered.

    ``only`` names the one side whose lists are wanted, empty for both. Lists that lose an entry to an
    exclusion are ranked again, longer by as many as were excluded: so they are exact.
    """
    wanted: dict[str, list[int] | None] = {"orders": None, "offers": None}
    if only:
        wanted["offers" if only == "orders" else "orders"] = []
    ranking = context.rank(market_slice, k, near=near, **wanted)
    sides: tuple[
        tuple[str, Best, PostArrays[Any], PostArrays[Any], Mapping[int, frozenset[int]]], ...
    ] = (
        ("orders", ranking.by_order, market_slice.orders, market_slice.offers, exclusions.orders),
        ("offers", ranking.by_offer, market_slice.offers, market_slice.orders, exclusions.offers),
    )
    for name, best, own, others, excluded in sides:
        short = [
            (place, row, exclusion)
            for place, row, exclusion in _lists_with_exclusions(best, own, others, excluded)
            if _remove_excluded(best, place, exclusion)
        ]
        if not short:
            continue
        longer = k + max(len(exclusion) for _, _, exclusion in short)
        rows = [row for _, row, _ in short]
        chosen: dict[str, list[int]] = {"orders": [], "offers": []} | {name: rows}
        again = context.rank(market_slice, longer, near=near, **chosen)
        refilled = again.by_order if name == "orders" else again.by_offer
        for place, row, exclusion in short:
            at = int(np.searchsorted(refilled.rows, row))
            _remove_excluded(refilled, at, exclusion)
            best.others[place] = refilled.others[at, :k]
            best.scores[place] = refilled.scores[at, :k]
    return ranking


def _lists_with_exclusions(
    best: Best,
    own: PostArrays[Any],
    others: PostArrays[Any],
    excluded: Mapping[int, frozenset[int]],
) -> Iterator[tuple[int, int, Ints]]:
    """Yield the lists of posts that have exclusions: place, row, and the rows excluded."""
    for post, ids in excluded.items():
        row = own.row(post)
        place = None if row is None else int(np.searchsorted(best.rows, row))
        if row is None or place is None or place >= len(best.rows) or best.rows[place] != row:
            continue
        rows = [at for pk in ids if (at := others.row(pk)) is not None]
        yield place, row, np.array(rows, dtype=np.int64)


def _remove_excluded(best: Best, place: int, excluded: Ints) -> bool:
    """Drop excluded entries of a list; say whether it held any and was full, so may hide others."""
    entries, width = best.others[place], best.others.shape[1]
    keeps = ~np.isin(entries, excluded)
    if keeps.all():
        return False
    was_full = bool(entries[-1] >= 0)
    kept = int(keeps.sum())
    best.others[place, :kept], best.scores[place, :kept] = (
        entries[keeps],
        best.scores[place][keeps],
    )
    best.others[place, kept:], best.scores[place, kept:] = -1, 0.0
    return was_full and kept < width
