"""Tries of deliveries: begun before the call, ended after it, repeated on request."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.connections import queries, robots, signatures
from matchmaking.connections.models import Attempt, Delivery, Endpoint, Event
from matchmaking.connections.sealing import unseal
from matchmaking.connections.services import endpoints
from matchmaking.connections.services.events import message_of
from matchmaking.connections.states import DELIVERY_TRANSITIONS, DeliveryState, OffReason
from matchmaking.core.errors import Conflict
from matchmaking.core.transitions import check_transition
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEPT = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call that is on record and may be made now."""

    attempt: Attempt
    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call; ``refusal`` is empty when it arrived."""

    refusal: str
    status: int | None = None
    answer: str = ""


@transaction.atomic
def prepare_webhook(*, delivery_id: int, at: dt.datetime) -> Prepared:
    """Put a try on record and return the signed call.

    :raises Discard: when the connection is off or removed
    """
    delivery, endpoint = _locked([delivery_id])
    event = delivery[0].event
    if not event.body:
        with translation.override(endpoint.language):
            (line,) = queries.lines_of([event])
        event.body = json.dumps(
            {
                "type": event.kind,
                "timestamp": event.happened_at.isoformat(),
                "data": {"topic": event.topic, "url": line.url},
            }
        )
        event.save(update_fields=["body"])
    headers = signatures.signed_headers(
        message_id=event.message_id, at=at, body=event.body, keys=endpoint.secrets_at(at)
    )
    attempt = _begin(endpoint, delivery, sent=event.body, at=at)
    return Prepared(
        attempt,
        unseal(endpoint.sealed_url),
        event.body.encode(),
        {"content-type": "application/json", **headers},
    )


@transaction.atomic
def prepare_robot(*, delivery_ids: Sequence[int], at: dt.datetime) -> Prepared:
    """Put a try on record and return the one message that names or counts all events.

    :raises Discard: when the connection is off or removed
    :raises Retry: when the group has had its messages of this minute
    """
    found, endpoint = _locked(delivery_ids)
    # Counted under the lock of the endpoint, with the calls that others are making right now.
    if queries.calls_of_last_minute(endpoint, at) >= robots.MOST_A_MINUTE:
        raise outbox.Retry("the group has had its messages of this minute")
    with translation.override(endpoint.language):
        text = _text(endpoint, [row.event for row in found])
    call = robots.call_of(
        endpoint.kind,
        url=unseal(endpoint.sealed_url),
        secret=unseal(endpoint.sealed_secret),
        text=text,
        at=at,
    )
    attempt = _begin(endpoint, found, sent=text, at=at)
    return Prepared(attempt, call.url, call.body, {"content-type": "application/json"})


def _text(endpoint: Endpoint, events: Sequence[Event]) -> str:
    lines = [str(line) for line in queries.lines_of(events)]
    who = endpoint.company.name if endpoint.company else _("For the association's officers")
    count = ngettext("%(count)s item", "%(count)s items", len(events)) % {"count": len(events)}
    head = _("hand-in-hand · %(who)s · %(count)s") % {"who": who, "count": count}
    text, _shown = robots.fit(
        head,
        lines,
        most_bytes=robots.LONGEST_TEXT[endpoint.kind],
        rest=lambda left: queries.counted(events[len(events) - left :]),
    )
    return text


def _begin(endpoint: Endpoint, found: Sequence[Delivery], *, sent: str, at: dt.datetime) -> Attempt:
    attempt = Attempt.objects.create(endpoint=endpoint, sent=sent, began_at=at)
    attempt.deliveries.set(found)
    return attempt


def _locked(delivery_ids: Sequence[int]) -> tuple[list[Delivery], Endpoint]:
    rows = Delivery.objects.filter(pk__in=delivery_ids).select_related("event")
    found = list(rows.order_by("pk"))
    if not found:
        raise outbox.Discard("the connection was removed")
    known = Endpoint.objects.select_related("company").select_for_update(of=("self",))
    endpoint = known.get(pk=found[0].endpoint_id)
    if not endpoint.is_on:
        raise outbox.Discard("the connection is off")
    return found, endpoint


@transaction.atomic
def end_attempt(*, attempt: Attempt, outcome: Outcome, at: dt.datetime) -> None:
    """Record what came of a call; after days of failure the endpoint is switched off."""
    endpoint = (
        Endpoint.objects.select_related("company")
        .select_for_update(of=("self",))
        .get(pk=attempt.endpoint_id)
    )
    attempt.ended_at, attempt.refusal = at, outcome.refusal[:200]
    attempt.status, attempt.answer = outcome.status, outcome.answer
    attempt.save(update_fields=["ended_at", "refusal", "status", "answer"])
    target = DeliveryState.FAILED if outcome.refusal else DeliveryState.DELIVERED
    for delivery in attempt.deliveries.select_for_update().order_by("pk"):
        check_transition(DELIVERY_TRANSITIONS, DeliveryState(delivery.state), target)
        delivery.state = target
        delivery.save(update_fields=["state"])
    if not outcome.refusal:
        if endpoint.failing_since is not None:
            endpoint.failing_since = None
            endpoint.save(update_fields=["failing_since"])
        return
    endpoint.failing_since = endpoint.failing_since or at
    if not endpoint.is_on:
        return
    if outcome.status == HTTPStatus.GONE:
        endpoints.switch_off_locked(endpoint, OffReason.GONE, at=at)
    elif at - endpoint.failing_since >= dt.timedelta(days=settings.CONNECTION_FAILING_DAYS):
        endpoints.switch_off_locked(endpoint, OffReason.FAILING, at=at)
    else:
        endpoint.save(update_fields=["failing_since"])


@transaction.atomic
def send_again(*, delivery: Delivery) -> Delivery:
    """Send an event again under its old id and with its old bytes.

    :raises Conflict: when the connection is off
    """
    endpoint = Endpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
    if not endpoint.is_on:
        raise Conflict(gettext_lazy("Switch the connection on first."))
    locked = Delivery.objects.select_related("event", "endpoint").select_for_update(of=("self",))
    delivery = locked.get(pk=delivery.pk)
    delivery.repeats += 1
    delivery.save(update_fields=["repeats"])
    outbox.publish_many([message_of(delivery, timezone.now())])
    return delivery


@transaction.atomic
def send_failed_again(*, endpoint: Endpoint) -> int:
    """Send again what did not arrive; return how many events.

    :raises Conflict: when the connection is off
    """
    found = list(queries.undelivered(endpoint).order_by("pk"))
    for delivery in found:
        send_again(delivery=delivery)
    return len(found)


@transaction.atomic
def forget_old(*, at: dt.datetime) -> int:
    """Delete tries and events older than 30 days, and the messages of sources; return how many."""
    Attempt.objects.filter(began_at__lt=at - KEPT).delete()
    deleted, _by_model = Event.objects.filter(happened_at__lt=at - KEPT).delete()
    return deleted
