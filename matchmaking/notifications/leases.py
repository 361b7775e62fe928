"""Leases on messages: taken by one statement, settled under their token.

A message is leased, never locked, while it is worked, so a worker that dies gives it back by
the clock alone. All clocks are PostgreSQL's. Doubled, late and replayed orders to work a message
find nothing due and do nothing.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OutboxState

# Longer than a mail's 30 s and the 20 s that retry_database waits; Celery ends a task at 90 s.
LEASE_SECONDS = 90
# Greylisting and slow answers are over by then, and the mail has shown up or has not.
UNCERTAIN_SECONDS = 600
BACKOFF_SECONDS = (10, 30, 60, 300, 900)
LAST_BACKOFF_SECONDS = 1800
# The steps above and then each half hour until a day is over.
MOST_ATTEMPTS = (
    1 + len(BACKOFF_SECONDS) + (24 * 3600 - sum(BACKOFF_SECONDS)) // LAST_BACKOFF_SECONDS
)
ALONE_AFTER = 3  # a bundle that failed so often is worked one by one: poison dies alone
BUNDLE_LIMIT = 1000
ERROR_LENGTH = 500
LIMITS: dict[str, Any] = {
    "lease": LEASE_SECONDS,
    "most": MOST_ATTEMPTS,
    "alone_after": ALONE_AFTER,
    "bundle_limit": BUNDLE_LIMIT,
    "last_step": LAST_BACKOFF_SECONDS,
    "steps": list(BACKOFF_SECONDS),
}

# Attempts are counted when a message is taken, not when it fails: one that kills its worker has
# an end too.
# The advisory lock lets one claim at a time look at a bundle, so that two workers do not share
# it out between them. Companions of an uncertain mail, and of one that its worker did not live
# to settle, are those that travelled in it.
CLAIM = """
    WITH seed AS MATERIALIZED (
        SELECT m.*
        FROM notifications_outboxmessage m
        WHERE m.id = %(id)s
            AND ((m.state IN ('pending', 'uncertain') AND m.next_at <= now())
                OR (m.state = 'leased' AND m.lease_until < now() AND m.attempts < %(most)s))
            AND (m.bundle_key = ''
                OR pg_try_advisory_xact_lock(hashtextextended(m.kind || m.bundle_key, 0)))
        FOR UPDATE SKIP LOCKED
    ), companions AS MATERIALIZED (
        SELECT m.id
        FROM notifications_outboxmessage m
        JOIN seed ON seed.bundle_key <> '' AND m.bundle_key = seed.bundle_key
            AND m.kind = seed.kind AND m.id <> seed.id
        WHERE m.bundle_key <> '' AND m.state IN ('pending', 'leased', 'uncertain') AND CASE
            WHEN seed.state = 'uncertain'
            THEN m.state = 'uncertain' AND m.next_at = seed.next_at
            WHEN seed.sending_at IS NOT NULL
            THEN m.lease_token = seed.lease_token AND m.sending_at = seed.sending_at
            ELSE (m.state = 'pending' AND m.next_at <= now()) OR (m.state = 'leased'
                AND m.lease_until < now() AND m.sending_at IS NULL
                AND GREATEST(m.attempts, seed.attempts) < %(alone_after)s) END
        ORDER BY m.id
        LIMIT %(bundle_limit)s
        FOR UPDATE OF m SKIP LOCKED
    )
    UPDATE notifications_outboxmessage m
    SET state = 'leased', attempts = m.attempts + 1, lease_token = %(token)s,
        lease_until = now() + make_interval(secs => %(lease)s)
    WHERE m.id IN (SELECT id FROM seed UNION ALL SELECT id FROM companions)
    RETURNING m.*
"""

# By token: a worker that was slow and lost its lease settles nothing of its successor's.
SETTLE = """
    UPDATE notifications_outboxmessage
    SET state = %(state)s, lease_token = NULL, lease_until = NULL, sending_at = NULL,
        last_error = %(error)s, settled_at = CASE WHEN %(state)s IN ('done', 'dead', 'cancelled') THEN now() END,
        next_at = now() + make_interval(secs => %(wait)s)
    WHERE id = ANY(%(ids)s) AND state = 'leased' AND lease_token = %(token)s
"""

RETRY = """
    UPDATE notifications_outboxmessage
    SET state = CASE WHEN attempts >= %(most)s THEN 'dead' ELSE 'pending' END,
        settled_at = CASE WHEN attempts >= %(most)s THEN now() END,
        bundle_key = CASE WHEN %(alone)s AND attempts >= %(alone_after)s THEN ''
            ELSE bundle_key END,
        lease_token = NULL, lease_until = NULL, sending_at = NULL, last_error = %(error)s,
        next_at = now() + make_interval(secs => COALESCE(
            (%(steps)s::integer[])[attempts], %(last_step)s))
    WHERE id = ANY(%(ids)s) AND state = 'leased' AND lease_token = %(token)s
"""

# Only rows that no claim takes any more are left for the sweep to bury.
SWEEP = """
    UPDATE notifications_outboxmessage
    SET state = 'dead', settled_at = now(), lease_token = NULL, lease_until = NULL,
        sending_at = NULL, last_error = 'ended its worker each time'
    WHERE state = 'leased' AND lease_until < now() AND attempts >= %(most)s
"""

# Two branches, each read along its own partial index; an OR over both would scan the table.
FIND_DUE = """
    (SELECT id, kind, bundle_key FROM notifications_outboxmessage
     WHERE state IN ('pending', 'uncertain') AND next_at <= now()
     ORDER BY next_at, id LIMIT %(limit)s)
    UNION ALL
    (SELECT id, kind, bundle_key FROM notifications_outboxmessage
     WHERE state = 'leased' AND lease_until < now() AND attempts < %(most)s
     ORDER BY lease_until LIMIT %(limit)s)
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """Messages of one kind and bundle, leased to the holder of ``token`` until it ends."""

    token: uuid.UUID
    messages: Sequence[OutboxMessage]

    @property
    def ids(self) -> list[int]:
        return [message.pk for message in self.messages]

    @property
    def was_sending(self) -> bool:
        return any(message.sending_at for message in self.messages)


@dataclass(frozen=True, slots=True)
class Due:
    """A message that may be claimed now."""

    id: int
    kind: str
    bundle_key: str


def claim(row_id: int) -> Lease | None:
    """Lease the message and what is due of its bundle; None when it is not due or another's."""
    token = uuid.uuid4()
    # One statement is one transaction here: claiming needs no other lock.
    rows = OutboxMessage.objects.raw(CLAIM, {"id": row_id, "token": token, **LIMITS})
    # RETURNING has no order.
    messages = sorted(rows, key=lambda message: message.pk)
    return Lease(token, messages) if messages else None


def settle(lease: Lease, state: OutboxState, *, error: str = "") -> bool:
    """End the lease with ``state``; False when it had been taken over meanwhile.

    An uncertain message becomes due again ten minutes later.
    """
    wait = UNCERTAIN_SECONDS if state == OutboxState.UNCERTAIN else 0
    return _close(SETTLE, lease, error, state=state.value, wait=wait)


def settle_for_retry(lease: Lease, *, error: str, is_our_fault: bool) -> bool:
    """End the lease and schedule the next attempt; after the last one the messages are dead.

    The waits are 10 s, 30 s, 1, 5, 15 min, then 30 min up to a day. Where the handler itself
    failed (``is_our_fault``), a bundle is taken apart after three tries.
    """
    return _close(RETRY, lease, error, alone=is_our_fault)


def sweep() -> int:
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, LIMITS)
        return int(cursor.rowcount)


def find_due(limit: int) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(FIND_DUE, {"limit": limit, **LIMITS})
        return [Due(*row) for row in cursor.fetchall()]


def _close(statement: str, lease: Lease, error: str, **values: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "ids": lease.ids,
                "token": lease.token,
                # PostgreSQL's text holds no NUL, and the reply of a mail server may.
                "error": error.replace("\x00", "")[:ERROR_LENGTH],
                **values,
                **LIMITS,
            },
        )
        return bool(cursor.rowcount)
