"""Messages in, matches and mails out."""

import pytest

from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.core.states import JobState
from matchmaking.listings.states import PostState
from matchmaking.matching import ranking
from matchmaking.matching.models import Match, Scoring, ScoringProfile
from matchmaking.matching.ranking import handlers, locks, partitions, rescoring, sync
from matchmaking.matching.services import profiles
from matchmaking.matching.services.profiles import RESCORE
from matchmaking.notifications import outbox
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import OfferFactory, OrderFactory

pytestmark = pytest.mark.usefixtures("never_scored")


def message(kind, **subject):
    return OutboxMessage(kind=kind, subject=subject)


def changed(*posts):
    models = {"ProcessingOrder": "order", "CapacityOffer": "offer"}
    return [
        message("listings.post_changed", model=models[type(post).__name__], id=post.pk)
        for post in posts
    ]


def deliver(kind):
    """Hand all waiting messages of a kind to their handler, as the worker does."""
    rows = list(OutboxMessage.objects.filter(kind=kind, state="pending").order_by("pk"))
    if rows:
        outbox.handler_of(kind)(rows)
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(state="done")
    return len(rows)


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company, target_unit_price_cny="40.00")


@pytest.fixture
def offer(factory_company):
    return OfferFactory(company=factory_company)


@pytest.mark.django_db
def test_changed_posts_match_and_both_sides_are_told_once(order, offer, brand, factory):
    handlers.score_changed_posts(changed(order, offer))
    to_announce = deliver("matching.match_found")

    match = Match.objects.get()
    assert (to_announce, match.state, match.order_rank, match.offer_rank) == (1, "proposed", 1, 1)
    assert list(
        Notification.objects.order_by("topic").values_list("recipient", "topic", "subject")
    ) == [
        (factory.pk, f"offer:{offer.pk}", {"match": match.pk, "side": "offer"}),
        (brand.pk, f"order:{order.pk}", {"match": match.pk, "side": "order"}),
    ]


@pytest.mark.django_db
def test_a_message_that_comes_twice_writes_nothing(order, offer, brand, factory):
    handlers.score_changed_posts(changed(order, offer))
    deliver("matching.match_found")
    before = list(Match.objects.values())

    handlers.score_changed_posts(changed(order, offer))

    assert deliver("matching.match_found") == 0
    assert list(Match.objects.values()) == before
    assert Notification.objects.count() == 2


@pytest.mark.django_db
def test_a_changed_score_keeps_the_row_and_tells_nobody(order, offer, brand, factory):
    handlers.score_changed_posts(changed(order, offer))
    deliver("matching.match_found")
    before = Match.objects.get()
    order.target_unit_price_cny, order.version = "38.00", 2
    order.save()

    handlers.score_changed_posts(changed(order))

    after = Match.objects.get()
    assert deliver("matching.match_found") == 0
    assert (after.pk, after.code, after.order_version) == (before.pk, before.code, 2)
    assert after.score < before.score
    assert after.proposed_at == before.proposed_at


@pytest.mark.django_db
def test_a_paused_post_withdraws_and_comes_back_on_the_same_row_in_silence(
    order, offer, brand, factory
):
    handlers.score_changed_posts(changed(order, offer))
    deliver("matching.match_found")
    first = Match.objects.get()
    order.state = PostState.PAUSED
    order.save()
    handlers.score_changed_posts(changed(order))
    withdrawn = Match.objects.get()
    order.state = PostState.PUBLISHED
    order.save()

    handlers.score_changed_posts(changed(order))
    deliver("matching.match_found")

    assert (withdrawn.state, withdrawn.order_rank, withdrawn.offer_rank) == (
        "withdrawn",
        None,
        None,
    )
    again = Match.objects.get()
    assert (again.pk, again.state, again.withdrawn_at) == (first.pk, "proposed", None)
    assert Notification.objects.count() == 2


@pytest.mark.django_db
def test_a_suspended_company_loses_its_matches(order, offer):
    handlers.score_changed_posts(changed(order, offer))
    offer.company.status = "suspended"
    offer.company.save()

    handlers.score_changed_companies(
        [message("accounts.company_changed", company=offer.company_id)]
    )

    assert Match.objects.get().state == "withdrawn"


@pytest.mark.django_db
def test_activation_rescores_by_a_job_and_leads_back(order, offer, officer, at):
    handlers.score_changed_posts(changed(order, offer))
    first = ScoringProfile.objects.get()
    score = Match.objects.get().score
    second = profiles.create_profile(copy=first, name="Kind", by=officer, at=at, category=0.9)

    job = profiles.activate_profile(profile=second, by=officer, at=at)
    deliver(RESCORE)

    match = Match.objects.get()
    assert (match.profile, match.score != score) == (second, True)
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.done, job.result["changed"]) == (JobState.DONE, 1, 1)
    profiles.activate_profile(profile=first, by=officer, at=at)
    deliver(RESCORE)
    assert Match.objects.get().score == score
    assert ScoringProfile.objects.get(state="active") == first


@pytest.mark.django_db
def test_a_job_tells_how_many_parts_are_done_and_ends_with_the_last(
    order, offer, officer, at, monkeypatch
):
    OfferFactory()
    monkeypatch.setattr(partitions, "SMALL", 0)
    job = profiles.request_rescoring(by=officer, at=at)
    deliver(RESCORE)
    job = Job.objects.get(pk=job.pk)
    cut = job.total
    assert (job.state, job.done, cut > 2) == (JobState.RUNNING, 0, True)
    assert job.result["parts_left"] == cut

    deliver(locks.SCORE_PARTITION)
    job = Job.objects.get(pk=job.pk)
    assert (job.done, job.total, job.result["parts_left"]) == (3, cut, cut - 3)
    while deliver(locks.SCORE_PARTITION):
        pass

    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.done, job.total) == (JobState.DONE, cut, cut)
    assert (job.result["new"], job.result["parts_left"]) == (2, 0)


@pytest.mark.django_db
def test_a_job_ends_with_the_rest_that_one_transaction_left(order, offer, officer, at, monkeypatch):
    OfferFactory()
    monkeypatch.setattr(sync, "BATCH", 1)
    monkeypatch.setattr(rescoring, "SAVED_AT_ONCE", 1)
    job = jobs.begin(profiles.request_rescoring(by=officer, at=at))

    ranking.rescore_market(at=at, job=job)

    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.result["new"]) == (JobState.RUNNING, 1)
    while deliver(locks.SCORE_PARTITION):
        pass
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.result["new"], job.done) == (JobState.DONE, 2, job.total)


@pytest.mark.django_db
def test_a_job_that_is_cancelled_between_its_parts_keeps_what_was_written(
    order, offer, officer, at, monkeypatch
):
    monkeypatch.setattr(partitions, "SMALL", 0)
    job = profiles.request_rescoring(by=officer, at=at)
    deliver(RESCORE)
    deliver(locks.SCORE_PARTITION)

    jobs.request_cancel(job=job)
    deliver(locks.SCORE_PARTITION)

    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.done) == (JobState.CANCELLED, 3)
    assert (Scoring.objects.get().run, len(Scoring.objects.get().left)) == ("", job.total - 3)
    assert deliver(locks.SCORE_PARTITION) == 0


@pytest.mark.django_db
def test_a_cancelled_job_scores_nothing(order, offer, officer, at):
    job = profiles.request_rescoring(by=officer, at=at)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)

    deliver(RESCORE)

    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED
    assert list(Match.objects.all()) == []
