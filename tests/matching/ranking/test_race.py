"""Two workers at once: what they do to one market adds up."""

import threading

import pytest
from django.db import connection

from matchmaking.matching.models import Match, Scoring
from matchmaking.matching.ranking import rescore_market, rescore_posts
from matchmaking.notifications.models import OutboxMessage
from tests.factories import OfferFactory, OrderFactory
from tests.matching.conftest import state_of_market


@pytest.fixture
def forget_basis(transactional_db):
    yield
    Scoring.objects.update(basis="", scored_at=None)  # the row outlives the test


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("forget_basis")
def test_two_workers_score_one_after_the_other(at, settings):
    settings.MATCHES_PER_POST = 3
    orders = OrderFactory.create_batch(6)
    offers = OfferFactory.create_batch(6)
    rescore_market(at=at)
    Match.objects.all().delete()
    failures = []

    def work(posts, side):
        try:
            for post in posts:
                wanted = {"orders": [], "offers": [], side: [post.pk]}
                rescore_posts(**wanted, at=at)
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)
        finally:
            connection.close()

    workers = [
        threading.Thread(target=work, args=args)
        for args in ((orders, "orders"), (offers, "offers"), (offers[::-1], "offers"))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failures == []
    state = state_of_market()
    assert rescore_market(at=at).matches.written == 0
    assert state_of_market() == state
    facts = OutboxMessage.objects.filter(kind="matching.match_found")
    assert facts.values("subject__match").distinct().count() == facts.count()
