"""Processes are killed for real; no mail is lost, none comes twice.

The control sends without the outbox under one of the same faults and must lose mail, else the
test above it proves nothing.
"""

import time
from collections import Counter

import pytest
from celery import Celery
from django.db import connection, transaction
from django.utils import timezone

from matchmaking.notifications import kinds, services, upkeep
from matchmaking.notifications.models import Notification, OutboxMessage, SentMail
from tests.faults import mails
from tests.faults.conftest import eventually
from tests.notifications.sink import ACCEPT, BUSY, DROP

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(240),  # six processes start in it
    pytest.mark.django_db(transaction=True),
]
MESSAGES = 200
SECONDS_WITHOUT_BROKER = 3.0


@pytest.fixture(autouse=True)
def numbered(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {mails.NAME: mails.NUMBERED})


@transaction.atomic
def tell(person, number):
    services.notify(
        kind=mails.NAME,
        recipients=[person.pk],
        fact=f"number:{number}",
        subject={"number": number},
        company_id=None,
    )


def wait_for_worker():
    """Return when the whole way works: relays leave a canary to Celery."""
    upkeep.send_canary(timezone.now())
    eventually(lambda: upkeep.health().canary_seconds is not None, 40)


def wait_until_recorded(sink):
    """Return when the other child has written down its last mail and waits for the server.

    A kill between the server's answer and that note is the one that may double a mail.
    """
    try:
        eventually(lambda: SentMail.objects.count() == len(sink.kept), 10)
    finally:
        connection.close()


def open_rows():
    """What is not done, with its state and why."""
    rows = OutboxMessage.objects.exclude(state="done").order_by("id")
    return list(rows.values_list("dedupe_key", "state", "attempts", "last_error"))


def test_no_mail_is_lost_or_doubled_while_everything_dies(site, broker, mail_server, brand):
    """SIGKILL of the worker in mid-mail, FLUSHALL, kill of Valkey, 4xx, kill of the relay."""
    deaths, refused, orphaned = [], Counter(), set()

    def answer(mail):
        number = int(mail["Subject"])
        time.sleep(0.005)
        if number == 40 and not deaths:
            wait_until_recorded(mail_server)
            site.kill("worker")
            orphaned.update(map(id, mail_server.seen))
            site.start("worker")
            deaths.append(number)
            return DROP
        # The sender of an orphan died while it waited for this answer.
        if id(mail) in orphaned or (number % 10 == 0 and not refused[number]):
            refused[number] += 1
            return BUSY
        return ACCEPT

    mail_server.answer = answer
    site.start("relay")
    site.start("worker")
    wait_for_worker()
    for number in range(MESSAGES):
        tell(brand, number)
        time.sleep(0.01)
        if number == 90:
            broker.flush()
        if number == 110:
            broker.kill()
        if number == 140:
            broker.start()
        if number == 160:
            assert site.terminate("relay") == 0
            site.start("relay")
    settle = time.monotonic() + 60
    while open_rows() and time.monotonic() < settle:
        time.sleep(0.1)

    expected = Counter(str(number) for number in range(MESSAGES))
    assert open_rows() == []
    assert deaths == [40]
    assert set(refused) >= set(range(0, MESSAGES, 10))
    assert mail_server.times == expected
    assert SentMail.objects.filter(uncertain=False).count() == MESSAGES
    assert Notification.objects.count() == MESSAGES


def test_without_the_broker_mail_goes_out_within_three_seconds(site, broker, mail_server, brand):
    site.start("relay")
    tell(brand, -1)
    eventually(lambda: mail_server.kept, 40)
    broker.kill()
    for number in range(20):
        tell(brand, number)

    seconds = eventually(lambda: len(mail_server.kept) == 21, 15)

    assert seconds < SECONDS_WITHOUT_BROKER
    assert set(mail_server.times.values()) == {1}


def test_control_without_the_outbox_loses_mail(site, broker, mail_server, brand):
    mail_server.answer = lambda mail: time.sleep(0.02) or ACCEPT
    site.start("worker")
    with Celery(broker=f"redis+socket://{broker.socket}?virtual_host=0") as app:
        send(app, 0)
        eventually(lambda: mail_server.times["0"], 40)
        for number in range(1, 60):
            with transaction.atomic():
                transaction.on_commit(lambda number=number: send(app, number))
        broker.flush()
        time.sleep(3)

    assert len(mail_server.kept) < 60


def send(app, number):
    app.send_task("tests.send_directly", args=[number], queue="hand")
