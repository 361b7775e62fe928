"""A kind of mail, a mail server, and handlers that a test may add."""

import pytest
from django.db import transaction

from matchmaking.core.registry import isolated
from matchmaking.notifications import kinds, outbox, smtp
from matchmaking.notifications.email.content import Email, Paragraph
from matchmaking.notifications.kinds import Headline, MailKind
from matchmaking.notifications.models import OutboxMessage
from tests.notifications.sink import Sink


@pytest.fixture(autouse=True)
def registries():
    """Let each test register handlers, kinds and periodic work for itself alone."""
    with isolated():
        kinds.mail_kinds.reset()
        kinds.company_gates.reset()
        yield


@pytest.fixture
def sink(settings):
    """A mail server that accepts until told otherwise, spoken to by the real backend."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "matchmaking.notifications.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        yield sink
        smtp.pool.clear()


def words(notification):
    return notification.subject["word"]


def write(_user, notifications):
    """Say the words of those that still hold; "gone" ones do not."""
    said = [words(row) for row in notifications if words(row) != "gone"]
    if not said:
        return None
    return Email(" and ".join(said), [Paragraph(word) for word in said])


def headlines(rows):
    said = [words(row.notification) for row in rows]
    return [Headline(f"About {word}", f"/about/{word}/") for word in said]


@pytest.fixture
def news():
    """A kind of mail that can be switched."""
    return kinds.register(MailKind(name="news", label="News", write=write, headlines=headlines))


@pytest.fixture
def verdict():
    """A kind of mail that cannot be switched off."""
    return kinds.register(
        MailKind(name="verdict", label="Verdict", write=write, headlines=headlines, mandatory=True)
    )


def publish(key, *, kind="test", **values):
    with transaction.atomic():
        return outbox.publish(kind=kind, dedupe_key=key, subject={}, **values)


def row(key):
    return OutboxMessage.objects.get(dedupe_key=key)


def make_due(**filters):
    """Let the waiting time of the rows be over."""
    with transaction.atomic():
        rows = OutboxMessage.objects.filter(**filters)
        rows.update(next_at="2020-01-01T00:00:00Z")
