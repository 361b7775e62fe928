"""Rankings that follow changes of posts, companies, terms and profiles. Runs in the worker."""

import datetime as dt
from collections.abc import Collection, Sequence

from celery.schedules import crontab
from django.db import transaction
from django.db.models import Q, QuerySet

from matchmaking.core import jobs
from matchmaking.core.database_clock import database_now
from matchmaking.core.models import Job
from matchmaking.core.states import JobState
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.services.terms import TERMS_CHANGED
from matchmaking.listings.states import PostState
from matchmaking.matching import ranking
from matchmaking.matching.models import ScoringProfile
from matchmaking.matching.ranking import locks, market_changes
from matchmaking.matching.services import endings
from matchmaking.matching.services.base import PAIR_RELEASED
from matchmaking.matching.services.profiles import PREVIEW, RESCORE
from matchmaking.matching.states import MatchState
from matchmaking.notifications import outbox
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.periodic import periodic

TOGETHER = 50
PATIENCE_WITH_PARTITIONS = 120  # they wait for each other, all in the worker
PATIENCE = 30  # scoring belongs into the worker; a relay that scores keeps mails waiting


@outbox.handles("listings.post_changed", patience=PATIENCE)
def score_changed_posts(messages: Sequence[OutboxMessage]) -> None:
    """End open answers that a change made void, and score the posts together, each once."""
    posts: dict[str, set[int]] = {"order": set(), "offer": set()}
    for message in messages:
        posts[message.subject["model"]].add(message.subject["id"])
    endings.follow_posts(orders=posts["order"], offers=posts["offer"], at=database_now())
    _rescore(posts["order"], posts["offer"])


@outbox.handles(PAIR_RELEASED, patience=PATIENCE)
def refill_lists(messages: Sequence[OutboxMessage]) -> None:
    """Score the posts of answered pairs: each may have room for another, or meets again.

    Ends the answer first where a post changed or left meanwhile.
    """
    orders = {message.subject["order"] for message in messages}
    offers = {message.subject["offer"] for message in messages}
    # A post may have left while the answer was given: what told of that came before the answer.
    endings.follow_posts(orders=orders, offers=offers, at=database_now())
    _rescore(orders, offers)


@outbox.handles("accounts.company_changed", patience=PATIENCE)
def score_changed_companies(messages: Sequence[OutboxMessage]) -> None:
    """Score the posts of the companies: status, group, place, certificates or blocks changed."""
    companies = {message.subject["company"] for message in messages}
    endings.follow_companies(companies=companies, at=database_now())
    orders = _concerned(ProcessingOrder.objects.filter(company__in=companies))
    offers = _concerned(CapacityOffer.objects.filter(company__in=companies))
    _rescore(orders, offers)


def _rescore(orders: Collection[int], offers: Collection[int]) -> None:
    """Score posts together, very many in turns: each turn ends long before a task's time."""
    posts = [*((pk, True) for pk in sorted(orders)), *((pk, False) for pk in sorted(offers))]
    for start in range(0, len(posts), TOGETHER):
        turn = posts[start : start + TOGETHER]
        ranking.rescore_posts(
            orders=[pk for pk, is_order in turn if is_order],
            offers=[pk for pk, is_order in turn if not is_order],
            at=database_now(),
        )


def _concerned(posts: QuerySet[ProcessingOrder] | QuerySet[CapacityOffer]) -> set[int]:
    """Give the posts that are on the market, or have something that stands."""
    found = posts.filter(
        Q(state=PostState.PUBLISHED)
        | Q(matches__state=MatchState.PROPOSED)
        | Q(near_misses__isnull=False)
    )
    return set(found.values_list("pk", flat=True))


@outbox.handles(TERMS_CHANGED, patience=PATIENCE)
def score_changed_terms(messages: Sequence[OutboxMessage]) -> None:
    del messages  # one scoring serves them all
    ranking.start_rescoring(at=database_now())


@outbox.handles(locks.SCORE_PARTITION, patience=PATIENCE_WITH_PARTITIONS)
def score_partition(messages: Sequence[OutboxMessage]) -> None:
    for message in messages:
        run, key, job = (message.subject[name] for name in ("run", "part", "job"))
        ranking.score_partition(run_code=run, key=key, at=database_now(), job_id=job)


@outbox.handles(RESCORE, patience=PATIENCE)
def rescore(messages: Sequence[OutboxMessage]) -> None:
    """Score the whole market, for a job where one watches."""
    for message in messages:
        if not message.subject["job"]:
            ranking.start_rescoring(at=database_now())
            continue
        job = Job.objects.get(pk=message.subject["job"])
        if job.state not in jobs.OPEN:
            continue
        with transaction.atomic():
            job = jobs.begin(job)
            if jobs.is_cancelled(job):
                jobs.stop(job)
        if job.state == JobState.RUNNING and not job.cancel_requested:
            ranking.start_rescoring(at=database_now(), job=job)


@outbox.handles(PREVIEW, patience=PATIENCE)
def preview(messages: Sequence[OutboxMessage]) -> None:
    """Count what a profile would change, for the job that asked."""
    for message in messages:
        job = Job.objects.get(pk=message.subject["job"])
        profile = ScoringProfile.objects.get(pk=message.subject["profile"])
        with transaction.atomic():
            if job.state not in jobs.OPEN:
                continue
            job = jobs.begin(job)
            if jobs.is_cancelled(job):
                jobs.stop(job)
            else:
                ranking.preview_profile(job=job, profile=profile, at=database_now())


@periodic("score_market", crontab(minute="15", hour="0"))
def score_market(slot: dt.datetime) -> None:
    del slot  # a late tick scores the day that it finds
    market_changes.prune()
    ranking.start_rescoring(at=database_now())
