import socket
import threading

import pytest
from django.utils.translation import gettext_lazy as _

from matchmaking.notifications import delivery, mailer, outbox, smtp
from matchmaking.notifications.mailer import MailContent
from matchmaking.notifications.models import OutboxMessage, SentMail
from tests.notifications.conftest import make_due, publish, row
from tests.notifications.sink import ACCEPT, BUSY, CUT, DROP, NEVER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def letters():
    """Let messages of the kind "test" be mails to an address that is nobody's inbox."""

    @outbox.handles("test")
    def handler(messages):
        content = MailContent(subject=messages[0].dedupe_key, template="mail/digest")
        mailer.deliver(messages, to="guest@example.com", content=content, language="en")


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
    row_ = OutboxMessage.objects.get()
    content = MailContent(
        subject="订单已通过 · 60,000 双",
        template="mail/digest",
        context={"sections": [{"label": ".", "lines": [{"title": "..", "url": "http://x/"}]}]},
    )

    mailer.deliver(row_, to="guest@example.com", content=content, language="zh-hans")

    mail = sink.kept[0]
    assert mail["Subject"] == "订单已通过 · 60,000 双"
    lines = mail.get_body(("plain",)).get_content().splitlines()
    assert lines[2:5] == [".", "- ..", "  http://x/"]


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

    assert [mail["Message-ID"] for mail in sink.kept] == [SentMail.objects.get().message_id] * 2
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
    content = MailContent(subject=_("Inbox"), template="mail/digest")

    mailer.deliver([row("x")], to="guest@example.com", content=content, language="en")

    assert sink.kept[0]["Subject"] == "Inbox"


def test_no_mail_is_written_twice_for_the_same_rows():
    one, two = OutboxMessage(pk=7, dedupe_key="b"), OutboxMessage(pk=3, dedupe_key="a")

    assert mailer.message_id_of([one, two]) == mailer.message_id_of([two, one])
    assert mailer.message_id_of([one, two]).startswith("<3.")
    assert mailer.message_id_of([one]) != mailer.message_id_of([one, two])
