"""PostgreSQL is killed for real; what it had acknowledged is there afterwards, and is mailed."""

import time
from collections import Counter
from threading import Timer

import pytest
from django.db import DatabaseError, connection

from accounts.models import User
from matchmaking.core.registry import isolated
from matchmaking.notifications import kinds
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.faults import mails
from tests.faults.conftest import eventually
from tests.faults.test_mail_survives import settle, tell, uncertain_numbers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]
MESSAGES = 120


@pytest.fixture(autouse=True)
def numbered():
    with isolated():
        kinds.mail_kinds.reset()
        mails.register()
        yield


@pytest.fixture
def person(database):
    values = {"language": "en", "time_zone": "UTC"}
    return User.objects.get_or_create(email="guest@example.com", defaults=values)[0]


def stored_numbers():
    """Return what is known of after all, as inbox line and as mail."""
    rows = Notification.objects.values_list("fact", flat=True)
    keys = OutboxMessage.objects.filter(kind="mail").values_list("dedupe_key", flat=True)
    numbers = {fact.split(":")[1] for fact in rows}
    assert {key.split(":")[3] for key in keys} == numbers
    return numbers


def test_what_postgresql_acknowledged_is_mailed_after_its_death(
    site_of_its_own, database, mail_server, person
):
    """SIGKILL of PostgreSQL and of all its sessions while rows are written and mails go out."""
    site = site_of_its_own
    site.start("relay")
    site.start("worker")
    tell(person, 0)
    eventually(lambda: mail_server.kept, 40)
    relay, worker = site.processes["relay"], site.processes["worker"]

    death = Timer(0.5, database.kill)
    death.start()
    acknowledged = {"0"}
    for number in range(1, MESSAGES):
        try:
            tell(person, number)
        except DatabaseError:
            connection.close()
            death.join()
            database.start()
        else:
            acknowledged.add(str(number))
        time.sleep(0.01)
    settle(30)

    times = Counter(mail_server.times)
    doubled = {number for number in times if times[number] > 1}
    assert acknowledged < {str(number) for number in range(MESSAGES)}
    assert acknowledged <= stored_numbers()
    assert set(times) == stored_numbers()
    assert doubled <= uncertain_numbers()
    assert (relay.poll(), worker.poll()) == (None, None)


def test_control_without_waiting_for_the_disk_loses_what_was_acknowledged(database, person):
    """The same death, with a commit that is acknowledged before it is written."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    numbers = range(1000, 1020)
    for number in numbers:
        tell(person, number)
    database.kill()
    connection.close()
    database.start()

    assert not {str(number) for number in numbers} <= stored_numbers()
