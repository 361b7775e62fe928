"""Effects of another profile on the live market: counted, shown by examples, not written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from matchmaking.core import jobs
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.ranking.context import ScoringContext
from matchmaking.matching.ranking.exclusions import BestLists, Exclusions, rank_with_exclusions
from matchmaking.matching.ranking.market import MarketSlice
from matchmaking.matching.ranking.ranked_lists import NewLists
from matchmaking.matching.ranking.sync_targets import MatchSync

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from matchmaking.core.models import Job
    from matchmaking.matching.models import ScoringProfile
    from matchmaking.matching.ranking.ranked_lists import Pair, Placement
    from matchmaking.matching.ranking.sync import StoredPair

EXAMPLES = 5


@transaction.atomic
def preview_profile(*, job: Job, profile: ScoringProfile, at: dt.datetime) -> dict[str, Any]:
    """Rank the market by the profile, compare with what stands, and end the job with it.

    Nothing else is written, and no lock is taken: a scoring that runs meanwhile goes on.
    The figures are ``matches`` (standing now), ``would_match``, ``appear``, ``vanish``,
    ``move`` (another place in a list) and ``rescored`` (the same places, another score);
    ``examples`` holds the most striking pairs of the first three.
    """
    ranking_sync = MatchSync(settings.MATCHES_PER_POST)
    context = ScoringContext.start(at, profile)
    market_slice = context.add_slice(
        MarketSlice.of(context.loader.orders(), context.loader.offers())
    )
    best = BestLists.of(
        market_slice,
        rank_with_exclusions(
            context, market_slice, ranking_sync.k, near=False, exclusions=Exclusions.load()
        ),
    )
    found = compare(
        NewLists(orders=best.orders, offers=best.offers).places({}), ranking_sync.standing()
    )
    jobs.advance(job, 1)
    jobs.finish(job, found)
    return found


def compare(
    places: Mapping[Pair, Placement], standing: Mapping[Pair, StoredPair]
) -> dict[str, Any]:
    """Count what differs between the places that would be and those that are."""
    appear = sorted(places.keys() - standing.keys(), key=lambda pair: -places[pair].hundredths)
    vanish = sorted(
        standing.keys() - places.keys(), key=lambda pair: -standing[pair].place.hundredths
    )
    both = places.keys() & standing.keys()
    move = [pair for pair in both if places[pair][1:] != standing[pair].place[1:]]
    move.sort(key=lambda pair: (-_shift(places[pair], standing[pair].place), pair))
    other_score = [
        pair for pair in both if places[pair].hundredths != standing[pair].place.hundredths
    ]
    shown = {"appear": appear, "vanish": vanish, "move": move}
    return {
        "matches": len(standing),
        "would_match": len(places),
        **{name: len(pairs) for name, pairs in shown.items()},
        "rescored": len(set(other_score) - set(move)),
        "examples": {
            name: _examples(pairs[:EXAMPLES], places, standing) for name, pairs in shown.items()
        },
    }


def _shift(would: Placement, now: Placement) -> int:
    """Measure how far a pair moves, in places of either list; out of a list counts all of it."""
    return sum(
        abs((one or settings.MATCHES_PER_POST + 1) - (other or settings.MATCHES_PER_POST + 1))
        for one, other in zip(would[1:], now[1:], strict=True)
    )


def _examples(
    pairs: Sequence[Pair], places: Mapping[Pair, Placement], standing: Mapping[Pair, StoredPair]
) -> list[dict[str, Any]]:
    orders = ProcessingOrder.objects.in_bulk([order for order, _ in pairs])
    offers = CapacityOffer.objects.in_bulk([offer for _, offer in pairs])
    return [
        {
            "order": orders[pair[0]].title,
            "offer": offers[pair[1]].title,
            "now": _said(standing[pair].place) if pair in standing else None,
            "then": _said(places[pair]) if pair in places else None,
        }
        for pair in pairs
        if pair[0] in orders and pair[1] in offers
    ]


def _said(place: Placement) -> dict[str, Any]:
    return {
        "score": place.hundredths / 100,
        "order_rank": place.order_rank,
        "offer_rank": place.offer_rank,
    }
