"""Events: recorded with the notice that they repeat, and published to each endpoint that wants them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from matchmaking.connections.models import Delivery, Endpoint, Event
from matchmaking.connections.queries import TEST, WAITING
from matchmaking.connections.states import EndpointKind
from matchmaking.core.workbench import queues
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matchmaking.notifications.kinds import ToldFact

SEND_WEBHOOK = "connections.webhook"
SEND_TO_ROBOT = "connections.robot"
# A robot is called at most every five seconds: twelve of the twenty messages that a minute allows.
ROBOT_SECONDS = 5
LOOK_BACK = dt.timedelta(minutes=5)


def record_told(facts: Sequence[ToldFact]) -> None:
    """Record what companies were told, in the transaction that tells it."""
    companies = {fact.company_id for fact in facts if fact.company_id is not None}
    if not companies:
        return
    by_company: dict[int, list[Endpoint]] = {}
    for endpoint in Endpoint.objects.switched_on().filter(company_id__in=companies):
        by_company.setdefault(endpoint.company_id or 0, []).append(endpoint)
    if not by_company:
        return
    rows = [
        Event(
            code=uuid.uuid4(),
            company_id=fact.company_id,
            kind=fact.kind,
            fact=fact.fact,
            topic=fact.topic,
            subject=dict(fact.subject),
            reader_id=fact.reader_id,
        )
        for fact in facts
        if any(one.wants(fact.kind) for one in by_company.get(fact.company_id or 0, ()))
    ]
    for event in _record(rows):
        publish_event(event, by_company[event.company_id or 0])


def _record(rows: Sequence[Event]) -> list[Event]:
    """Insert events that are new; a fact that was told before is heard of once."""
    wanted = {(row.company_id, row.kind, row.fact): row for row in rows}
    told = Event.objects.filter(
        company_id__in={row.company_id for row in rows}, fact__in={row.fact for row in rows}
    )
    known = set(told.values_list("company_id", "kind", "fact"))
    fresh = [row for key, row in wanted.items() if key not in known]
    # Two transactions that tell different people of one fact meet here; the later finds it told.
    Event.objects.bulk_create(fresh, ignore_conflicts=True)
    return list(Event.objects.filter(code__in=[row.code for row in fresh]))


def publish_event(event: Event, endpoints: Iterable[Endpoint]) -> list[Delivery]:
    """Publish the event to each of ``endpoints`` that wants it."""
    found = [
        Delivery(endpoint=endpoint, event=event)
        for endpoint in endpoints
        if event.kind in {TEST, WAITING} or endpoint.wants(event.kind)
    ]
    Delivery.objects.bulk_create(found)
    outbox.publish_many([message_of(delivery, event.happened_at) for delivery in found])
    return found


def message_of(delivery: Delivery, at: dt.datetime) -> outbox.Fact:
    """Return the outbox row of one delivery; a robot's wait for the others of their five seconds."""
    key = f"connection:{delivery.endpoint.code}:{delivery.event.code}:{delivery.repeats}"
    subject = {"delivery": delivery.pk, "connection": delivery.endpoint_id}
    if delivery.endpoint.kind == EndpointKind.WEBHOOK:
        return outbox.Fact(SEND_WEBHOOK, key, subject)
    return outbox.Fact(
        SEND_TO_ROBOT,
        key,
        subject,
        bundle_key=f"robot:{delivery.endpoint.code}",
        not_before=_end_of_slot(at),
    )


def _end_of_slot(at: dt.datetime) -> dt.datetime:
    # Ends of slots and not delays: whatever happens within one becomes due together.
    seconds = (int(at.timestamp()) // ROBOT_SECONDS + 1) * ROBOT_SECONDS
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@transaction.atomic
def send_test(*, endpoint: Endpoint, at: dt.datetime) -> Delivery:
    """Send an event that means nothing, so that its receiver can be tried."""
    event = Event.objects.create(
        code=uuid.uuid4(),
        company_id=endpoint.company_id,
        kind=TEST,
        fact=f"test:{uuid.uuid4()}",
        happened_at=at,
    )
    (delivery,) = publish_event(event, [endpoint])
    return delivery


@transaction.atomic
def announce_waiting(*, at: dt.datetime) -> int:
    """Tell the association's groups which queues have grown; return how many.

    What entered a queue since it was last told counts as new, so a run that is missed loses
    nothing.
    """
    endpoints = list(Endpoint.objects.switched_on().of_association())
    if not endpoints:
        return 0
    told = 0
    for queue in queues.queues.ordered():
        last = Event.objects.filter(company=None, kind=WAITING, topic=queue.key)
        since = last.order_by("-happened_at").values_list("happened_at", flat=True).first()
        rows = queue.rows()
        new = rows.filter(**{f"{queue.since}__gt": since or at - LOOK_BACK}).count()
        if not new:
            continue
        event = Event.objects.create(
            code=uuid.uuid4(),
            kind=WAITING,
            fact=f"{queue.key}:{at.isoformat()}",
            topic=queue.key,
            subject={"queue": queue.key, "new": new, "waiting": rows.count()},
            happened_at=at,
        )
        publish_event(event, endpoints)
        told += 1
    return told
