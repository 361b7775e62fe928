"""The stages of the replay on a few factories, with worker and sink in this process."""

import uuid

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from matchmaking.demonstration.replay import database_counts, report
from matchmaking.demonstration.replay.factories import SHEET, read_factories
from matchmaking.demonstration.replay.orders import make_orders
from matchmaking.demonstration.replay.run import Clock, Replay
from matchmaking.notifications import delivery, leases
from matchmaking.notifications.models import SentMail

FACTORIES, ORDERS = 6, 3


class Keeper(BaseEmailBackend):
    """Keeps mails in a folder as the mail sink does; loses every second where it is told to."""

    folder = None
    loses = False
    sent = 0

    def send_messages(self, messages):
        for mail in messages:
            Keeper.sent += 1
            if Keeper.loses and Keeper.sent % 2:
                continue
            head = f"X-Envelope-To: {', '.join(mail.recipients())}\r\n".encode()
            path = Keeper.folder / f"{uuid.uuid4()}.eml"
            path.write_bytes(head + mail.message().as_bytes(linesep="\r\n"))
        return len(messages)


class Inline:
    """Works the outbox whenever the replay waits."""

    def __init__(self, folder):
        self.mails = folder

    def check(self):
        while due := leases.find_due(100):
            for message in due:
                delivery.deliver(message.id)


@pytest.fixture
def replay(db, settings, tmp_path):
    settings.EMAIL_BACKEND = f"{__name__}.Keeper"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    Keeper.folder, Keeper.sent, Keeper.loses = tmp_path, 0, False
    lines = SHEET.read_bytes().split(b"\n")
    return Replay(
        Inline(tmp_path),
        Clock(lambda _text: None),
        sheet=b"\n".join(lines[: FACTORIES + 1]) + b"\n",
        factories=read_factories()[:FACTORIES],
        orders=make_orders()[:ORDERS],
    )


def test_replay_reconciles_from_sheet_to_mail(replay):
    replay.run()
    findings = report.inspect(replay)
    assert list(findings.problems) == []
    assert findings.last_line.startswith("factories=6 orders=3 offers=6 pairs_scored=")
    assert findings.last_line.endswith("lost=0 doubled=0")
    assert findings.mails.accepted == SentMail.objects.count() > 0
    assert len(database_counts.mail_seconds()) == findings.mails.accepted
    assert len(list(report.table(findings))) == 9
    assert len(list(report.best_matches())) % 2 == 0
    assert "11 % of it free" in "\n".join(report.basis(replay))


def test_replay_sees_what_a_lossy_server_swallowed(replay):
    """The control: the same run with every second mail accepted and thrown away."""
    Keeper.loses = True
    replay.run()
    findings = report.inspect(replay)
    assert findings.mails.lost
    assert any(problem.startswith("mails lost") for problem in findings.problems)
