"""The test database: migrated once for all workers, and left by everybody at the end."""

import hashlib
import os
import subprocess
import time
from contextlib import ExitStack

from django.conf import settings
from django.db import connection

from matchmaking.embedded.binaries import postgres_home, unprivileged_account

SECONDS_TO_LEAVE = 10
SESSIONS = """
    SELECT pid, application_name, state, left(query, 200) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""


class Template:
    """A migrated database that the workers of one run copy.

    The first worker migrates its own and leaves a copy; who comes meanwhile waits for it. Its dump
    stays in ``var`` for later runs, for as long as no migration and no file that one reads changes.
    """

    def __init__(self, run: str) -> None:
        self.name = f"test_template_{run}"
        self.dump = settings.BASE_DIR / "var" / "cache" / f"migrated-{_digest()}.dump"
        self.is_ours = self.is_restored = False
        self._held = ExitStack()

    def take(self):
        """Copy what there is, or let nobody else begin until ``leave``."""
        server = self._held.enter_context(_server())
        server.execute("SET lock_timeout = 0")  # the site's own is short
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [self.name])
        server.execute("SELECT FROM pg_database WHERE datname = %s", [self.name])
        if server.fetchone() is None:
            self.is_ours = True
            self.is_restored = self._restore(server)
        if self.is_restored or not self.is_ours:
            connection.settings_dict["TEST"]["TEMPLATE"] = self.name

    def leave(self):
        """Call this when one's own database stands."""
        if self.is_ours and not self.is_restored:
            source = connection.settings_dict["NAME"]
            connection.close()
            with _server() as server:
                server.execute(f"CREATE DATABASE {_quoted(self.name)} TEMPLATE {_quoted(source)}")
            self._keep()
        self._held.close()

    def remove(self):
        if self.is_ours:
            with _server() as server:
                server.execute(f"DROP DATABASE {_quoted(self.name)}")

    def _restore(self, server):
        if not self.dump.exists():
            return False
        server.execute(f"CREATE DATABASE {_quoted(self.name)}")
        _run("pg_restore", "--exit-on-error", "--dbname", self.name, self.dump)
        return True

    def _keep(self):
        self.dump.parent.mkdir(parents=True, exist_ok=True)
        torn = self.dump.with_suffix(f".{os.getpid()}")
        _run("pg_dump", "--format=custom", "--compress=1", "--file", torn, self.name)
        for old in self.dump.parent.glob("migrated-*.dump"):
            old.unlink(missing_ok=True)
        torn.rename(self.dump)


def _digest():
    """Return a name for all that migrating depends on: migrations, their data, the libraries."""
    base = settings.BASE_DIR
    read = [base / "requirements-dev.txt"]
    for area in ("accounts", "matchmaking"):
        for folder in ("migrations", "data"):
            read += (base / area).glob(f"**/{folder}/*.*")
    digest = hashlib.sha256()
    for path in sorted(path for path in read if path.suffix != ".pyc"):
        digest.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _run(program, *arguments):
    """Run one of PostgreSQL's programs on the server of the tests; what it refuses ends the run."""
    parts = connection.settings_dict
    reached = {"PGHOST": parts["HOST"], "PGPORT": parts["PORT"], "PGUSER": parts["USER"]}
    if parts["PASSWORD"]:
        reached["PGPASSWORD"] = parts["PASSWORD"]
    env = {**os.environ, **{name: str(value) for name, value in reached.items() if value}}
    path = postgres_home(unprivileged_account()) / "bin" / program
    subprocess.run([path, *arguments], env=env, check=True)


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
