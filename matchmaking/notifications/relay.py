"""The relay, which sends due messages to Celery and delivers them itself where Celery does not.

Two or more relays may run: what both send is claimed once. What a relay knows of what it
sent is in its memory alone; losing it costs a repeated message that finds nothing to do.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psycopg
import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from matchmaking.notifications import delivery, leases, outbox
from matchmaking.notifications.broker import Broker
from matchmaking.notifications.leases import Due
from matchmaking.notifications.maintenance import CANARY

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
WINDOW = 1000
THREADS = 4  # messages that the relay delivers at once
DATABASE_AWAY = (OperationalError, InterfaceError, psycopg.Error)

Key = tuple[str, str] | int


class Relay:
    """Finds due messages at each hint and each second, until ``stop``."""

    def __init__(self, *, threads: int = THREADS) -> None:
        self._broker = Broker()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="relay")
        self._threads = threads
        self._sent: dict[Key, tuple[int, float]] = {}
        self._working: set[Key] = set()
        self._done = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Relay until stopped, through restarts of PostgreSQL and of the broker."""
        while not self._stopping.is_set():
            try:
                with _listening() as listener:
                    log.info("relay_listens")
                    while not self._stopping.is_set():
                        self.turn()
                        self._wait(listener)
            except DATABASE_AWAY as error:
                log.warning("relay_database_away", error=repr(error))
                with suppress(*DATABASE_AWAY):
                    connection.close()
                self._stopping.wait(POLL_SECONDS / 2)
        self._pool.shutdown()
        self._broker.close()

    def turn(self) -> None:
        """Send each due message once; deliver those that Celery leaves lying."""
        # A connection that the server ended, or that is older than CONN_MAX_AGE, is not used again.
        close_old_connections()
        due = _one_per_bundle(leases.find_due(WINDOW))
        # What is no longer due was claimed: it leaves the memory here.
        self._sent = {key: known for key, known in self._sent.items() if key in due}
        overdue = self._overdue(due)
        if overdue and self._broker.is_queue_empty():
            # The broker lost them (FLUSHALL, restart): send them once more.
            for key in overdue:
                del self._sent[key]
            overdue = []
        # Celery is alive and busy: mails do not wait for it.
        for key in overdue:
            if self._has_waited(key, outbox.patience_for(due[key].kind)):
                self._deliver_here(key, due[key])
        for key, message in due.items():
            if self._is_new(key, message) and not self._send(key, message):
                self._deliver_here(key, message)

    def _overdue(self, due: dict[Key, Due]) -> list[Key]:
        """Return the messages that were sent and should have been claimed by now."""
        return [
            key
            for key, (row_id, _at) in self._sent.items()
            if due[key].id == row_id and self._has_waited(key, outbox.PATIENCE_SECONDS)
        ]

    def _has_waited(self, key: Key, seconds: float) -> bool:
        return self._sent[key][1] < time.monotonic() - seconds

    def _is_new(self, key: Key, message: Due) -> bool:
        known = self._sent.get(key)
        return (known is None or known[0] != message.id) and key not in self._working

    def _send(self, key: Key, message: Due) -> bool:
        if not self._broker.send(message.id):
            return False
        self._sent[key] = (message.id, time.monotonic())
        return True

    def _deliver_here(self, key: Key, message: Due) -> None:
        """Deliver the message in a thread, if one is free; the next turn tries the others.

        A canary is left to Celery: it measures whether workers are alive.
        """
        if message.kind == CANARY or key in self._working or len(self._working) >= self._threads:
            return
        self._working.add(key)
        self._pool.submit(self._deliver, key, message.id)

    def _deliver(self, key: Key, row_id: int) -> None:
        try:
            delivery.deliver(row_id)
        except Exception:
            log.exception("relay_delivery_failed", message=row_id)
        finally:
            # Each thread has a connection of its own, which nobody else would close.
            connection.close()
            self._working.discard(key)
            self._done.set()

    def _wait(self, listener: psycopg.Connection) -> None:
        """Return at a hint of PostgreSQL, when a thread becomes free, or after ``POLL_SECONDS``."""
        end = time.monotonic() + POLL_SECONDS
        while not self._stopping.is_set() and time.monotonic() < end:
            # While threads deliver the wait is short, so that those which end do not stay idle.
            rest = 0.02 if self._working else end - time.monotonic()
            for _hint in listener.notifies(timeout=max(rest, 0), stop_after=1):
                return
            if self._done.is_set():
                self._done.clear()
                return


@contextmanager
def _listening() -> Iterator[psycopg.Connection]:
    """Open a connection of its own that hears the hints of :func:`outbox.publish`."""
    params = connection.get_connection_params()
    # Django's own cursors and adapters, which a plain connection of psycopg does not know.
    for ours_alone in ("cursor_factory", "context"):
        params.pop(ours_alone, None)
    with psycopg.connect(**params, autocommit=True) as listener:
        listener.execute(
            psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(outbox.CHANNEL))
        )
        yield listener


def _one_per_bundle(rows: list[Due]) -> dict[Key, Due]:
    """Return the first message of each bundle, and each message without a bundle."""
    found: dict[Key, Due] = {}
    for row in rows:
        found.setdefault((row.kind, row.bundle_key) if row.bundle_key else row.id, row)
    return found
