"""The transactional outbox: a message is a row before it leaves the process.

:func:`publish` writes the row in the transaction of the change that it reports; a handler
registered with :func:`handles` is called for it later, in a worker or in the relay. A handler
may run more than once for a row and must be idempotent. How rows are leased and settled stands
in :mod:`matchmaking.notifications.leases`, who works them in ``delivery`` and ``relay``.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from matchmaking.notifications.models import OutboxMessage

CHANNEL = "outbox"

Subject = Mapping[str, int | str]
Handler = Callable[[Sequence[OutboxMessage]], None]

PATIENCE_SECONDS = 2.0

_handlers: dict[str, Handler] = {}
_patience: dict[str, float] = {}

# The relays are woken when the transaction commits; PostgreSQL makes one of equal hints.
INSERT = """
    WITH new AS (
        INSERT INTO notifications_outboxmessage
            (kind, dedupe_key, bundle_key, subject, version, state, attempts, next_at, last_error)
        SELECT kind, dedupe_key, bundle_key, subject, 1, 'pending', 0,
            COALESCE(not_before, now()), ''
        FROM unnest(%s::text[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])
            AS fact (kind, dedupe_key, bundle_key, subject, not_before)
        ORDER BY dedupe_key
        ON CONFLICT (dedupe_key) DO NOTHING
        RETURNING dedupe_key
    )
    SELECT dedupe_key, pg_notify(%s, '') FROM new
"""


class Discard(Exception):
    """The message is no longer right: settle it as cancelled, with the reason."""


class Retry(Exception):
    """The world outside is in the way (mail server busy or away): try again later."""


class GiveUp(Exception):
    """Trying again cannot help: the message is dead and shown to officers."""


class Uncertain(Exception):
    """It may have left before the failure: one more try later, on record."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What :func:`publish_many` writes: one row of the outbox to be."""

    kind: str
    dedupe_key: str
    subject: Subject
    bundle_key: str = ""
    not_before: dt.datetime | None = None


def handles(kind: str, *, patience: float | None = None) -> Callable[[Handler], Handler]:
    """Register the decorated function as the one handler of ``kind``.

    It gets the leased messages of one bundle, or a single message. It returns when they are
    done; raises :class:`Discard`, :class:`Retry`, :class:`GiveUp` or :class:`Uncertain` to say
    what else became of them; any other exception means "again later".

    ``patience`` is how many seconds a message may lie with a busy Celery before the relay
    works it itself (two, where none is given): long for work that needs the engine, which
    belongs into the worker.
    """

    def register(handler: Handler) -> Handler:
        if _handlers.get(kind, handler) is not handler:
            raise ValueError(f"{kind} already has a handler")
        _handlers[kind] = handler
        if patience is not None:
            _patience[kind] = patience
        return handler

    return register


def patience_for(kind: str) -> float:
    """Return how many seconds a message of this kind may lie with a busy Celery."""
    return _patience.get(kind, PATIENCE_SECONDS)


def handler_of(kind: str) -> Handler:
    """Return the handler of ``kind``.

    :raises Retry: when no area has one: a worker of another version may
    """
    if kind not in _handlers:
        raise Retry(f"no handler for {kind}")
    return _handlers[kind]


def known_kinds() -> list[str]:
    return sorted(_handlers)


def publish(
    *,
    kind: str,
    dedupe_key: str,
    subject: Subject,
    bundle_key: str = "",
    not_before: dt.datetime | None = None,
) -> bool:
    """Write a fact into the outbox, in the transaction that makes it true.

    ``dedupe_key`` is built from facts alone (``mail:match_found:{match}:{company}:v1``);
    ``subject`` holds ids of rows and never contact data. Due messages of one kind and
    ``bundle_key`` reach their handler together, none of them before ``not_before``.
    Return False when the key is known: the fact was published before, nothing is written.

    :raises RuntimeError: outside a transaction
    """
    return bool(publish_many([Fact(kind, dedupe_key, subject, bundle_key, not_before)]))


def publish_many(facts: Sequence[Fact]) -> list[str]:
    """Publish ``facts`` by one statement; return the dedupe keys that were new.

    :raises RuntimeError: outside a transaction
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() must be called inside a transaction")
    if not facts:
        return []
    values: list[Any] = [
        [fact.kind for fact in facts],
        [fact.dedupe_key for fact in facts],
        [fact.bundle_key for fact in facts],
        [json.dumps(fact.subject) for fact in facts],
        [fact.not_before for fact in facts],
        CHANNEL,
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        return [key for key, _hint in cursor.fetchall()]


def hint() -> None:
    """Wake the relays when the transaction commits, about a row that is due again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
