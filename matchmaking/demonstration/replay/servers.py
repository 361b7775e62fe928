"""The replay's own worker, relay and mail sink: real processes that end with it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

from django.conf import settings

from matchmaking.embedded.processes import spawn, stop

WORKERS = 2


class ServerEnded(Exception):
    """A process of the replay ended by itself; the message ends with its log."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the mails are, and what runs."""

    mails: Path
    folder: Path
    running: dict[str, subprocess.Popen[bytes]]

    def check(self) -> None:
        """Return while all run.

        :raises ServerEnded: with the end of the log of the one that does not
        """
        for name, process in self.running.items():
            if process.poll() is not None:
                log = (self.folder / f"{name}.log").read_text(errors="replace")
                raise ServerEnded(f"{name} ended with {process.returncode}:\n{log[-2000:]}")

    def log_of_errors(self) -> str:
        texts = (path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))
        return "".join(texts)


@contextmanager
def running(folder: Path) -> Iterator[Servers]:
    """Run sink, worker and relay with their logs in ``folder`` until the block ends."""
    mails = folder / "mails"
    mails.mkdir()
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "matchmaking", "worker"]
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        env = {
            **os.environ,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(listening.getsockname()[1]),
            "DEV_MAIL_DIR": str(mails),
            "MEDIA_ROOT": str(folder / "media"),
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",
        }
        servers = Servers(mails, folder, {})
        descriptor = str(listening.fileno())
        programs = {
            "mail": [*manage, "mailsink", "--fd", descriptor],
            "worker": [
                *(*celery, "--concurrency", str(WORKERS), "--loglevel", "warning"),
                *("--without-mingle", "--without-gossip"),
            ],
            "relay": [*manage, "relay"],
        }
        for name, argv in programs.items():
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            process = spawn(
                argv,
                on_parent_death=SIGKILL if name == "worker" else SIGTERM,
                output=log,
                env=env,
                cwd=settings.BASE_DIR,
                pass_fds=[listening.fileno()] if name == "mail" else [],
            )
            servers.running[name] = process
            stack.callback(stop, process, SIGTERM, grace=10)
        yield servers
