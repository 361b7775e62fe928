"""The site in processes of its own, served as `make run` and production serve it."""

from __future__ import annotations

import http.client
import os
import socket
import sys
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from signal import SIGTERM

from django.conf import settings

from matchmaking.embedded.processes import spawn, stop

HOST = "127.0.0.1"
SECONDS_TO_ANSWER = 90
GUNICORN = ("-m", "gunicorn", "tests.screens.wsgi:application", "--no-control-socket")
THREADS = (
    "--worker-class",
    "matchmaking.web_worker.WaitressWorker",
    "--workers",
    "1",
    "--threads",
    "8",
    "--timeout",
    "0",
)


def free_port():
    """Return a port that nobody listens on."""
    with closing(socket.create_server((HOST, 0))) as listening:
        return listening.getsockname()[1]


@contextmanager
def serving(folder, at, *, debug_port):
    """Serve production pages at SITE_URL, and development's own at ``debug_port``, until the end."""
    port = int(settings.SITE_URL.rsplit(":", 1)[1])
    with ExitStack() as stack:
        for number, development in ((port, "false"), (debug_port, "true")):
            env = {**os.environ, "DEVELOPMENT": development, "LOOKS_AT": at.isoformat()}
            env["PYTHONWARNINGS"] = "ignore"
            log = stack.enter_context((folder / f"web-{number}.log").open("wb"))
            process = spawn(
                [sys.executable, *GUNICORN, *THREADS, "--bind", f"{HOST}:{number}"],
                env=env,
                output=log,
                cwd=settings.BASE_DIR,
            )
            stack.callback(stop, process, SIGTERM, grace=10)
            _await_answer(number, process, folder / f"web-{number}.log")
        yield


def _await_answer(port, process, log):
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline and process.poll() is None:
        client = http.client.HTTPConnection(HOST, port, timeout=20)
        with suppress(OSError, http.client.HTTPException), closing(client):
            client.request("GET", "/how-it-works/")
            if client.getresponse().status == http.client.OK:
                return
        time.sleep(0.2)
    sys.exit(f"the site does not answer:\n{log.read_text()[-3000:]}")
