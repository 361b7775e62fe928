"""Score posts that changed, or the whole market, and keep what stands.

Both ways end in the same rows: a post scored alone leaves the market as a full scoring
would, which tests prove on random sequences of changes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import structlog
from django.conf import settings
from django.db import connection, transaction

from matchmaking.core import jobs
from matchmaking.matching.models import NEAR_MISSES_PER_POST
from matchmaking.matching.ranking import market_changes, partitions
from matchmaking.matching.ranking.candidates import CachedSearch, CandidateSearch, DatabaseSearch
from matchmaking.matching.ranking.context import ScoringContext
from matchmaking.matching.ranking.exclusions import Exclusions, rank_with_exclusions
from matchmaking.matching.ranking.locks import lock_market, schedule_partitions
from matchmaking.matching.ranking.market import MarketSlice
from matchmaking.matching.ranking.market_cache import cached_market
from matchmaking.matching.ranking.pair_rows import OUT, distinct, pair_rows_of
from matchmaking.matching.ranking.pgcopy import copy_rows, pg_array
from matchmaking.matching.ranking.ranked_lists import (
    ListEntries,
    code_halves,
    joined_lists,
    merge,
    no_entries,
    placed,
)
from matchmaking.matching.ranking.sync import EVERY_POST, ChangedPosts, RankingSync, SyncResult
from matchmaking.matching.ranking.sync_targets import MatchSync, NearMissSync
from matchmaking.matching.services.announcements import publish_new_matches

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Sequence

    from matchmaking.core.models import Job
    from matchmaking.engine.market import Ints
    from matchmaking.engine.ranking import Ranking
    from matchmaking.matching.models import Scoring
    from matchmaking.matching.ranking.pair_rows import StoredPairRows

log = structlog.get_logger(__name__)

MOST_FOLLOWED = 2_000  # changed posts: above that a full scoring is not much dearer
TABLES = {"order": "listings_processingorder", "offer": "listings_capacityoffer"}
CODES = "select id, code from {table} where id = any(%(ids)s::bigint[]) order by id"
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

    def among(self, side: partitions.SideName, posts: Ints) -> Ints:
        found = partitions.unfinished(side, posts.tolist(), self.keys, self.numbers)
        return np.fromiter(found, dtype=np.int64, count=len(found))


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
    return _rescore_posts(scoring, context, _ids(orders), _ids(offers))


@transaction.atomic
def rescore_market(*, at: dt.datetime, job: Job | None = None) -> RescoringResult:
    """Score every order against every offer, and write what differs from what stands.

    Where that is very much, some of it: the rest follows in partitions, each by a message. A
    running ``job`` ends with the last of it.
    """
    rescored = _rescore_all(lock_market(), ScoringContext.start(at), job)
    return _with_job(rescored, job)


@transaction.atomic
def start_rescoring(*, at: dt.datetime, job: Job | None = None) -> RescoringResult | None:
    """Bring the whole market up to date: score what is not as the last full scoring left it.

    Where only some posts changed since, those and the lists that they reach; else all posts: of
    a small market at once, of a large one in partitions that workers share (None).
    """
    scoring, context = lock_market(), ScoringContext.start(at)
    changed = _changed_since(scoring, context)
    if changed is not None:
        scored = market_changes.scored_snapshot()
        rescored = _rescore_posts(scoring, context, *changed)
        scoring.seen, scoring.scored_at = market_changes.scored_until_now(scored), context.at
        scoring.save()
        return _with_job(rescored, job)
    if partitions.is_large():
        schedule_partitions(scoring, context, job)
        return None
    return _with_job(_rescore_all(scoring, context, job), job)


def _changed_since(scoring: Scoring, context: ScoringContext) -> tuple[Ints, Ints] | None:
    """Give the orders and offers that changed since the last full scoring, None to score all.

    Triggers note every change of what scores and lists depend on, but for what ``basis`` names.
    """
    if scoring.basis != context.basis or scoring.left or not scoring.seen:
        return None
    refs = market_changes.changes_since_scoring(market_changes.ScoredSnapshot(*scoring.seen))
    if market_changes.EVERY in refs:
        return None
    companies = sorted(refs.get("company", ()))
    orders, offers = (
        _ids({*refs.get(side, ()), *_posts_of(table, companies)}) for side, table in TABLES.items()
    )
    return (orders, offers) if len(orders) + len(offers) <= MOST_FOLLOWED else None


def _posts_of(table: str, companies: list[int]) -> list[int]:
    if not companies:
        return []
    with connection.cursor() as cursor:
        # Our own table; the companies are parameters.
        sql = f"select id from {table} where company_id = any(%s::bigint[])"  # noqa: S608
        cursor.execute(sql, [companies])
        return [pk for (pk,) in cursor.fetchall()]


def _with_job(rescored: RescoringResult, job: Job | None) -> RescoringResult:
    """Tell the job, where one watches, what was done; it ends unless rows are left."""
    if job is None:
        return rescored
    result = {"orders": rescored.orders, "offers": rescored.offers, **job_result(rescored)}
    if rescored.is_partial:
        jobs.advance(job, 0, result=job.result | result)
    else:
        jobs.advance(job, job.total)
        jobs.finish(job, result)
    return rescored


def job_result(rescored: RescoringResult) -> dict[str, int]:
    """Say what a scoring did, as a job keeps it."""
    synced = rescored.matches
    return {
        "pairs_scored": rescored.pairs_scored,
        "new": synced.new,
        "changed": synced.changed + synced.moved,
        "withdrawn": synced.gone,
    }


def ranking_syncs() -> tuple[RankingSync, RankingSync]:
    return MatchSync(settings.MATCHES_PER_POST), NearMissSync(NEAR_MISSES_PER_POST)


def _rescore_posts(
    scoring: Scoring, context: ScoringContext, orders: Ints, offers: Ints
) -> RescoringResult:
    left = PendingLists(scoring.left, partitions.group_numbers(context.taxonomy))
    market = cached_market(context)
    search: CandidateSearch = (
        DatabaseSearch(context, orders, offers)
        if market is None
        else CachedSearch(context, market, orders, offers)
    )
    followed = [
        _update_lists(context, target, orders, offers, search, left) for target in ranking_syncs()
    ]
    (_, _, orders_of_matches, offers_of_matches), (_, _, orders_of_near, offers_of_near) = followed
    market_changes.record_lists_changed(
        orders=np.union1d(orders_of_matches, orders_of_near),
        offers=np.union1d(offers_of_matches, offers_of_near),
    )
    return report(context, full=False, done=[(pairs, synced) for pairs, synced, *_ in followed])


def rankings(
    context: ScoringContext, market_slice: MarketSlice, exclusions: Exclusions, only: str = ""
) -> Iterator[tuple[RankingSync, Ranking]]:
    """Yield each table with its ranking, which is made while the table before it is written."""
    targets = ranking_syncs()
    # Ranking asks the database nothing, and its kernels hold no lock of the interpreter: near misses
    # are ranked on one core while the server copies matches on the other.
    with ThreadPoolExecutor(1) as pool:
        found = [
            pool.submit(
                rank_with_exclusions,
                context,
                market_slice,
                target.k,
                near=target.near,
                exclusions=exclusions,
                only=only,
            )
            for target in targets
        ]
        for target, ranking in zip(targets, found, strict=True):
            yield target, ranking.result()


def _rescore_all(
    scoring: Scoring, context: ScoringContext, job: Job | None = None
) -> RescoringResult:
    # Before the market is read: what commits in between is scored twice and not never.
    scored = market_changes.scored_snapshot()
    market_slice = context.add_slice(
        MarketSlice.of(context.loader.orders(), context.loader.offers())
    )
    done: list[tuple[int, SyncResult]] = []
    most = SAVED_AT_ONCE
    for target, best in rankings(context, market_slice, Exclusions.load(context.blocks)):
        rows, standing = pair_rows_of(market_slice, best), target.stored_rows()
        synced = target.sync_rows(context, rows, standing, EVERY_POST, most)
        most -= synced.saved
        done.append((best.pairs_scored, synced))
    # Every list may end elsewhere now: workers that keep the market read its cutoffs again.
    market_changes.record_all_changed()
    rescored = report(context, full=True, done=done)
    if rescored.is_partial:
        schedule_partitions(scoring, context, job)
    else:
        scoring.basis, scoring.scored_at = context.basis, context.at
        scoring.run, scoring.left = "", []
        scoring.seen = market_changes.scored_until_now(scored)
        scoring.save()
    return rescored


def _update_lists(
    context: ScoringContext,
    target: RankingSync,
    orders: Ints,
    offers: Ints,
    search: CandidateSearch,
    left: PendingLists,
) -> tuple[int, SyncResult, Ints, Ints]:
    """Make anew the lists of changed posts, and those that their change reaches.

    Lists that a full scoring has not come to yet are left to it. Gives the pairs scored, the
    rows written, and the orders and offers whose lists were made.
    """
    k, near = target.k, target.near
    found = search.new_candidates(k, near=near)
    to_orders = found.to_orders.without(left.among("order", distinct(found.to_orders.posts)))
    to_offers = found.to_offers.without(left.among("offer", distinct(found.to_offers.posts)))
    reached_orders = np.setdiff1d(target.affected_posts("order", offers, to_orders), orders)
    reached_offers = np.setdiff1d(target.affected_posts("offer", orders, to_offers), offers)
    reached_orders = np.setdiff1d(reached_orders, left.among("order", reached_orders))
    reached_offers = np.setdiff1d(reached_offers, left.among("offer", reached_offers))
    standing = target.stored_rows(
        np.union1d(reached_orders, orders), np.union1d(reached_offers, offers)
    )
    merged_orders, short_orders = merge(
        reached_orders, _old_entries(standing, "order", reached_orders), offers, to_orders, k
    )
    merged_offers, short_offers = merge(
        reached_offers, _old_entries(standing, "offer", reached_offers), orders, to_offers, k
    )
    refilled_orders, refilled_offers = search.refilled_lists(
        k, short_orders, short_offers, near=near
    )
    order_lists = joined_lists([found.own_orders, merged_orders, refilled_orders])
    offer_lists = joined_lists([found.own_offers, merged_offers, refilled_offers])
    changed = ChangedPosts(orders=orders, offers=offers)
    # Both ranks: a list that is left to a partition must not keep a pair by its old score.
    is_void = changed.touch(standing)
    rows = placed(
        order_lists,
        offer_lists,
        replace(
            standing,
            order_ranks=np.where(is_void, OUT, standing.order_ranks),
            offer_ranks=np.where(is_void, OUT, standing.offer_ranks),
        ),
    )
    synced = target.sync_rows(context, rows, standing, changed)
    return found.pairs_scored, synced, order_lists.posts, offer_lists.posts


def _old_entries(standing: StoredPairRows, side: partitions.SideName, posts: Ints) -> ListEntries:
    """Give the lists that stand of some posts."""
    is_order = side == "order"
    own, others, ranks = (
        (standing.orders, standing.offers, standing.order_ranks)
        if is_order
        else (standing.offers, standing.orders, standing.offer_ranks)
    )
    listed = np.flatnonzero((ranks != OUT) & np.isin(own, posts))
    if not len(listed):
        return no_entries()
    counterparts = np.unique(others[listed])
    sql = CODES.format(table=TABLES[partitions.OTHER[side]])
    known = copy_rows(sql, {"ids": pg_array(counterparts)}, [("id", "bigint"), ("code", "uuid")])
    rows = np.searchsorted(known["id"].astype(np.int64), others[listed])
    return ListEntries(
        posts=own[listed],
        others=others[listed],
        hundredths=standing.hundredths[listed],
        codes=code_halves(known["code"][rows]),
    )


def _ids(posts: Collection[int]) -> Ints:
    return np.array(sorted(set(posts)), dtype=np.int64)


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
        new=matches.new,
        written=matches.written,
        near_written=near_misses.written,
    )
    return rescored
