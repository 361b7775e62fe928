import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection

from matchmaking.celery import app
from matchmaking.notifications import outbox, relay
from matchmaking.notifications.broker import Broker
from matchmaking.notifications.maintenance import CANARY
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.relay import Relay
from tests.notifications.conftest import publish

pytestmark = pytest.mark.django_db(transaction=True)


class Queue(Broker):
    """A broker whose queue lies in memory, and whose worker is the test."""

    def __init__(self):
        super().__init__()
        self.ids: list[int] = []
        self.is_away = False

    def send(self, row_id):
        if not self.is_away:
            self.ids.append(row_id)
        return not self.is_away

    def is_queue_empty(self):
        return not self.ids and not self.is_away


@pytest.fixture
def queue(monkeypatch):
    queue = Queue()
    monkeypatch.setattr(relay, "Broker", lambda: queue)
    monkeypatch.setattr(outbox, "PATIENCE_SECONDS", 0.2)
    return queue


@pytest.fixture
def done():
    """The keys of the messages that were worked, in order."""
    keys = []
    outbox.handles("test")(lambda messages: keys.extend(m.dedupe_key for m in messages))
    return keys


@contextmanager
def running(count=1):
    relays = [Relay() for _ in range(count)]
    threads = [threading.Thread(target=_run, args=[one]) for one in relays]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for one in relays:
            one.stop()
        for thread in threads:
            thread.join()


def _run(one):
    try:
        one.run()
    finally:
        connection.close()


def eventually(is_true, seconds=5.0):
    end = time.monotonic() + seconds
    while not is_true() and time.monotonic() < end:
        time.sleep(0.01)
    assert is_true()


def test_a_message_is_handed_to_celery_within_a_tenth_of_a_second(queue, done):
    with running():
        time.sleep(0.5)
        publish("a")
        start = time.monotonic()
        eventually(lambda: queue.ids)

    assert time.monotonic() - start < 1.5  # the poll alone would need up to a second
    assert queue.ids == [OutboxMessage.objects.get().pk]
    assert done == []


def test_a_bundle_is_handed_over_by_one_of_its_messages(queue):
    for key in ("a", "b", "c"):
        publish(key, bundle_key="market")

    Relay().turn()

    assert queue.ids == [OutboxMessage.objects.get(dedupe_key="a").pk]


def test_while_the_broker_is_away_the_relay_works_itself(queue, done):
    queue.is_away = True
    with running():
        for n in range(30):
            publish(f"k{n}")
        eventually(lambda: len(done) == 30)

    assert len(set(done)) == 30


def test_what_celery_does_not_take_the_relay_works_after_a_while(queue, done):
    with running():
        for n in range(10):
            publish(f"k{n}")
        eventually(lambda: len(done) == 10)

    assert len(queue.ids) == len(set(queue.ids)) == 10  # nothing is handed over twice


def test_work_for_the_engine_stays_with_a_busy_celery(queue, done):
    outbox.handles("heavy", patience=30)(done.extend)
    with running():
        publish("a", kind="heavy")
        eventually(lambda: queue.ids)
        time.sleep(0.6)  # three times the patience with everything else

    assert done == []


def test_what_the_broker_lost_is_handed_over_again(queue):
    publish("a")
    one = Relay()
    one.turn()
    one.turn()
    assert len(queue.ids) == 1
    queue.ids.clear()  # FLUSHALL
    one.turn()
    assert queue.ids == []  # not yet: a worker may be about to claim it
    time.sleep(0.25)

    one.turn()

    assert len(queue.ids) == 1


def test_a_canary_is_left_to_celery(queue):
    publish("canary", kind=CANARY)
    with running():
        time.sleep(1)

    assert OutboxMessage.objects.get().state == "pending"
    assert len(queue.ids) == 1


def test_two_relays_work_each_message_once(queue, done):
    queue.is_away = True
    with running(2):
        for n in range(40):
            publish(f"k{n}")
        eventually(lambda: len(done) >= 40)

    assert sorted(done) == sorted({f"k{n}" for n in range(40)})


def test_a_handler_that_fails_does_not_stop_the_relay(queue, done):
    queue.is_away = True

    @outbox.handles("bad")
    def bad(messages):
        raise ValueError

    with running():
        publish("bad", kind="bad")
        publish("good")
        eventually(lambda: done == ["good"])
        eventually(lambda: OutboxMessage.objects.get(kind="bad").attempts == 1)


def test_the_relay_outlives_a_lost_database_connection(queue, done):
    queue.is_away = True
    with running():
        publish("a")
        eventually(lambda: done == ["a"])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        publish("b")
        eventually(lambda: done == ["a", "b"])


def test_the_broker_is_left_alone_after_a_failure(settings, monkeypatch):
    broker = Broker()
    sent = []
    monkeypatch.setattr(app, "connection_for_write", lambda **_: sent.append(1) or _refuse())

    assert broker.send(1) is False
    assert broker.send(2) is False
    assert broker.is_queue_empty() is False
    assert (len(sent), broker.is_backing_off) == (1, True)


def _refuse():
    raise ConnectionRefusedError
