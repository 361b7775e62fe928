"""The test database: migrated once for all workers, and left by everybody at the end."""

import time
from contextlib import ExitStack

from django.db import connection

SECONDS_TO_LEAVE = 10
SESSIONS = """
    SELECT pid, application_name, state, left(query, 200) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""


class Template:
    """A migrated database that the workers of one run copy.

    The first worker migrates its own and leaves a copy; who comes meanwhile waits for it.
    """

    def __init__(self, run: str) -> None:
        self.name = f"test_template_{run}"
        self.is_ours = False
        self._held = ExitStack()

    def take(self):
        """Copy what there is, or let nobody else begin until ``leave``."""
        server = self._held.enter_context(_server())
        server.execute("SET lock_timeout = 0")  # the site's own is short
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [self.name])
        server.execute("SELECT FROM pg_database WHERE datname = %s", [self.name])
        if server.fetchone() is None:
            self.is_ours = True
        else:
            connection.settings_dict["TEST"]["TEMPLATE"] = self.name

    def leave(self):
        """Call this when one's own database stands."""
        if self.is_ours:
            source = connection.settings_dict["NAME"]
            connection.close()
            with _server() as server:
                server.execute(f"CREATE DATABASE {_quoted(self.name)} TEMPLATE {_quoted(source)}")
        self._held.close()

    def remove(self):
        if self.is_ours:
            with _server() as server:
                server.execute(f"DROP DATABASE {_quoted(self.name)}")


def wait_until_left():
    """Return who still uses the test database; the server notices a killed process late."""
    deadline = time.monotonic() + SECONDS_TO_LEAVE
    with connection.cursor() as cursor:
        while True:
            cursor.execute(SESSIONS)
            left = cursor.fetchall()
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.1)


def has_rows(cursor, table):
    cursor.execute(f"SELECT EXISTS (SELECT FROM {_quoted(table)})")  # noqa: S608
    return cursor.fetchone()[0]


def _server():
    return connection._nodb_cursor()  # noqa: SLF001 -- Django's own way to make databases


def _quoted(name):
    return connection.ops.quote_name(name)
