"""Score posts that changed, or the whole market, and keep what stands.

Both ways end in the same rows: a post scored alone leaves the market as a full scoring
would, which tests prove on random sequences of changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import transaction

from matchmaking.core import jobs
from matchmaking.matching.models import NEAR_MISSES_PER_POST
from matchmaking.matching.ranking import market_changes, partitions
from matchmaking.matching.ranking.candidates import (
    CachedSearch,
    CandidateSearch,
    DatabaseSearch,
    empty_lists,
)
from matchmaking.matching.ranking.context import ScoringContext
from matchmaking.matching.ranking.exclusions import Exclusions, rank_with_exclusions
from matchmaking.matching.ranking.locks import lock_market, schedule_partitions
from matchmaking.matching.ranking.market import MarketSlice
from matchmaking.matching.ranking.market_cache import cached_market
from matchmaking.matching.ranking.pair_rows import pair_rows_of
from matchmaking.matching.ranking.ranked_lists import NewLists, Placement, RankedLists, merge
from matchmaking.matching.ranking.sync import ChangedPosts, RankingSync, SyncResult, stored_lists
from matchmaking.matching.ranking.sync_targets import MatchSync, NearMissSync
from matchmaking.matching.services.announcements import publish_new_matches

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from matchmaking.core.models import Job
    from matchmaking.matching.models import Scoring

log = structlog.get_logger(__name__)

SAVED_AT_ONCE = 40_000  # rows with reasons in one transaction: far below the time a task has


@dataclass(frozen=True, slots=True, kw_only=True)
class RescoringResult:
    """What a scoring did: rows of the market read, pairs scored, rows written."""

    full: bool
    orders: int
    offers: int
    pairs_scored: int
    matches: SyncResult
    near_misses: SyncResult

    @property
    def is_partial(self) -> bool:
        return self.matches.is_partial or self.near_misses.is_partial


@dataclass(frozen=True, slots=True)
class PendingLists:
    """The lists that a full scoring under way has not come to yet."""

    keys: Sequence[str]
    numbers: partitions.Numbers

    def has(self, side: partitions.SideName, posts: Collection[int]) -> frozenset[int]:
        return partitions.unfinished(side, posts, self.keys, self.numbers)

    def without(self, side: partitions.SideName, lists: RankedLists) -> RankedLists:
        return _without(lists, self.has(side, lists))


@transaction.atomic
def rescore_posts(
    *, orders: Collection[int], offers: Collection[int], at: dt.datetime
) -> RescoringResult:
    """Score posts that changed, came or went, against what could fit them.

    Every list of another post that this changes is made anew too, but for lists that a
    partition of a full scoring under way makes anyway. Where the day, the profile or the
    taxonomy is not that of the last full scoring, a small market is scored whole, for a
    large one that is asked for. Publishes one fact per new match. Safe to repeat.
    """
    scoring = lock_market()
    context = ScoringContext.start(at)
    if scoring.basis != context.basis:
        if not partitions.is_large():
            return _rescore_all(scoring, context)
        schedule_partitions(scoring, context, None)
    changed = ChangedPosts(orders=frozenset(orders), offers=frozenset(offers))
    left = PendingLists(scoring.left, partitions.group_numbers(context.taxonomy))
    market = cached_market(context)
    search: CandidateSearch = (
        DatabaseSearch(context, orders, offers)
        if market is None
        else CachedSearch(context, market, orders, offers)
    )
    followed = [
        _update_lists(context, ranking_sync, changed, search, left)
        for ranking_sync in ranking_syncs()
    ]
    market_changes.record_lists_changed(
        orders=(order for *_, lists in followed for order in lists.orders),
        offers=(offer for *_, lists in followed for offer in lists.offers),
    )
    return report(context, full=False, done=[(pairs, synced) for pairs, synced, _ in followed])


@transaction.atomic
def rescore_market(*, at: dt.datetime, job: Job | None = None) -> RescoringResult:
    """Score every order against every offer, and write what differs from what stands.

    Where that is very much, some of it: the rest follows in partitions, each by a message. A
    running ``job`` ends with the last of it.
    """
    rescored = _rescore_all(lock_market(), ScoringContext.start(at), job)
    if job is None:
        return rescored
    result = {"orders": rescored.orders, "offers": rescored.offers, **job_result(rescored)}
    if rescored.is_partial:
        jobs.advance(job, 0, result=job.result | result)
    else:
        jobs.advance(job, job.total)
        jobs.finish(job, result)
    return rescored


@transaction.atomic
def start_rescoring(*, at: dt.datetime, job: Job | None = None) -> None:
    """Score a small market whole, cut a large one into partitions that workers share."""
    if partitions.is_large():
        schedule_partitions(lock_market(), ScoringContext.start(at), job)
    else:
        rescore_market(at=at, job=job)


def job_result(rescored: RescoringResult) -> dict[str, int]:
    """Say what a scoring did, as a job keeps it."""
    synced = rescored.matches
    return {
        "pairs_scored": rescored.pairs_scored,
        "new": len(synced.new),
        "changed": synced.changed + synced.moved,
        "withdrawn": synced.gone,
    }


def ranking_syncs() -> tuple[RankingSync, RankingSync]:
    return MatchSync(settings.MATCHES_PER_POST), NearMissSync(NEAR_MISSES_PER_POST)


def _rescore_all(
    scoring: Scoring, context: ScoringContext, job: Job | None = None
) -> RescoringResult:
    market_slice = context.add_slice(
        MarketSlice.of(context.loader.orders(), context.loader.offers())
    )
    done: list[tuple[int, SyncResult]] = []
    most, exclusions = SAVED_AT_ONCE, Exclusions.load()
    for ranking_sync in ranking_syncs():
        best = rank_with_exclusions(
            context, market_slice, ranking_sync.k, near=ranking_sync.near, exclusions=exclusions
        )
        rows, standing = pair_rows_of(market_slice, best), ranking_sync.stored_rows()
        synced = ranking_sync.sync_rows(context, rows, standing, ChangedPosts(every=True), most)
        most -= len(synced.new) + synced.changed
        done.append((best.pairs_scored, synced))
    market_changes.record_all_changed()
    rescored = report(context, full=True, done=done)
    if rescored.is_partial:
        schedule_partitions(scoring, context, job)
    else:
        scoring.basis, scoring.scored_at, scoring.run, scoring.left = (
            context.basis,
            context.at,
            "",
            [],
        )
        scoring.save()
    return rescored


def _update_lists(
    context: ScoringContext,
    ranking_sync: RankingSync,
    changed: ChangedPosts,
    search: CandidateSearch,
    left: PendingLists,
) -> tuple[int, SyncResult, NewLists]:
    """Make anew the lists of changed posts, and those that their change reaches.

    Lists that a full scoring has not come to yet are left to it.
    """
    found = search.new_candidates(ranking_sync.k, near=ranking_sync.near)
    brought_orders = left.without("order", found.orders)
    brought_offers = left.without("offer", found.offers)
    orders = ranking_sync.affected_posts("order", changed.offers, brought_orders) - changed.orders
    offers = ranking_sync.affected_posts("offer", changed.orders, brought_offers) - changed.offers
    orders -= left.has("order", orders)
    offers -= left.has("offer", offers)
    standing = ranking_sync.standing(orders | changed.orders, offers | changed.offers)
    old_orders, old_offers = stored_lists(standing.values())
    new_orders, short_orders = _merged(
        ranking_sync.k, old_orders, changed.offers, brought_orders, orders
    )
    new_offers, short_offers = _merged(
        ranking_sync.k, old_offers, changed.orders, brought_offers, offers
    )
    refilled_lists = search.refilled_lists(
        ranking_sync.k, short_orders, short_offers, near=ranking_sync.near
    )
    lists = NewLists(
        orders=empty_lists(changed.orders) | found.own_orders | new_orders | refilled_lists.orders,
        offers=empty_lists(changed.offers) | found.own_offers | new_offers | refilled_lists.offers,
    )
    places = lists.places(
        {pair: _without_ranks(row.place, changed.has(pair)) for pair, row in standing.items()}
    )
    synced = ranking_sync.sync(context, places, standing, changed)
    return found.pairs_scored, synced, lists


def _without_ranks(place: Placement, is_changed: bool) -> Placement:
    return Placement(place.hundredths, None, None) if is_changed else place


def _without(lists: RankedLists, posts: Collection[int]) -> RankedLists:
    return {post: entries for post, entries in lists.items() if post not in posts}


def _merged(
    k: int,
    old: RankedLists,
    changed: Collection[int],
    new_candidates: RankedLists,
    posts: Collection[int],
) -> tuple[RankedLists, list[int]]:
    """Give the new lists of posts that did not change, and those to fill again."""
    lists: RankedLists = {}
    short = []
    for post in posts:
        merged = merge(old.get(post, []), changed, new_candidates.get(post, []), k)
        if merged is None:
            short.append(post)
        else:
            lists[post] = merged
    return lists, sorted(short)


def report(
    context: ScoringContext, *, full: bool, done: Sequence[tuple[int, SyncResult]]
) -> RescoringResult:
    """Announce the new matches, and say what was done."""
    (scored, matches), (_, near_misses) = done
    publish_new_matches(matches.to_announce, context.at)
    rescored = RescoringResult(
        full=full,
        orders=sum(len(market_slice.orders) for market_slice in context.slices),
        offers=sum(len(market_slice.offers) for market_slice in context.slices),
        pairs_scored=scored,
        matches=matches,
        near_misses=near_misses,
    )
    log.info(
        "market_scored",
        full=full,
        orders=rescored.orders,
        offers=rescored.offers,
        pairs=scored,
        new=len(matches.new),
        written=matches.written,
        near_written=near_misses.written,
    )
    return rescored
