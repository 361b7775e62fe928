"""Processes are killed for real; no mail is lost, none comes twice but on record.

A control takes the protection away under the same fault and must lose or double mail, else the
test proves nothing.
"""

import time
from collections import Counter

import psycopg
import pytest
from celery import Celery
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from matchmaking.core.registry import isolated
from matchmaking.notifications import kinds, maintenance, services
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
CHILDREN = 2  # of the worker
SECONDS_WITHOUT_BROKER = 3.0


@pytest.fixture(autouse=True)
def numbered():
    with isolated():
        kinds.mail_kinds.reset()
        mails.register()
        yield


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
    maintenance.send_canary(timezone.now())
    eventually(lambda: maintenance.health().canary_seconds is not None, 40)


def open_rows():
    """What is not done, with its state and why."""
    rows = OutboxMessage.objects.exclude(state="done").order_by("id")
    return list(rows.values_list("dedupe_key", "state", "attempts", "last_error"))


def settle(seconds):
    """Wait until nothing is left to do; what is uncertain gets its second try at once."""
    end = time.monotonic() + seconds
    while (rows := open_rows()) and time.monotonic() < end:
        if {state for _key, state, *_ in rows} == {"uncertain"}:
            OutboxMessage.objects.filter(state="uncertain").update(next_at=Now())
        time.sleep(0.1)


def uncertain_numbers():
    """Return the mails that may have come twice, as the record has them."""
    rows = OutboxMessage.objects.filter(mails__uncertain=True)
    return {key.split(":")[3] for key in rows.values_list("dedupe_key", flat=True)}


def test_no_mail_is_lost_or_doubled_while_everything_dies(site, broker, mail_server, brand):
    """SIGKILL of the worker in mid-mail, FLUSHALL, kill of Valkey, 4xx, kill of the relay."""
    deaths, refused = [], Counter()

    def answer(mail):
        number = int(mail["Subject"])
        time.sleep(0.005)
        if number == 40 and not deaths:
            site.kill("worker")
            site.start("worker")
            deaths.append(number)
            return DROP
        if number % 10 == 0 and not refused[number]:
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
    settle(60)

    expected = {str(number) for number in range(MESSAGES)}
    doubled = {number for number, times in mail_server.times.items() if times > 1}
    assert open_rows() == []
    assert deaths == [40]
    assert set(refused) >= set(range(0, MESSAGES, 10)) - {40}
    assert set(mail_server.times) == expected
    assert doubled <= uncertain_numbers() <= expected
    assert len(doubled) <= CHILDREN  # each child had one mail in hand when it was killed
    assert SentMail.objects.filter(uncertain=False).count() == MESSAGES
    assert Notification.objects.count() == MESSAGES


def test_a_worker_killed_after_the_servers_250_doubles_no_mail_silently(site, mail_server, brand):
    """The mail server has said yes, the worker dies before it can write that down.

    Of two mails that are in this window together one keeps its mark; the other, whose mark is
    taken away, is the control: it comes twice, and nothing tells of it.
    """
    site.start("relay")
    site.start("worker")
    wait_for_worker()
    with psycopg.connect(**plain_parameters()) as holder:
        mail_server.answer = lambda mail: hold(holder, mail) and ACCEPT
        tell(brand, 1)
        tell(brand, 2)
        eventually(lambda: len(waiting()) == CHILDREN, 20)
        site.kill("worker")
        end_sessions(waiting())
    mail_server.answer = lambda mail: ACCEPT
    marked, unmarked = OutboxMessage.objects.filter(state="leased").order_by("id")
    unmarked.mails.all().delete()
    OutboxMessage.objects.filter(pk=unmarked.pk).update(sending_at=None)

    eventually(lambda: open_states() == ["uncertain"], 30)

    assert mail_server.times == {"1": 1, "2": 2}
    assert [mail.uncertain for mail in unmarked.mails.all()] == [False]
    assert uncertain_numbers() == {"1"}
    OutboxMessage.objects.filter(pk=marked.pk).update(next_at=Now())
    eventually(lambda: open_states() == [], 30)
    assert mail_server.times == {"1": 2, "2": 2}
    assert len({mail["Message-ID"] for mail in mail_server.kept if mail["Subject"] == "1"}) == 1
    assert sorted(mail.uncertain for mail in marked.mails.all()) == [False, True]


def plain_parameters():
    """Return how to reach the test's database without Django."""
    params = connection.get_connection_params()
    return {name: params[name] for name in ("dbname", "user", "host", "port") if name in params}


def hold(holder, mail):
    """Keep whoever heard the answer from writing it down, as long as ``holder`` lives."""
    statement = "SELECT id FROM notifications_sentmail WHERE message_id = %s FOR UPDATE"
    return holder.execute(statement, [mail["Message-ID"]]).fetchone()


def waiting():
    """Return the sessions of the database that wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def end_sessions(pids):
    """End what the server still does for clients that are dead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s) AS pid", [pids])


def open_states():
    return [state for _key, state, *_ in open_rows()]


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
