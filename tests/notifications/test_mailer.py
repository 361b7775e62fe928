import datetime as dt
import re
import socket
import threading
import time

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.notifications import (
    delivery,
    delivery_attempts,
    leases,
    outbox,
    smtp,
    smtp_pool,
)
from matchmaking.notifications.delivery_attempts import DeliveryAttempt
from matchmaking.notifications.email.content import Card, CardList, Email, Heading, Paragraph
from matchmaking.notifications.email.send import message_id_of
from matchmaking.notifications.email.send import send as send_email
from matchmaking.notifications.models import OutboxMessage, SentMail
from tests.notifications.conftest import make_due, publish, row
from tests.notifications.sink import ACCEPT, BUSY, CUT, DROP, NEVER

pytestmark = pytest.mark.django_db
NO_LEASE = {"lease_until": None, "lease_token": None}


@pytest.fixture(autouse=True)
def letters():
    """Let messages of the kind "test" be mails to an address that is nobody's inbox."""

    @outbox.handles("test")
    def handler(messages):
        email = Email(messages[0].dedupe_key, [Paragraph("Hello")])
        send_email(messages, to="guest@example.com", email=email, language="en")


def send(key="hello"):
    publish(key)
    delivery.deliver(row(key).pk)
    return row(key)


def test_accepted_mail_is_done_and_on_record(sink):
    assert send().state == "done"

    mail = sink.kept[0]
    assert (mail["Subject"], mail["To"]) == ("hello", "guest@example.com")
    assert mail["Message-ID"] == SentMail.objects.get().message_id
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_mail_with_dots_and_chinese_arrives_as_written(sink):
    publish("点\n. 起头")
    lease = leases.claim(OutboxMessage.objects.get().pk)
    email = Email(
        "订单已通过 · 60,000 双",
        [Heading("."), CardList([Card(title="..", url="http://x/")])],
    )

    send_email(lease.messages, to="guest@example.com", email=email, language="zh-hans")

    mail = sink.kept[0]
    assert mail["Subject"] == "订单已通过 · 60,000 双"
    lines = mail.get_body(("plain",)).get_content().splitlines()
    assert lines[2:6] == [".", "", "- ..", "  http://x/"]


@pytest.mark.parametrize(
    ("answer", "state", "kept"),
    [(BUSY, "pending", 0), (NEVER, "dead", 0), (CUT, "uncertain", 1)],
)
def test_the_servers_answer_decides(sink, answer, state, kept):
    sink.answer = lambda mail: answer

    assert send().state == state
    assert len(sink.kept) == kept
    assert list(SentMail.objects.values_list("uncertain", flat=True)) == [True] * kept


def test_a_refused_recipient_is_dead(sink):
    async def handle_RCPT(server, session, envelope, address, options):  # noqa: N802
        return NEVER

    sink.handle_RCPT = handle_RCPT

    message = send()

    assert (message.state, message.last_error) == ("dead", "550 5.1.1 No such person")


def test_no_server_is_tried_again(settings):
    settings.EMAIL_BACKEND = "matchmaking.notifications.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert send().state == "pending"


def test_uncertain_tries_once_more_with_the_same_id_and_then_rests(sink):
    sink.answer = lambda mail: CUT
    send()
    make_due()

    delivery.deliver(row("hello").pk)

    tries = SentMail.objects.values_list("message_id", "uncertain")
    assert [(mail["Message-ID"], True) for mail in sink.kept] == list(tries)
    assert (row("hello").state, row("hello").last_error) == (
        "dead",
        "uncertain twice: the mail may have arrived",
    )


def test_uncertain_that_goes_well_is_on_record_twice(sink):
    sink.answer = lambda mail: DROP if len(sink.seen) == 1 else ACCEPT
    send()
    make_due()

    delivery.deliver(row("hello").pk)

    assert row("hello").state == "done"
    assert set(SentMail.objects.values_list("uncertain", flat=True)) == {True, False}


def test_mail_that_was_accepted_is_not_sent_again(sink):
    send()
    OutboxMessage.objects.update(state="pending")

    delivery.deliver(row("hello").pk)

    assert row("hello").state == "done"
    assert len(sink.kept) == 1


@pytest.fixture
def orphan():
    """A mail that was marked, and whose worker then ended; its lease is over."""
    publish("hello")
    lease = leases.claim(row("hello").pk)
    mail = DeliveryAttempt(lease.messages, message_id_of(lease.messages), None)
    mail.begin()
    OutboxMessage.objects.update(lease_until="2020-01-01T00:00:00Z")
    return mail


def test_a_worker_that_ends_while_the_server_has_the_mail_leaves_it_uncertain(sink, orphan):
    delivery.deliver(row("hello").pk)

    message = row("hello")
    assert (message.state, message.sending_at) == ("uncertain", None)
    assert message.next_at - timezone.now() > dt.timedelta(minutes=9)
    assert sink.kept == []

    make_due()
    delivery.deliver(message.pk)

    assert row("hello").state == "done"
    assert [mail["Message-ID"] for mail in sink.kept] == [orphan.message_id]
    assert sorted(delivery_attempts.earlier_attempts(orphan.message_id)) == [False, True]


def test_a_mail_that_ends_its_worker_twice_rests(sink, orphan):
    delivery.deliver(row("hello").pk)
    make_due()
    lease = leases.claim(row("hello").pk)
    DeliveryAttempt(lease.messages, orphan.message_id, None).begin()
    OutboxMessage.objects.update(lease_until="2020-01-01T00:00:00Z")

    delivery.deliver(row("hello").pk)

    assert (row("hello").state, sink.kept) == ("dead", [])


def test_an_accepted_mail_whose_worker_ended_is_done(sink, orphan):
    orphan.accept()

    delivery.deliver(row("hello").pk)

    assert (row("hello").state, sink.kept) == ("done", [])


def test_a_refused_mail_whose_worker_ended_is_tried_again(sink, orphan):
    orphan.take_back()

    delivery.deliver(row("hello").pk)

    assert (row("hello").state, sink.kept) == ("pending", [])
    assert not SentMail.objects.exists()


def test_an_uncertain_mail_takes_no_news_along(sink):
    publish("one", bundle_key="b")
    publish("two", bundle_key="b")
    lease = leases.claim(row("one").pk)
    DeliveryAttempt(lease.messages, message_id_of(lease.messages), None).begin()
    OutboxMessage.objects.update(lease_until="2020-01-01T00:00:00Z")
    publish("three", bundle_key="b")

    delivery.deliver(row("one").pk)

    states = OutboxMessage.objects.order_by("pk").values_list("dedupe_key", "state")
    assert list(states) == [("one", "uncertain"), ("two", "uncertain"), ("three", "pending")]


def test_who_lost_the_lease_sends_nothing(sink, orphan):
    OutboxMessage.objects.update(state="pending", sending_at=None, **NO_LEASE)
    leases.claim(row("hello").pk)
    email = Email("late", [])

    with pytest.raises(outbox.Retry):
        send_email(orphan.rows, to="guest@example.com", email=email, language="en")

    assert sink.seen == []


def test_mails_that_follow_at_once_share_a_connection(sink):
    for number in range(3):
        assert send(str(number)).state == "done"

    assert len(sink.talks) == 1


def test_a_mail_after_a_refusal_has_a_connection_of_its_own(sink):
    sink.answer = lambda mail: BUSY if mail["Subject"] == "0" else ACCEPT

    assert [send(str(number)).state for number in range(3)] == ["pending", "done", "done"]
    assert len(sink.talks) == 2


def test_a_kept_connection_that_the_server_ended_costs_no_mail(sink):
    send("0")
    sink.hang_up()

    assert send("1").state == "done"
    assert len(sink.talks) == 2


def test_a_connection_is_not_kept_for_ever(sink, monkeypatch):
    monkeypatch.setattr(smtp, "MAILS_PER_CONNECTION", 2)
    for number in range(4):
        send(str(number))

    assert len(sink.talks) == 2


def test_an_idle_connection_ends_by_itself(sink, monkeypatch):
    monkeypatch.setattr(smtp, "pool", smtp_pool.ConnectionPool(seconds=0.05))
    send()
    end = time.monotonic() + 5
    while not sink.talks[0].is_closing():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_server_that_dribbles_is_cut_off_at_the_deadline(settings, monkeypatch):
    monkeypatch.setattr(smtp.EmailBackend, "deadline", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def dribble():
            talk, _address = listening.accept()
            with talk:
                for _ in range(200):
                    try:
                        talk.sendall(b"2")
                    except OSError:
                        return
                    threading.Event().wait(0.05)

        thread = threading.Thread(target=dribble)
        thread.start()
        settings.EMAIL_BACKEND = "matchmaking.notifications.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.getsockname()

        message = send()
        thread.join()

    assert message.state == "pending"
    assert "no end after 0.5 s" in message.last_error


def test_a_server_that_takes_the_mail_and_says_nothing_leaves_it_uncertain(sink, monkeypatch):
    monkeypatch.setattr(smtp.EmailBackend, "deadline", 0.5)
    never = threading.Event()
    sink.answer = lambda mail: never.wait(1.5) or ACCEPT

    assert send().state == "uncertain"


def test_the_subject_is_one_line_in_the_readers_language(sink):
    publish("x")
    lease = leases.claim(row("x").pk)
    email = Email(_("Inbox"), [])

    send_email(lease.messages, to="guest@example.com", email=email, language="en")

    assert sink.kept[0]["Subject"] == "Inbox"


def test_no_mail_is_written_twice_for_the_same_rows():
    one, two = OutboxMessage(pk=7, dedupe_key="b"), OutboxMessage(pk=3, dedupe_key="a")

    assert message_id_of([one, two]) == message_id_of([two, one])
    assert re.fullmatch(r"<[0-9a-f]{32}@.+>", message_id_of([one, two]))
    assert message_id_of([OutboxMessage(pk=9, dedupe_key="a")]) == message_id_of([two])
    assert message_id_of([one]) != message_id_of([one, two])
