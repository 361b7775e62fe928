"""A pool of connections to the mail server, for mails that follow within seconds.

A burst of mails pays for connecting, TLS and signing in once a worker, not once a mail.
"""

import smtplib
import threading
from collections import defaultdict
from collections.abc import Hashable
from contextlib import suppress
from typing import Generic, TypeVar

Connection = TypeVar("Connection", bound=smtplib.SMTP)

KEEP_SECONDS = 5.0
OK = 250


class ConnectionPool(Generic[Connection]):
    """Idle connections by address; each is taken by one thread, or ends after ``seconds``."""

    def __init__(self, seconds: float = KEEP_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._idle: dict[Hashable, dict[Connection, threading.Timer]] = defaultdict(dict)

    def put(self, address: Hashable, connection: Connection) -> None:
        """Keep an idle connection for ``seconds``."""
        timer = threading.Timer(self._seconds, self._expire, [address, connection])
        timer.daemon = True
        with self._lock:
            self._idle[address][connection] = timer
        timer.start()

    def take(self, address: Hashable) -> Connection | None:
        """Return a connection for the caller alone, None when there is none; it may be dead."""
        with self._lock:
            if not self._idle[address]:
                return None
            connection, timer = self._idle[address].popitem()
        timer.cancel()
        return connection

    def clear(self) -> None:
        """End all idle connections."""
        with self._lock:
            idle = [pair for connections in self._idle.values() for pair in connections.items()]
            self._idle.clear()
        for connection, timer in idle:
            timer.cancel()
            disconnect(connection)

    def _expire(self, address: Hashable, connection: Connection) -> None:
        with self._lock:
            # Another thread may have taken it while the timer fired.
            is_idle = self._idle[address].pop(connection, None)
        if is_idle:
            disconnect(connection)


def is_alive(connection: smtplib.SMTP) -> bool:
    with suppress(OSError):  # all of smtplib's errors too
        return connection.noop()[0] == OK
    return False


def disconnect(connection: smtplib.SMTP) -> None:
    with suppress(OSError):
        connection.quit()
    connection.close()
