"""Retries of a write through a short absence of PostgreSQL."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")
SECONDS = 20.0  # with the 30 s of a mail still well within the lease of 90 s


def retry_database(write: Callable[[], T], *, seconds: float = SECONDS) -> T:
    """Return what ``write`` returns, calling it again while the database is away.

    ``write`` is one transaction. The last error is raised when ``seconds`` are over, or at
    once inside a transaction, which a lost connection has ended anyway.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            # Inside a transaction the earlier statements are lost: only its beginning may be repeated.
            if connection.in_atomic_block or time.monotonic() > end:
                raise
            # Without it Django goes on with the connection that is broken.
            connection.close()
            time.sleep(0.3)
