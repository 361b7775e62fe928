"""Periodic runs of the outbox itself, and the figures of its health."""

import datetime as dt
from dataclasses import dataclass

from celery.schedules import crontab
from django.db import connection, transaction

from matchmaking.core.models import IdempotencyKey
from matchmaking.notifications import leases, outbox
from matchmaking.notifications.models import (
    OutboxMessage,
    ReplacedCode,
    ScheduledRun,
    SentMail,
)
from matchmaking.notifications.periodic import periodic
from matchmaking.notifications.states import OutboxState

CANARY = "notifications.canary"
KEEP_SETTLED = dt.timedelta(days=90)
KEEP_SCHEDULED_RUNS = dt.timedelta(days=2)
KEEP_IDEMPOTENCY_KEYS = dt.timedelta(days=7)
BATCH = 5000
OWN_KINDS = (CANARY, "notifications.tick")
SETTLED = (OutboxState.DONE, OutboxState.CANCELLED)

HEALTH = """
    SELECT
        count(*) FILTER (WHERE state = 'pending'),
        count(*) FILTER (WHERE state = 'leased'),
        count(*) FILTER (WHERE state = 'uncertain'),
        count(*) FILTER (WHERE state = 'dead'),
        extract(epoch FROM now() - min(next_at) FILTER (
            WHERE state IN ('pending', 'uncertain') AND next_at <= now())),
        (SELECT extract(epoch FROM now() - max(settled_at))
         FROM notifications_outboxmessage WHERE state = 'done' AND kind = %s
            AND settled_at > now() - interval '1 day')
    FROM notifications_outboxmessage
    WHERE state IN ('pending', 'leased', 'uncertain', 'dead')
"""


@dataclass(frozen=True, slots=True)
class Health:
    """Figures of the outbox; ages in seconds, None where there is nothing to measure."""

    pending: int
    leased: int
    uncertain: int
    dead: int
    oldest_due_seconds: float | None
    canary_seconds: float | None


def health() -> Health:
    """Return the figures of now, by one query on the unsettled rows."""
    with connection.cursor() as cursor:
        cursor.execute(HEALTH, [CANARY])
        pending, leased, uncertain, dead, oldest, canary = cursor.fetchone()
    return Health(
        pending=pending,
        leased=leased,
        uncertain=uncertain,
        dead=dead,
        oldest_due_seconds=None if oldest is None else float(oldest),
        canary_seconds=None if canary is None else float(canary),
    )


@periodic("canary", dt.timedelta(seconds=15))
@transaction.atomic
def send_canary(slot: dt.datetime) -> None:
    """Publish a message through the whole path; none while another is under way."""
    # While Celery is away they would pile up, four a minute.
    if not OutboxMessage.objects.filter(
        kind=CANARY, state__in=[OutboxState.PENDING, OutboxState.LEASED]
    ).exists():
        outbox.publish(kind=CANARY, dedupe_key=f"canary:{slot.isoformat()}", subject={})


@periodic("sweep", dt.timedelta(minutes=1))
def sweep(_slot: dt.datetime) -> None:
    leases.sweep()


@periodic("prune", crontab(minute="45", hour="4"))
def prune(slot: dt.datetime) -> None:
    """Delete settled rows after their retention, in small transactions; dead messages stay."""
    settled = OutboxMessage.objects.filter(state__in=SETTLED)
    for old in (
        settled.filter(kind__in=OWN_KINDS, settled_at__lt=slot - KEEP_SCHEDULED_RUNS),
        settled.filter(settled_at__lt=slot - KEEP_SETTLED),
        SentMail.objects.filter(accepted_at__lt=slot - KEEP_SETTLED),
        ScheduledRun.objects.filter(slot__lt=slot - KEEP_SCHEDULED_RUNS),
        IdempotencyKey.objects.filter(created_at__lt=slot - KEEP_IDEMPOTENCY_KEYS),
        ReplacedCode.objects.filter(ends_on__lt=slot.date()),
    ):
        model = old.model._default_manager  # noqa: SLF001 -- Django's documented name
        # No transaction around it: one delete of all would hold its locks and its WAL for minutes.
        while ids := list(old.values_list("pk", flat=True)[:BATCH]):
            model.filter(pk__in=ids).delete()
