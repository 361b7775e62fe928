"""A worker is killed in the middle of a part of a full scoring; nothing of it is lost."""

import time

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from matchmaking.core.models import Job
from matchmaking.core.states import JobState
from matchmaking.engine.ranking import warm
from matchmaking.matching import ranking
from matchmaking.matching.models import Match, Scoring
from matchmaking.matching.ranking import locks
from matchmaking.matching.services import announcements, profiles
from matchmaking.matching.services.announcements import FOUND
from matchmaking.notifications.models import OutboxMessage
from tests.factories import OfferFactory, OrderFactory
from tests.faults.apps import LEASE_SECONDS
from tests.faults.conftest import eventually
from tests.matching.conftest import state_of_market

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),  # the first run compiles the kernels, a minute of work
    pytest.mark.django_db(transaction=True),
]
OURS_ALONE = {"cursor_factory", "context"}
WAITING = """
    select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%%key share%%'
"""


@pytest.fixture
def market(transactional_db):
    warm()  # what the worker then finds compiled
    OrderFactory.create_batch(5)
    OfferFactory.create_batch(5)
    yield
    Scoring.objects.update(basis="", scored_at=None, run="", left=[])  # the row outlives the test


def kill_in_the_middle_of_a_part(site):
    """Kill the worker while a part waits for a post's lock, with its rows still to be written."""
    job = profiles.request_rescoring(by=None, at=timezone.now())
    reach = connection.get_connection_params()
    with psycopg.connect(**{name: reach[name] for name in reach.keys() - OURS_ALONE}) as holder:
        holder.execute("select from listings_capacityoffer for update")
        site.start("relay")
        site.start("worker")
        eventually(lambda: _waiting() > 0, 90)
        site.kill("worker")
        holder.rollback()
    return job


def _waiting():
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0]


def test_a_part_whose_worker_is_killed_is_scored_by_the_next(site, market):
    """First the control: with messages that count as done once taken, the part stays lost."""
    job = kill_in_the_middle_of_a_part(site)
    taken = list(OutboxMessage.objects.filter(state="leased"))
    OutboxMessage.objects.filter(state="leased").update(
        state="done", lease_token=None, lease_until=None, settled_at=timezone.now()
    )
    left = len(Scoring.objects.get().left)
    site.start("worker")
    eventually(lambda: len(Scoring.objects.get().left) < left, 60)
    time.sleep(LEASE_SECONDS)
    keys = {message.subject["part"] for message in taken if message.kind == locks.SCORE_PARTITION}
    assert keys & set(Scoring.objects.get().left) != set()
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
    assert list(Match.objects.all()) == []

    fields = ["state", "lease_token", "lease_until", "settled_at"]
    OutboxMessage.objects.bulk_update(taken, fields)  # as the death left them
    eventually(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE, 60)

    job = Job.objects.get(pk=job.pk)
    assert (job.done, job.result["new"]) == (job.total, Match.objects.count())
    facts = OutboxMessage.objects.filter(kind=FOUND)
    told = [pk for fact in facts for pk in announcements.announced_ids(fact.subject)]
    assert sorted(told) == sorted(Match.objects.values_list("pk", flat=True)) != []
    state = state_of_market()
    assert ranking.rescore_market(at=timezone.now()).matches.written == 0
    assert state_of_market() == state
