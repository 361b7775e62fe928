"""Everything between `make run` and a page that answers."""

import fcntl
import hashlib
import http.client
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from signal import SIGKILL

import psycopg
from dotenv import dotenv_values, load_dotenv

from matchmaking.embedded.processes import ServiceError
from matchmaking.embedded.services import EmbeddedServices
from matchmaking.embedded.supervisor import Hurry, PrefixedLog, Program, Supervisor

HOST = "127.0.0.1"
SECONDS_TO_ANSWER = 120
# Celery says at each start that root is a poor choice of user; here there may be no other.
QUIET = "ignore:You're running the worker with superuser privileges"


class Launch:
    """One start of the site from the checkout ``root`` with its data in ``var``."""

    def __init__(self, root: Path, var: Path, *, port: int) -> None:
        self.root, self.var, self.port = root, var, port
        self.address = f"http://{HOST}:{port}"
        self.manage = [sys.executable, str(root / "manage.py")]

    def run(self, hurry: Hurry, *, with_demo: bool) -> None:
        """Start everything, tell where it is, and stay until something ends.

        Always ends by an exception: Stopped when asked to, ServiceError with one sentence when a
        part failed. By then everything has been stopped, the servers last.
        """
        self.var.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            try:
                self._run(stack, hurry, with_demo=with_demo)
            finally:
                hurry.is_stopping = True  # from here on a signal means faster, not again

    def _run(self, stack: ExitStack, hurry: Hurry, *, with_demo: bool) -> None:
        """Start part after part, leaving with ``stack`` how each is stopped."""
        stack.enter_context(self._only_copy())
        web = stack.enter_context(self._listen(self.port))
        mail = stack.enter_context(self._listen(0))
        started = time.monotonic()
        servers = self._servers()
        if servers:
            stack.enter_context(servers)
        supervisor = Supervisor(self._environment(servers, mail.getsockname()[1]), cwd=self.root)
        stack.callback(supervisor.stop, hurry)
        self._migrate(supervisor)
        asker, *others = self._programs(web.fileno(), mail.fileno())
        supervisor.add(asker)
        web.close()
        self._await_answer(supervisor)  # the page first: all at once would make it wait for cores
        for program in others:
            supervisor.add(program)
        mail.close()
        if with_demo and not self._has_people(supervisor.env["DATABASE_URL"]):
            supervisor.add(self._demonstration(supervisor.log))
        supervisor.log.say(self._welcome(time.monotonic() - started))
        raise ServiceError(supervisor.watch(servers.ended if servers else lambda: None))

    @contextmanager
    def _only_copy(self) -> Iterator[None]:
        """Hold the lock of ``var``, which tells a second copy where the first one is."""
        with (self.var / "up.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                message = f"another copy is already running: {lock.read().strip()}"
                raise ServiceError(message) from None
            lock.truncate(0)
            lock.write(f"{self.address} (process {os.getpid()})\n")
            lock.flush()
            yield

    @staticmethod
    def _listen(port: int) -> socket.socket:
        """Return a listening socket, so that a taken port shows before anything starts."""
        try:
            return socket.create_server((HOST, port), backlog=512)
        except OSError as error:
            reason = os.strerror(error.errno or 0).lower()
            message = f"port {port} is not free ({reason}): choose another, PORT=8001 make run"
            raise ServiceError(message) from error

    def _servers(self) -> EmbeddedServices | None:
        """Return servers to start, None when the environment names both.

        An address may come from .env. One that stands in the last start's dev.env was ours, not the
        user's (`manage.py up` has read that file).
        """
        load_dotenv(self.root / ".env")
        last = dotenv_values(self.root / "var" / "dev.env")
        for name in ("DATABASE_URL", "REDIS_URL"):
            if os.environ.get(name) == last.get(name):
                os.environ.pop(name, None)
        given = {"DATABASE_URL", "REDIS_URL"} & os.environ.keys()
        if len(given) == 1:
            message = f"only {given.pop()} is set: set DATABASE_URL and REDIS_URL, or neither"
            raise ServiceError(message)
        return None if given else EmbeddedServices(self.var / "embedded")

    def _environment(self, servers: EmbeddedServices | None, mail_port: int) -> dict[str, str]:
        """Return what the programs must know; a second terminal reads the same from dev.env."""
        made = {
            **(servers.env if servers else {}),
            "DEVELOPMENT": "true",
            "SITE_URL": self.address,
            "EMAIL_HOST": HOST,
            "EMAIL_PORT": str(mail_port),
            "DEV_MAIL_DIR": str(self.var / "mail"),
            "MEDIA_ROOT": str(self.var / "media"),
            "STATIC_ROOT": str(self.var / "static"),
        }
        (self.var / "static").mkdir(exist_ok=True)  # empty: finders serve the files in development
        self._write_dev_env(made)
        return made | {"PYTHONWARNINGS": QUIET}

    def _write_dev_env(self, made: Mapping[str, str]) -> None:
        draft = self.var / "dev.env.new"
        draft.write_text(
            "# Written at each start of the site (`make run`).\n"
            + "".join(f"{name}='{value}'\n" for name, value in made.items())
        )
        draft.chmod(0o600)
        draft.replace(self.var / "dev.env")

    def _migrate(self, supervisor: Supervisor) -> None:
        """Bring the tables up to date when a migration is new."""
        stamp, now = self.var / "embedded" / "migrated", self._fingerprint()
        is_ours = "DATABASE_URL" not in os.environ
        if not (is_ours and stamp.is_file() and stamp.read_text() == now):
            supervisor.log.say("making the tables")
            supervisor.run_once("migrate", [*self.manage, "migrate", "--verbosity", "0"])
        if is_ours:
            stamp.write_text(now)

    def _fingerprint(self) -> str:
        """Return what stands for all migrations, ours by content, others' by the lock file."""
        files = [self.root / "requirements-run.txt", self.root / "matchmaking" / "settings.py"]
        for area in ("accounts", "matchmaking"):
            files += sorted((self.root / area).glob("**/migrations/*.py"))
        digest = hashlib.sha256()
        for file in files:
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()

    @staticmethod
    def _has_people(database_url: str) -> bool:
        with closing(psycopg.connect(database_url)) as connection:
            row = connection.execute("SELECT EXISTS (SELECT FROM accounts_user)").fetchone()
        return bool(row and row[0])

    def _programs(self, web: int, mail: int) -> list[Program]:
        """Return the programs in the order in which they stop: askers first, workers later."""
        python, celery = (
            sys.executable,
            [sys.executable, "-m", "celery", "--quiet", "-A", "matchmaking"],
        )
        gunicorn = [python, "-m", "gunicorn", "matchmaking.wsgi:application", "--no-control-socket"]
        threads = [
            "--worker-class",
            "matchmaking.web_worker.WaitressWorker",
            "--workers",
            "1",
            "--threads",
            "8",
        ]
        return [
            Program(
                "web",
                [*gunicorn, *threads, "--bind", f"fd://{web}", "--graceful-timeout", "10"],
                pass_fds=[web],
            ),
            Program("beat", [*celery, "beat", "--loglevel", "warning", "--pidfile", ""], grace=5),
            Program(
                "worker",
                [
                    *(*celery, "worker", "--concurrency", "2", "--loglevel", "warning"),
                    *("--without-mingle", "--without-gossip"),
                ],
                on_parent_death=SIGKILL,  # else it waits for its broker, which is ending too
                grace=30,
            ),
            Program("relay", [*self.manage, "relay"]),
            Program("mail", [*self.manage, "mailsink", "--fd", str(mail)], pass_fds=[mail]),
        ]

    def _demonstration(self, log: PrefixedLog) -> Program:
        """Return what fills an empty database while the site is already looked at."""
        log.say("first start: demonstration data arrive while the site already answers")
        return Program(
            "demo", [*self.manage, "demo"], on_success=lambda: log.say("\n".join(self._sign_ins()))
        )

    def _await_answer(self, supervisor: Supervisor) -> None:
        """Wait until the web process answers anything at all."""
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < deadline:
            if sentence := supervisor.ended():
                raise ServiceError(sentence)
            with suppress(OSError, http.client.HTTPException):
                with closing(http.client.HTTPConnection(HOST, self.port, timeout=5)) as client:
                    client.request("GET", "/health/")
                    client.getresponse()
                if not supervisor.ended():
                    return
            time.sleep(0.1)
        message = f"the site did not answer within {SECONDS_TO_ANSWER} s"
        raise ServiceError(message)

    def _welcome(self, seconds: float) -> str:
        lines = ["", f"Ready after {seconds:.1f} s: {self.address}/", "", *self._sign_ins()]
        lines += [f"Mail that was sent: {self.address}/dev/mail/", "Stop with Ctrl-C.", ""]
        return "\n".join(lines)

    def _sign_ins(self) -> list[str]:
        with suppress(FileNotFoundError):
            return [*(self.var / "demo-accounts.txt").read_text().splitlines(), ""]
        return []
