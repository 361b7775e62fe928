"""One PostgreSQL and one Valkey, each a child in the foreground on a private socket."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from matchmaking.embedded.binaries import postgres_home, valkey_server
from matchmaking.embedded.processes import (
    Account,
    ServiceError,
    end_orphan,
    spawn,
    stop,
)

START_SECONDS = 60  # recovery after a crash may take its time
STOP_SECONDS = 30
# The kernel frees the shared memory of a killed postmaster only when its last child has gone.
SHARED_MEMORY_WAITS = 40

# The locale is explicit, else initdb takes it from the environment; with LC_ALL=C the trigram
# search silently finds no Chinese. The builtin provider sorts alike on every machine.
LOCALE = [
    "--encoding=UTF8",
    "--locale=C",
    f"--lc-ctype={'C.UTF-8' if sys.platform == 'linux' else 'en_US.UTF-8'}",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]
SAFE = {
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
}
FAST_BUT_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # gone before it would pay
    "jit": "off",
}


def last_words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (telling or lines or ["it said nothing"])[-1]


def bare_environment() -> dict[str, str]:
    """Return our environment less what would change a server's behaviour or locale."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("LC_", "LANG", "PG")) and key != "POSTGRES_PASSWORD"
    }


class Postgres:
    """PostgreSQL on the socket in ``run``, with its data in ``data``/cluster."""

    def __init__(
        self, *, data: Path, run: Path, log: Path, account: Account | None, durable: bool, name: str
    ) -> None:
        self.data, self.run, self.log = data, run, log
        self.cluster = data / "cluster"
        self.account, self.durable, self.name = account, durable, name
        self.home = postgres_home(account)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Create the cluster when there is none, start the server, create the database."""
        if not self.cluster.exists():
            self._create_cluster()
        end_orphan(self.cluster / "postmaster.pid", mark=str(self.cluster), sig=signal.SIGINT)
        self.log.write_bytes(b"")
        for _ in range(SHARED_MEMORY_WAITS):
            self._launch()
            if self._is_ready():
                self._create_database()
                return
            if "shared memory block" not in self.log.read_text(errors="replace"):
                break
            time.sleep(0.25)
        self.stop()
        message = f"PostgreSQL did not start: {last_words(self.log.read_text(errors='replace'))}"
        raise ServiceError(message)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, signal.SIGINT, grace=STOP_SECONDS)

    def _create_cluster(self) -> None:
        """Run initdb beside the place where the data will be, so that a cut run leaves no half."""
        draft = self.data / "new"
        as_owner = ("-U", "postgres", "-A", "trust")
        command: list[str | Path] = [self.home / "bin" / "initdb", "-D", draft, *as_owner, *LOCALE]
        if not self.durable:
            command.append("--no-sync")
        if draft.exists():
            shutil.rmtree(draft)
        initdb = spawn(
            command, output=subprocess.PIPE, env=bare_environment(), cwd="/", account=self.account
        )
        said = initdb.communicate()[0].decode(errors="replace")
        if initdb.returncode != 0:
            message = (
                f"no database could be created (initdb: {initdb.returncode}): {last_words(said)}"
            )
            raise ServiceError(message)
        draft.rename(self.cluster)

    def _launch(self) -> None:
        options = SAFE | {"unix_socket_directories": str(self.run)}
        if not self.durable:
            options |= FAST_BUT_FORGETFUL
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        with self.log.open("ab") as log:
            self.process = spawn(
                [self.home / "bin" / "postgres", "-D", self.cluster, *settings],
                on_parent_death=signal.SIGINT,
                output=log,
                env=bare_environment(),
                cwd="/",
                account=self.account,
            )

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.run), user="postgres", dbname=database, autocommit=True, connect_timeout=5
        )

    def _is_ready(self) -> bool:
        """Wait until the server answers; False when it ended or took too long."""
        deadline = time.monotonic() + START_SECONDS
        while self.process and self.process.poll() is None and time.monotonic() < deadline:
            with suppress(psycopg.OperationalError), self._connect("postgres"):
                return True
            time.sleep(0.03)
        return False

    def _create_database(self) -> None:
        with self._connect("postgres") as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [self.name]
            ).fetchone()
            if not known:
                statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name))
                connection.execute(statement)


class Valkey:
    """Valkey on a socket of its own, keeping an append-only file when durable."""

    def __init__(
        self, *, data: Path, socket: Path, log: Path, account: Account | None, durable: bool
    ) -> None:
        self.data, self.socket, self.log = data, socket, log
        self.account, self.durable = account, durable
        self.program = valkey_server(account)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        pid_file = self.socket.with_suffix(".pid")
        end_orphan(pid_file, mark=str(self.socket), sig=signal.SIGTERM)
        self.socket.unlink(missing_ok=True)
        self.log.write_bytes(b"")
        with self.log.open("ab") as log:
            self.process = spawn(
                [
                    self.program,
                    *("--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
                    *("--dir", self.data, "--pidfile", pid_file, "--set-proc-title", "no"),
                    *("--save", "", "--appendonly", "yes" if self.durable else "no"),
                    *("--maxmemory-policy", "noeviction", "--loglevel", "warning"),
                ],
                output=log,
                cwd="/",
                account=self.account,
            )
        if not self._is_ready():
            self.stop()
            message = f"Valkey did not start: {last_words(self.log.read_text(errors='replace'))}"
            raise ServiceError(message)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, signal.SIGTERM, grace=STOP_SECONDS)

    def _is_ready(self) -> bool:
        """Wait until the server answers (not while it still loads its file)."""
        deadline = time.monotonic() + START_SECONDS
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            while self.process and self.process.poll() is None and time.monotonic() < deadline:
                with suppress(redis.RedisError):
                    client.ping()
                    return True
                time.sleep(0.02)
        return False
