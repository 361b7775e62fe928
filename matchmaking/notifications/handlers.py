"""Handlers of the outbox rows that this area publishes itself."""

import datetime as dt
from collections.abc import Sequence

from matchmaking.notifications import maintenance, outbox, periodic
from matchmaking.notifications.email.personal import send_personal
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.services import MAIL


@outbox.handles(MAIL)
def send_mail(messages: Sequence[OutboxMessage]) -> None:
    send_personal(messages)


@outbox.handles(periodic.KIND)
def run_periodic(messages: Sequence[OutboxMessage]) -> None:
    for message in messages:
        subject = message.subject
        periodic.run(subject["name"], dt.datetime.fromisoformat(subject["slot"]))


@outbox.handles(maintenance.CANARY)
def return_canary(_messages: Sequence[OutboxMessage]) -> None:
    """Having come here is all that is asked of a canary."""
