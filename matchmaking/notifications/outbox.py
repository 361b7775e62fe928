"""The transactional outbox: a message is a row before it leaves the process.

:func:`publish` writes the row in the transaction of the change that it reports; a handler
registered with :func:`handles` is called for it later, in a worker or in the relay. A handler
may run more than once for a row and must be idempotent. How rows are leased and settled stands
in :mod:`matchmaking.notifications.leases`, who works them in ``delivery`` and ``relay``.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from matchmaking.core.registry import Registry
from matchmaking.notifications.labels import SUBSCRIBER_MARK
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OutboxState

CHANNEL = "outbox"

Subject = Mapping[str, int | str]
Handler = Callable[[Sequence[OutboxMessage]], None]

PATIENCE_SECONDS = 2.0
LONGEST_KEY = 200
LONGEST_KIND = 60


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A handler of a kind of message. Rows for it are of the kind ``row_kind``."""

    kind: str
    name: str
    handler: Handler
    patience: float | None

    @property
    def row_kind(self) -> str:
        return f"{self.kind}{SUBSCRIBER_MARK}{self.name}" if self.name else self.kind


subscribers: Registry[Subscriber] = Registry("subscriber", key=attrgetter("row_kind"))

# Rows go in by their keys: two transactions with the same facts, in different orders, would
# deadlock at the unique key.
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
    """The message no longer holds: settle it as cancelled, with the reason."""


class Retry(Exception):
    """An outside service is busy or away: try again later, and keep the bundle together."""


class GiveUp(Exception):
    """Trying again cannot help: the message is dead and shown to officers."""


class Uncertain(Exception):
    """The mail may have left before the failure: one more attempt later, on record."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A message to be published; one row for each subscriber."""

    kind: str
    dedupe_key: str
    subject: Subject
    bundle_key: str = ""
    not_before: dt.datetime | None = None


def subscribe(
    kind: str, handler: Handler, *, name: str = "", patience: float | None = None
) -> Handler:
    """Let ``handler`` work the messages of ``kind``.

    It gets the leased messages of one bundle, or a single message. It returns when they are
    done; raises :class:`Discard`, :class:`Retry`, :class:`GiveUp` or :class:`Uncertain` to say
    what else became of them; any other exception means "again later".

    A kind may have several subscribers. One of them has no name; each other is named after its
    area, and that name never changes, since rows carry it. Each gets a row of its own with a
    lease and retries of its own: one that fails holds up or repeats no other.

    ``patience`` is how many seconds a message may wait in Celery's queue before the relay
    delivers it itself (two, where none is given): long for work that needs the engine, which
    only the worker loads.

    :raises AlreadyRegistered: when the kind has a subscriber of that name
    :raises ValueError: when both names together are longer than the column
    """
    subscriber = Subscriber(kind, name, handler, patience)
    if len(subscriber.row_kind) > LONGEST_KIND:
        raise ValueError(f"{subscriber.row_kind} is longer than {LONGEST_KIND} characters")
    subscribers.register(subscriber)
    return handler


def handles(
    kind: str, *, name: str = "", patience: float | None = None
) -> Callable[[Handler], Handler]:
    """Subscribe the decorated function, see :func:`subscribe`."""

    def decorate(handler: Handler) -> Handler:
        return subscribe(kind, handler, name=name, patience=patience)

    return decorate


def is_heard(kind: str) -> bool:
    """Say whether anybody subscribed to facts of this kind."""
    return any(one.kind == kind for one in subscribers.ordered())


def patience_for(row_kind: str) -> float:
    """Return how many seconds a row of this kind may wait in Celery's queue."""
    known = subscribers.get(row_kind)
    return PATIENCE_SECONDS if known is None or known.patience is None else known.patience


def handler_of(row_kind: str) -> Handler:
    """Return the handler of rows of that kind.

    :raises Retry: when no area has one: a worker of another version may
    """
    known = subscribers.get(row_kind)
    if known is None:
        raise Retry(f"no handler for {row_kind}")
    return known.handler


def known_kinds() -> list[str]:
    return sorted(row_kind for row_kind, _subscriber in subscribers.items())


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

    A fact becomes a row for each subscriber of its kind; it is new when its first row is.

    :raises RuntimeError: outside a transaction
    """
    # In autocommit the message would commit without its change, or before it.
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() must be called inside a transaction")
    if not facts:
        return []
    row_kinds = {kind: _row_kinds(kind) for kind in {fact.kind for fact in facts}}
    rows = [(row_kind, fact) for fact in facts for row_kind in row_kinds[fact.kind]]
    values: list[Any] = [
        [row_kind for row_kind, _fact in rows],
        [_row_key(row_kind, fact) for row_kind, fact in rows],
        [fact.bundle_key for _row_kind, fact in rows],
        [json.dumps(fact.subject) for _row_kind, fact in rows],
        [fact.not_before for _row_kind, fact in rows],
        CHANNEL,
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        written = {key for key, _hint in cursor.fetchall()}
    return [fact.dedupe_key for fact in facts if _row_key(row_kinds[fact.kind][0], fact) in written]


def hasten(bundle_keys: Collection[str]) -> None:
    """Let messages of these bundles that wait for their time go at once."""
    if bundle_keys:
        OutboxMessage.objects.filter(
            bundle_key__in=list(bundle_keys), state=OutboxState.PENDING, next_at__gt=Now()
        ).update(next_at=Now())


def _row_kinds(kind: str) -> list[str]:
    """Return the kinds of the rows that a fact becomes: of the nameless subscriber, then by name.

    Without any subscriber one row waits for a worker of another version.
    """
    found = [one.row_kind for one in subscribers.ordered() if one.kind == kind]
    return sorted(found) or [kind]


def _row_key(row_kind: str, fact: Fact) -> str:
    if row_kind == fact.kind:
        return fact.dedupe_key
    return fitting_key(fact.dedupe_key, row_kind, longest=LONGEST_KEY)


def fitting_key(*parts: str, longest: int) -> str:
    """Join ``parts`` by colons; a key that is too long ends in its digest and stays unique."""
    key = ":".join(parts)
    if len(key) <= longest:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"{key[: longest - 33]}:{digest}"


def hint() -> None:
    """Wake the relays when the transaction commits, about a row that is due again."""
    with connection.cursor() as cursor:
        # PostgreSQL sends it at commit, and one for all equal ones of the transaction.
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
