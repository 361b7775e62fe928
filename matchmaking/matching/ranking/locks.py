"""Locks of scorings, and the partitions that are left of one that was cut.

A scoring of changed posts, or of the whole market at once, is alone. Parts of the whole
market are scored at the same moment as other parts, each once. All wait by PostgreSQL's
advisory locks, which let nobody overtake: a changed post waits for the parts at work, and
the parts behind it wait for the post.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.crypto import get_random_string

from matchmaking.core import jobs
from matchmaking.matching.models import Scoring
from matchmaking.matching.ranking import market_changes, partitions
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    import datetime as dt

    from matchmaking.core.models import Job
    from matchmaking.matching.ranking.context import ScoringContext

LOCK_WAIT = "50s"  # below the lease of the message that asked; requests never wait here
SCORE_PARTITION = "matching.score_part"
AT_ONCE = 3  # parts that are asked for: posts that change meanwhile queue behind no more
LOCKS = 20220615  # the class of our advisory locks
ALL = 0


def lock_market() -> Scoring:
    """Wait until nothing is scored; held until the transaction ends."""
    _lock("pg_advisory_xact_lock(%s, %s)", LOCKS, ALL)
    return Scoring.objects.get(pk=1)


def lock_partition(key: str) -> Scoring:
    """Wait until neither posts nor the same partition are scored; held until the transaction ends."""
    _lock("pg_advisory_xact_lock_shared(%s, %s)", LOCKS, ALL)
    _lock("pg_advisory_xact_lock(%s, hashtext(%s))", LOCKS, key)
    return Scoring.objects.get(pk=1)


def schedule_partitions(scoring: Scoring, context: ScoringContext, job: Job | None) -> None:
    """Leave the whole market to be scored in partitions, and request the first of them.

    The caller is alone. What an earlier cut has asked for finds nothing to do from now on.
    """
    cut = partitions.partition_market(partitions.group_numbers(context.taxonomy))
    scoring.basis = context.basis
    scoring.run = get_random_string(12)
    scoring.left = [partition.key for partition in cut]
    scoring.seen = market_changes.scored_snapshot()
    scoring.save()
    if job is not None:
        jobs.advance(job, 0, total=len(cut), result={"parts": len(cut), "parts_left": len(cut)})
    request_next_partitions(scoring, job.pk if job else 0)


def request_next_partitions(scoring: Scoring, job_id: int) -> None:
    """Publish the partitions whose turn it is: those of offers once no order is left.

    What was asked for before is not asked for twice.
    """
    orders = [key for key in scoring.left if partitions.Partition.named(key).side == "order"]
    turn = (orders or scoring.left)[:AT_ONCE]
    outbox.publish_many([_request(scoring.run, key, job_id) for key in turn])


def request_again(scoring: Scoring, key: str, job_id: int, at: dt.datetime) -> None:
    outbox.publish_many([_request(scoring.run, key, job_id, again=f":{at.isoformat()}")])


def _request(run: str, key: str, job_id: int, again: str = "") -> outbox.Fact:
    return outbox.Fact(
        kind=SCORE_PARTITION,
        dedupe_key=f"score_part:{run}:{key}{again}",
        subject={"run": run, "part": key, "job": job_id},
    )


def _lock(call: str, *params: int | str) -> None:
    with connection.cursor() as cursor:
        # Local to the transaction: the connection goes on to serve others. SET takes no parameters.
        cursor.execute("select set_config('lock_timeout', %s, true)", [LOCK_WAIT])
        cursor.execute(f"select {call}", params)
