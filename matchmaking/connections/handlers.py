"""Calls of endpoints, and the clock of connections."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from celery.schedules import crontab
from django.utils import timezone

from matchmaking.connections import guarded_http, robots
from matchmaking.connections.services import deliveries, events
from matchmaking.connections.services.deliveries import Outcome, Prepared
from matchmaking.connections.services.events import SEND_TO_ROBOT, SEND_WEBHOOK
from matchmaking.core.database_clock import database_now
from matchmaking.notifications import outbox
from matchmaking.notifications.periodic import periodic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaking.notifications.models import OutboxMessage

SUCCESS = range(200, 300)


@outbox.handles(SEND_WEBHOOK)
def send_webhook(messages: Sequence[OutboxMessage]) -> None:
    """Call the webhook of each message.

    :raises Retry: when it did not take the event
    """
    for message in messages:
        call = deliveries.prepare_webhook(
            delivery_id=message.subject["delivery"], at=timezone.now()
        )
        outcome = _call(call)
        if not outcome.refusal and outcome.status not in SUCCESS:
            outcome = Outcome(f"HTTP {outcome.status}", outcome.status, outcome.answer)
        _end(call, outcome)


@outbox.handles(SEND_TO_ROBOT)
def send_to_robot(messages: Sequence[OutboxMessage]) -> None:
    """Put one message about all events into the group.

    :raises Retry: when the robot did not take it, or has had its messages of the minute
    """
    call = deliveries.prepare_robot(
        delivery_ids=[message.subject["delivery"] for message in messages], at=timezone.now()
    )
    outcome = _call(call)
    if not outcome.refusal:
        kind = call.attempt.endpoint.kind
        said = robots.refusal(kind, status=outcome.status or 0, body=outcome.answer)
        outcome = Outcome(said, outcome.status, outcome.answer)
    _end(call, outcome)


def _call(call: Prepared) -> Outcome:
    try:
        answer = guarded_http.post(call.url, body=call.body, headers=call.headers)
    except (guarded_http.NotPublic, guarded_http.Unreachable) as error:
        return Outcome(str(error) or type(error).__name__)
    return Outcome("", answer.status, answer.body)


def _end(call: Prepared, outcome: Outcome) -> None:
    deliveries.end_attempt(attempt=call.attempt, outcome=outcome, at=timezone.now())
    if outcome.refusal:
        raise outbox.Retry(outcome.refusal)


@periodic("announce_waiting", crontab(minute="*/5"))
def announce_waiting(slot: dt.datetime) -> None:
    del slot  # whatever is new by now
    events.announce_waiting(at=database_now())


@periodic("forget_connections", crontab(minute="20", hour="3"))
def forget_old(slot: dt.datetime) -> None:
    del slot  # whatever is old by now
    deliveries.forget_old(at=database_now())
