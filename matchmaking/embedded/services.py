"""Both servers as one thing: directories, lock, addresses, start and stop."""

import fcntl
import hashlib
import os
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from matchmaking.embedded.binaries import is_private, is_reachable, unprivileged_account
from matchmaking.embedded.processes import ServiceError
from matchmaking.embedded.servers import Postgres, Valkey

DATABASE = "matchmaking"
LONGEST_SOCKET = 103  # bytes of a socket's path; 107 on Linux, 103 elsewhere
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432.lock")


class EmbeddedServices:
    """PostgreSQL and Valkey out of wheels, for development and tests.

    They listen on sockets in a directory that only their user may enter, which is why PostgreSQL
    trusts whoever connects. They run as our own children and end when we end, even by SIGKILL.
    With ``durable`` off nothing waits for the disk: for data that a test throws away.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        """Take ``home`` as the place of all data; nothing is touched before ``start``."""
        self.home, self.durable = home.resolve(), durable
        self._lock: IO[str] | None = None
        self._servers: list[Postgres | Valkey] = []
        self._run = self.home / "run"

    @property
    def env(self) -> dict[str, str]:
        """The addresses of the running servers as environment variables."""
        return {
            "DATABASE_URL": f"postgresql://postgres@{quote(str(self._run), safe='')}/{DATABASE}",
            "REDIS_URL": f"unix://{quote(str(self._run / 'valkey.sock'))}",
        }

    @property
    def pids(self) -> list[int]:
        return [server.process.pid for server in self._servers if server.process]

    def start(self) -> Self:
        """Start both servers and return when both answer.

        Raises ServiceError with a sentence for a person when the directory is in use, the disk is
        full, or a server will not start; nothing is left running then.
        """
        try:
            self._start()
        except OSError as error:
            self.stop()
            reason = error.strerror or str(error)
            message = f"the embedded servers cannot use {error.filename or self.home}: {reason}"
            raise ServiceError(message) from error
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop both servers and let the directory go; harmless when they do not run."""
        for server in reversed(self._servers):
            server.stop()
        if self._servers:
            self._servers.clear()
            with suppress(OSError):
                self._run.rmdir()  # it may stand outside our home
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def ended(self) -> str | None:
        """Return the name of a server that ended by itself, None while both run."""
        for server in self._servers:
            if server.process and server.process.poll() is not None:
                return type(server).__name__
        return None

    def _start(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self._lock = self.take_lock(self.home / "lock")
        account = unprivileged_account()
        data = self.home if is_reachable(self.home, account) else self._shelter()
        self._run = self._socket_directory(data)
        owner = (account.uid, account.gid) if account else (os.geteuid(), os.getegid())
        for directory in (data / "postgres", data / "valkey", self._run):
            self._private(directory, owner)
        valkey = Valkey(
            data=data / "valkey",
            socket=self._run / "valkey.sock",
            log=self.home / "valkey.log",
            account=account,
            durable=self.durable,
        )
        postgres = Postgres(
            data=data / "postgres",
            run=self._run,
            log=self.home / "postgres.log",
            account=account,
            durable=self.durable,
            name=DATABASE,
        )
        for server in (postgres, valkey):
            self._servers.append(server)
            server.start()

    @staticmethod
    def take_lock(path: Path) -> IO[str]:
        """Return the open lock file; one holder per directory, freed by the kernel with us."""
        lock = path.open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            message = f"{path.parent} is in use by another running copy"
            raise ServiceError(message) from None
        return lock

    def _shelter(self) -> Path:
        """Return a directory that an unprivileged server can reach, kept for this home alone.

        A home below root's own directory is out of its reach. The name stands in the home, so that
        a new checkout at the same place does not meet the data of an old one.
        """
        note = self.home / "data-id"
        if not note.exists():
            note.write_text(uuid.uuid4().hex)
        shelter = Path("/var/tmp") / f"hand-in-hand-data-{note.read_text()}"  # noqa: S108 -- checked below
        shelter.mkdir(mode=0o755, exist_ok=True)
        if not is_private(shelter, {os.geteuid()}):
            message = f"{shelter} belongs to someone else: remove {note}"
            raise ServiceError(message)
        return shelter

    @staticmethod
    def _socket_directory(data: Path) -> Path:
        """Return where the sockets stand: with the data, or in a short path made from theirs."""
        beside = data / "run"
        if len(os.fsencode(beside)) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET:
            return beside
        name = f"hand-in-hand-{os.geteuid()}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
        short = Path(tempfile.gettempdir()) / name
        if len(os.fsencode(short)) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET:
            return short
        return Path("/tmp") / name  # noqa: S108 -- its owner and mode are checked

    @staticmethod
    def _private(directory: Path, owner: tuple[int, int]) -> None:
        """Make ``directory`` belong to ``owner`` alone; refuse one that a stranger laid there."""
        with suppress(FileExistsError):
            directory.mkdir(mode=0o700)
        if not is_private(directory, {os.geteuid(), owner[0]}):
            message = f"{directory} belongs to someone else: remove it"
            raise ServiceError(message)
        directory.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(directory, *owner)
