"""One partition of a full scoring: its lists are made from the market as it is now.

Whatever order the parts come in, the end is that of a scoring at once: a part of orders
sets the ranks of its orders and leaves those of offers, a part of offers the reverse, and
a pair leaves when the second of them does not list it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.core.states import JobState
from matchmaking.matching.models import Scoring
from matchmaking.matching.ranking import market_changes, partitions, rescoring
from matchmaking.matching.ranking.context import ScoringContext
from matchmaking.matching.ranking.exclusions import Exclusions
from matchmaking.matching.ranking.locks import (
    lock_partition,
    request_again,
    request_next_partitions,
)
from matchmaking.matching.ranking.market import MarketSlice
from matchmaking.matching.ranking.pair_rows import OUT, difference, pair_rows_of
from matchmaking.matching.ranking.partitions import Partition
from matchmaking.matching.ranking.rescoring import job_result, rankings, report
from matchmaking.matching.ranking.sync import EVERY_POST, NO_POST
from matchmaking.matching.services.profiles import RESCORE
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from matchmaking.matching.ranking.pair_rows import PairRows, StoredPairRows
    from matchmaking.matching.ranking.rescoring import RescoringResult
    from matchmaking.matching.ranking.sync import RankingSync, SyncResult


@transaction.atomic
def score_partition(
    *, run_code: str, key: str, at: dt.datetime, job_id: int = 0
) -> RescoringResult | None:
    """Make the lists of one partition anew, request the next ones, advance the job.

    None when there is nothing to do: the partition was scored before, another cut followed, the
    job was cancelled, or what scores depend on changed, for which a new cut is asked for.
    """
    scoring = lock_partition(key)
    if scoring.run != run_code or key not in scoring.left:
        return None
    if job_id and _is_cancelled(job_id):
        return None
    context = ScoringContext.start(at)
    if context.basis != scoring.basis:
        dedupe_key = f"score_market:{run_code}:{context.basis}"
        outbox.publish(kind=RESCORE, dedupe_key=dedupe_key, subject={"job": job_id})
        return None
    rescored = _score(context, Partition.named(key))
    _cross_off(key, rescored, at, job_id)
    return rescored


def _score(context: ScoringContext, partition: Partition) -> RescoringResult:
    posts = partitions.posts_of(partition, partitions.group_numbers(context.taxonomy))
    only, own = f"{partition.side}s", np.array(posts, dtype=np.int64)
    if partition.side == "order":
        own_orders = context.loader.orders(posts)
        market_slice = MarketSlice.of(own_orders, context.loader.offers_for(own_orders))
    else:
        own_offers = context.loader.offers(posts)
        market_slice = MarketSlice.of(context.loader.orders_for(own_offers), own_offers)
    context.add_slice(market_slice)
    exclusions = Exclusions.load(context.blocks, **{"orders": [], "offers": [], only: posts})
    done, most = [], rescoring.SAVED_AT_ONCE
    for target, best in rankings(context, market_slice, exclusions, only):
        rows, standing = pair_rows_of(market_slice, best), target.stored_rows(**{only: own})
        synced = _sync(context, target, partition.side, rows, standing, most)
        most -= synced.saved
        done.append((best.pairs_scored, synced))
    market_changes.record_lists_changed(**{only: own})
    return report(context, full=True, done=done)


def _sync(
    context: ScoringContext,
    target: RankingSync,
    side: partitions.SideName,
    rows: PairRows,
    standing: StoredPairRows,
    most: int,
) -> SyncResult:
    """Write what the lists of one side say; ranks of the other side stay as they are.

    Of pairs that only the other side lists, the rank alone: those are judged when the
    other side's part comes, where they are still listed.
    """
    own, others = f"{side}_ranks", f"{partitions.OTHER[side]}_ranks"
    found, their = difference(rows, standing), getattr(standing, others)
    ranks = np.full(len(rows), OUT)
    ranks[found.known] = their[found.standing]
    is_left = np.zeros(len(standing), dtype=bool)
    is_left[found.gone] = their[found.gone] != OUT
    left = standing.at(is_left)
    unlisted = replace(left, **{own: np.full(len(left), OUT)})
    moved = target.sync_rows(context, unlisted, left, NO_POST).moved
    listed = replace(rows, **{others: ranks})
    synced = target.sync_rows(context, listed, standing.at(~is_left), EVERY_POST, most)
    synced.moved += moved
    return synced


def _cross_off(key: str, rescored: RescoringResult, at: dt.datetime, job_id: int) -> None:
    """Cross the partition off, or request it again where rows are left; end what is complete."""
    scoring = Scoring.objects.select_for_update().get(pk=1)
    if rescored.is_partial:
        request_again(scoring, key, job_id, at)
    else:
        scoring.left.remove(key)
        if scoring.left:
            request_next_partitions(scoring, job_id)
        else:
            scoring.run, scoring.scored_at = "", at
        scoring.save()
    if job_id:
        _report_progress(job_id, job_result(rescored), scoring.left)


def _report_progress(job_id: int, figures: Mapping[str, int], left: Sequence[str]) -> None:
    """Add what was done to the job, whose steps are the partitions."""
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state != JobState.RUNNING:
        return
    added = {name: job.result.get(name, 0) + figure for name, figure in figures.items()}
    result = job.result | added | {"parts_left": len(left)}
    jobs.advance(job, job.total - len(left), result=result)
    if not left:
        jobs.finish(job, result)


def _is_cancelled(job_id: int) -> bool:
    """Stop the job where somebody asked for it; what is left waits for the next scoring."""
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state == JobState.RUNNING and not job.cancel_requested:
        return False
    if job.state == JobState.RUNNING:
        jobs.stop(job)
    Scoring.objects.update(run="")
    return True
