"""Effects of another profile on the live market: counted, shown by examples, not written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.db import transaction

from matchmaking.core import jobs
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.ranking.context import ScoringContext
from matchmaking.matching.ranking.exclusions import Exclusions, rank_with_exclusions
from matchmaking.matching.ranking.market import MarketSlice
from matchmaking.matching.ranking.pair_rows import OUT, PairRows, difference, pair_rows_of
from matchmaking.matching.ranking.sync_targets import MatchSync

if TYPE_CHECKING:
    import datetime as dt

    from matchmaking.core.models import Job
    from matchmaking.engine.market import Ints
    from matchmaking.matching.models import ScoringProfile

EXAMPLES = 5


@transaction.atomic
def preview_profile(*, job: Job, profile: ScoringProfile, at: dt.datetime) -> dict[str, Any]:
    """Rank the market by the profile, compare with what stands, and end the job with it.

    Nothing else is written, and no lock is taken: a scoring that runs meanwhile goes on.
    The figures are ``matches`` (standing now), ``would_match``, ``appear``, ``vanish``,
    ``move`` (another place in a list) and ``rescored`` (the same places, another score);
    ``examples`` holds the most striking pairs of the first three.
    """
    target = MatchSync(settings.MATCHES_PER_POST)
    context = ScoringContext.start(at, profile)
    market_slice = context.add_slice(
        MarketSlice.of(context.loader.orders(), context.loader.offers())
    )
    best = rank_with_exclusions(
        context,
        market_slice,
        target.k,
        near=False,
        exclusions=Exclusions.load(context.blocks),
    )
    found = compare(pair_rows_of(market_slice, best), target.stored_rows())
    jobs.advance(job, 1)
    jobs.finish(job, found)
    return found


def compare(would: PairRows, now: PairRows) -> dict[str, Any]:
    """Count what differs between the pairs that would stand and those that do."""
    found = difference(would, now)
    then, was = would.at(found.known), now.at(found.standing)
    moves = then.ranks_differ(was)
    appear, vanish = would.at(found.new), now.at(found.gone)
    moved, before = then.at(moves), was.at(moves)
    farthest = np.lexsort((moved.keys, -_shift(moved, before)))[:EXAMPLES]
    appear_first, vanish_first = (
        rows.at(np.lexsort((rows.keys, -rows.hundredths))[:EXAMPLES]) for rows in (appear, vanish)
    )
    return {
        "matches": len(now),
        "would_match": len(would),
        "appear": len(appear),
        "vanish": len(vanish),
        "move": len(moved),
        "rescored": int(((then.hundredths != was.hundredths) & ~moves).sum()),
        "examples": {
            "appear": _examples(appear_first, then=appear_first),
            "vanish": _examples(vanish_first, now=vanish_first),
            "move": _examples(moved.at(farthest), now=before.at(farthest), then=moved.at(farthest)),
        },
    }


def _shift(would: PairRows, now: PairRows) -> Ints:
    """Measure how far pairs move, in places of either list; out of a list counts all of it."""
    shift = np.zeros(len(would), dtype=np.int64)
    for one, other in (
        (would.order_ranks, now.order_ranks),
        (would.offer_ranks, now.offer_ranks),
    ):
        then, was = (
            np.where(ranks == OUT, settings.MATCHES_PER_POST + 1, ranks) for ranks in (one, other)
        )
        shift += np.abs(then - was)
    return shift


def _examples(
    rows: PairRows, *, now: PairRows | None = None, then: PairRows | None = None
) -> list[dict[str, Any]]:
    orders = ProcessingOrder.objects.in_bulk(rows.orders.tolist())
    offers = CapacityOffer.objects.in_bulk(rows.offers.tolist())
    return [
        {
            "order": orders[order].title,
            "offer": offers[offer].title,
            "now": _said(now, row),
            "then": _said(then, row),
        }
        for row, (order, offer) in enumerate(rows.pairs())
        if order in orders and offer in offers
    ]


def _said(rows: PairRows | None, row: int) -> dict[str, Any] | None:
    if rows is None:
        return None
    return {
        "score": int(rows.hundredths[row]) / 100,
        "order_rank": int(rows.order_ranks[row]) or None,
        "offer_rank": int(rows.offer_ranks[row]) or None,
    }
