"""One part of a full scoring: its lists are made from the market as it is now.

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
from matchmaking.matching.ranking.context import Run
from matchmaking.matching.ranking.exclusions import Vetoes, best_of
from matchmaking.matching.ranking.locks import ask_again, ask_for_parts, lock_part
from matchmaking.matching.ranking.market import Scene
from matchmaking.matching.ranking.pair_rows import OUT, difference, rows_of
from matchmaking.matching.ranking.partitions import Part
from matchmaking.matching.ranking.rescoring import finish, keepers, result_of
from matchmaking.matching.ranking.sync import Changed
from matchmaking.matching.services.profiles import RESCORE
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from matchmaking.matching.ranking.pair_rows import Rows, StandingRows
    from matchmaking.matching.ranking.rescoring import Rescored
    from matchmaking.matching.ranking.sync import Keeper, Kept


@transaction.atomic
def score_part(*, run_code: str, key: str, at: dt.datetime, job_id: int = 0) -> Rescored | None:
    """Make the lists of one part anew, ask for the next ones, tell the job how far it is.

    None when there is nothing to do: the part was made before, another cut followed, the
    job was cancelled, or what scores depend on changed, for which a new cut is asked for.
    """
    scoring = lock_part(key)
    if scoring.run != run_code or key not in scoring.left:
        return None
    if job_id and _is_cancelled(job_id):
        return None
    run = Run.start(at)
    if run.basis != scoring.basis:
        dedupe_key = f"score_market:{run_code}:{run.basis}"
        outbox.publish(kind=RESCORE, dedupe_key=dedupe_key, subject={"job": job_id})
        return None
    rescored = _score(run, Part.named(key))
    _settle(key, rescored, at, job_id)
    return rescored


def _score(run: Run, part: Part) -> Rescored:
    posts = partitions.posts_of(part, partitions.group_numbers(run.taxonomy))
    only = f"{part.side}s"
    if part.side == "order":
        own_orders = run.loader.orders(posts)
        scene = Scene.of(own_orders, run.loader.offers_for(own_orders))
    else:
        own_offers = run.loader.offers(posts)
        scene = Scene.of(run.loader.orders_for(own_offers), own_offers)
    run.set_scene(scene)
    vetoes = Vetoes.load(**{"orders": [], "offers": [], only: posts})
    done, most = [], rescoring.SAVED_AT_ONCE
    for keeper in keepers():
        best = best_of(run, scene, keeper.k, near=keeper.near, vetoes=vetoes, only=only)
        rows, standing = rows_of(scene, best), keeper.standing_rows(part.side, posts)
        kept = _bring(run, keeper, part.side, rows, standing, most)
        most -= len(kept.new) + kept.changed
        done.append((best.pairs_scored, kept))
    market_changes.note_lists(**{only: posts})
    return finish(run, full=True, done=done)


def _bring(
    run: Run, keeper: Keeper, side: partitions.Side, rows: Rows, standing: StandingRows, most: int
) -> Kept:
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
    moved = keeper.bring_rows(run, unlisted, left, Changed()).moved
    listed = replace(rows, **{others: ranks})
    kept = keeper.bring_rows(run, listed, standing.at(~is_left), Changed(every=True), most)
    kept.moved += moved
    return kept


def _settle(key: str, rescored: Rescored, at: dt.datetime, job_id: int) -> None:
    """Cross the part off, or ask for it again where rows are left; end what is complete."""
    scoring = Scoring.objects.select_for_update().get(pk=1)
    if rescored.is_partial:
        ask_again(scoring, key, job_id, at)
    else:
        scoring.left.remove(key)
        if scoring.left:
            ask_for_parts(scoring, job_id)
        else:
            scoring.run, scoring.scored_at = "", at
        scoring.save()
    if job_id:
        _tell(job_id, result_of(rescored), scoring.left)


def _tell(job_id: int, figures: Mapping[str, int], left: Sequence[str]) -> None:
    """Add what was done to the job, whose steps are the parts."""
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
