import datetime as dt

import pytest
from celery.schedules import crontab
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from matchmaking.celery import app
from matchmaking.core.models import IdempotencyKey
from matchmaking.core.registry import AlreadyRegistered, isolated
from matchmaking.notifications import delivery, leases, maintenance, periodic, tasks
from matchmaking.notifications.beat import RegistryScheduler
from matchmaking.notifications.models import OutboxMessage, ScheduledRun, SentMail
from tests.notifications.conftest import make_due, publish, row
from tests.notifications.test_outbox import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def slots():
    """The slots in which the work "hourly" did its work."""
    done = []
    periodic.periodic("hourly", crontab(minute="0"))(done.append)
    return done


def work():
    make_due(state="pending")
    for due in leases.find_due(100):
        delivery.deliver(due.id)


def test_periodic_work_is_done_once_per_slot(slots):
    tasks.claim_slot("hourly")
    tasks.claim_slot("hourly")
    work()

    assert slots == [ScheduledRun.objects.get().slot]


@pytest.mark.django_db(transaction=True)
def test_many_beats_take_a_slot_once(slots):
    assert race(6, lambda _n: periodic.claim("hourly")).count(True) in (1, 2)  # a minute may turn

    assert OutboxMessage.objects.count() == ScheduledRun.objects.count()


def test_periodic_work_that_nobody_registered_changes_nothing(capsys):
    tasks.claim_slot("of tomorrow")

    assert "tick_unknown" in capsys.readouterr().out
    assert not ScheduledRun.objects.exists()


def test_periodic_work_that_fails_is_done_again():
    calls = []

    @periodic.periodic("shaky", crontab(minute="0"))
    def shaky(slot):
        calls.append(slot)
        if len(calls) == 1:
            raise OSError

    periodic.claim("shaky")
    work()
    work()

    assert len(calls) == 2
    assert OutboxMessage.objects.get().state == "done"


def test_a_late_run_leaves_its_work_to_the_next(slots):
    periodic.claim("hourly")
    ScheduledRun.objects.create(name="hourly", slot=timezone.now() + dt.timedelta(hours=1))

    work()

    assert (slots, OutboxMessage.objects.get().state) == ([], "cancelled")


def test_periodic_work_is_registered_once():
    periodic.periodic("once", dt.timedelta(minutes=1))(lambda slot: None)
    with pytest.raises(AlreadyRegistered, match="once"):
        periodic.periodic("once", dt.timedelta(minutes=1))(lambda slot: None)


def test_slots_follow_the_schedule(slots):
    periodic.claim("canary")
    periodic.claim("hourly")

    length = dict(ScheduledRun.objects.values_list("name", "slot"))
    assert length["canary"].second % 15 == length["canary"].microsecond == 0
    assert length["hourly"].second == 0


def test_the_canary_goes_the_whole_way_and_shows_in_the_health():
    assert maintenance.health().canary_seconds is None
    maintenance.send_canary(timezone.now())
    maintenance.send_canary(timezone.now())  # one is under way
    assert OutboxMessage.objects.count() == 1

    work()

    assert maintenance.health().canary_seconds < 5


def test_health_counts_what_is_open():
    for key in ("pending", "due", "leased", "dead", "uncertain"):
        publish(key)
    make_due(dedupe_key="due")
    lease = leases.claim(row("leased").pk)
    OutboxMessage.objects.filter(dedupe_key__in=["dead", "uncertain"]).update(state="dead")
    OutboxMessage.objects.filter(dedupe_key="uncertain").update(state="uncertain")

    health = maintenance.health()

    assert (health.pending, health.leased, health.uncertain, health.dead) == (2, 1, 1, 1)
    assert health.oldest_due_seconds > 3600
    assert lease.ids == [row("leased").pk]


def test_sweep_is_periodic():
    publish("a")
    leases.claim(row("a").pk)
    OutboxMessage.objects.update(lease_until="2020-01-01T00:00:00Z", attempts=leases.MOST_ATTEMPTS)

    maintenance.sweep(timezone.now())

    assert row("a").state == "dead"


def test_prune_forgets_what_is_old_and_settled():
    long_ago = timezone.now() - dt.timedelta(days=100)
    last_week = timezone.now() - dt.timedelta(days=8)
    for key in ("old", "dead", "new"):
        publish(key)
    publish("canary", kind=maintenance.CANARY)
    OutboxMessage.objects.update(state="done", settled_at=long_ago)
    OutboxMessage.objects.filter(dedupe_key="dead").update(state="dead")
    OutboxMessage.objects.filter(dedupe_key="new").update(settled_at=last_week)
    OutboxMessage.objects.filter(dedupe_key="canary").update(settled_at=last_week)
    mail = SentMail.objects.create(message_id="<1@x>", kind="mail", accepted_at=long_ago)
    mail.messages.set([row("old")])
    ScheduledRun.objects.create(name="x", slot=last_week)
    IdempotencyKey.objects.create(owner="o", key="k", method="POST", path="/", body_hash="")
    IdempotencyKey.objects.update(created_at=last_week)

    maintenance.prune(timezone.now())

    assert set(OutboxMessage.objects.values_list("dedupe_key", flat=True)) == {"dead", "new"}
    assert not SentMail.objects.exists()
    assert not ScheduledRun.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_finding_what_is_due_reads_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + leases.FIND_DUE, {"limit": 10, **leases.LIMITS})
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan" not in plan


@pytest.fixture
def beat():
    """Start the scheduler of beat without its loop, as often as it is called."""

    def start():
        scheduler = RegistryScheduler(app=app, lazy=True)
        scheduler.setup_schedule()
        return scheduler

    return start


def scheduled():
    return dict(PeriodicTask.objects.filter(task=periodic.TASK).values_list("name", "args"))


@pytest.mark.django_db(transaction=True)  # the scheduler closes connections
def test_beat_runs_what_areas_registered(beat, slots):
    beat()

    names = {run.name for run in periodic.periodic_runs.ordered()}
    assert names >= {"canary", "expire_posts", "score_market", "hourly"}
    assert scheduled() == {name: f'["{name}"]' for name in names}
    canary = PeriodicTask.objects.get(name="canary").interval
    assert (canary.every, canary.period) == (15, "seconds")
    assert PeriodicTask.objects.get(name="hourly").crontab.minute == "0"


@pytest.mark.django_db(transaction=True)  # the scheduler closes connections
def test_beat_forgets_a_run_that_no_area_has_any_more(beat):
    with isolated():
        periodic.periodic("of yesterday", dt.timedelta(minutes=1))(lambda slot: None)
        beat()
    assert "of yesterday" in scheduled()

    beat()

    assert "of yesterday" not in scheduled()
    assert PeriodicTask.objects.filter(name="celery.backend_cleanup").exists()
