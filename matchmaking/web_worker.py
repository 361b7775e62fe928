"""gunicorn's worker in which waitress talks to clients.

A thread runs for a request that has arrived whole, and is free as soon as its answer is written down: a
client that sends or reads a byte at a time holds a connection, never a thread
(docs/adr/0025-waitress-buffers-what-clients-send.md). gunicorn keeps the processes.
"""

import os
import resource
import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher, WSGITask

LARGEST_REQUEST = 12 * 1024 * 1024 + 64 * 1024  # a little more than the proxy lets through
REQUEST_SECONDS = 60  # within which a request arrives whole; deploy/Caddyfile says the same
# Above the time for which a proxy keeps a connection, so that it never sends into one that we close.
IDLE_SECONDS = 130
MOST_CONNECTIONS = 1_000
LONGEST_WAIT = 1.0  # seconds in the queue, after which a request is told to come again
RETRY_AFTER = "2"
WAITED = "matchmaking.waited"

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

BUSY_PAGE = (
    '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>503</title>'
    "<h1>请稍候再试</h1><p>现在访问的人太多，请过几秒再打开。</p>"
    "<p>Too many people are here right now. Please try again in a few seconds.</p></html>"
).encode()
BUSY_PROBLEM = b'{"type": "about:blank", "title": "Too many requests at once", "status": 503}'


class BufferedTask(WSGITask):
    """One request; its environment tells for how many seconds it waited for a thread."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[WAITED] = time.monotonic() - self.channel.queued_at
        return environ

    def build_response_header(self) -> bytes:
        if self.channel.server.adj.draining:
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class BufferedChannel(HTTPChannel):
    """One connection, which knows since when it receives a request and since when one waits."""

    task_class = BufferedTask
    queued_at = 0.0
    begun_at = 0.0

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.begun_at = time.monotonic()
        accepted: bool = super().received(data)
        return accepted

    def is_overdue(self, now: float) -> bool:
        """Return whether its request does not come to an end."""
        return self.request is not None and now - self.begun_at > REQUEST_SECONDS

    def is_idle(self) -> bool:
        return self.request is None and not self.requests and not self.total_outbufs_len


class Dispatcher(ThreadedTaskDispatcher):
    """waitress's threads, with the moment at which each request began to wait for one."""

    def add_task(self, task: BufferedChannel) -> None:
        task.queued_at = time.monotonic()
        super().add_task(task)


def refuse_what_waited(application: Application) -> Application:
    """Return the application, which answers 503 at once to a request that waited too long.

    What one machine cannot bear is then told so within seconds, instead of all waiting for minutes.
    """

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get(WAITED, 0.0) <= LONGEST_WAIT or environ["PATH_INFO"] == "/health/":
            return application(environ, start_response)
        is_api = environ["PATH_INFO"].startswith("/api/")
        body = BUSY_PROBLEM if is_api else BUSY_PAGE
        content_type = "application/problem+json" if is_api else "text/html; charset=utf-8"
        start_response(
            "503 Service Unavailable",
            [
                ("Content-Type", content_type),
                ("Content-Length", str(len(body))),
                ("Retry-After", RETRY_AFTER),
                ("Cache-Control", "no-store"),
                ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
                ("Referrer-Policy", "same-origin"),
                ("X-Content-Type-Options", "nosniff"),
                ("X-Frame-Options", "DENY"),
            ],
        )
        return [body]

    return answer


class WaitressWorker(Worker):
    """A process of gunicorn; ``--threads`` run the application, one more the connections.

    A worker that is told to stop answers what has come, then waits ``--keep-alive`` seconds for the other
    side to let go of its idle connections: a request that is on its way into one would be lost.
    """

    alive: bool

    def run(self) -> None:
        connections: dict[int, Any] = {}
        dispatcher = Dispatcher()
        dispatcher.set_thread_count(self.cfg.threads)
        server = create_server(
            refuse_what_waited(self.wsgi),
            map=connections,
            _dispatcher=dispatcher,
            sockets=[listener.sock for listener in self.sockets],
            threads=self.cfg.threads,
            ident=None,
            asyncore_use_poll=True,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=5,
            connection_limit=_most_connections(),
            max_request_body_size=LARGEST_REQUEST,
            # Django and allauth read them, told so by BEHIND_PROXY.
            clear_untrusted_proxy_headers=False,
        )
        server.adj.draining = False
        listeners = [each for each in connections.values() if hasattr(each, "active_channels")]
        for each in listeners:
            each.channel_class = BufferedChannel
        while self.alive:
            self._turn(connections)
            if self.ppid != os.getppid():
                self.alive = False
        server.adj.draining = True
        for each in listeners:
            each.accepting = False
        self._drain(connections)
        dispatcher.shutdown(timeout=1)
        wasyncore.close_all(connections)

    def _turn(self, connections: dict[int, Any]) -> None:
        """Serve connections for a second at most, close those that take too long, and tell gunicorn."""
        self.notify()
        wasyncore.loop(timeout=1.0, map=connections, use_poll=True, count=1)
        now = time.monotonic()
        for channel in _channels(connections):
            if channel.is_overdue(now):
                channel.will_close = True

    def _drain(self, connections: dict[int, Any]) -> None:
        asked = time.monotonic()
        while channels := _channels(connections):
            waited = time.monotonic() - asked
            is_idle = all(channel.is_idle() for channel in channels)
            if waited > self.cfg.graceful_timeout or (is_idle and waited > self.cfg.keepalive):
                return
            self.notify()
            wasyncore.loop(timeout=0.1, map=connections, use_poll=True, count=1)


def _channels(connections: dict[int, Any]) -> list[BufferedChannel]:
    return [each for each in connections.values() if isinstance(each, BufferedChannel)]


def _most_connections() -> int:
    """Return how many connections this process may hold and still open files."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(MOST_CONNECTIONS, max(64, soft - 200))
