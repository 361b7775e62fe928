"""The product under attack: its pages over HTTP, its worker, its nightly runs, its database.

Everything is in this process, so that one clock rules all of it and a control can switch a protection
off; what an attacker knows of it comes over HTTP alone (tests/attacks/visitor.py).
"""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from celery.schedules import crontab
from django.core import mail
from django.core.cache import cache
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.utils import timezone

from matchmaking.core.models import LimitCounter
from matchmaking.notifications import delivery, leases
from matchmaking.notifications.periodic import periodic_runs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tests.attacks.clock import Clock

HOST = "127.0.0.1"
AT_A_TIME = 1_000
MOST_ROUNDS = 50
# What measures or cleans up the processes that are not there, or waits for mail servers.
NOT_RUN = {"canary", "sweep", "watch_workers"}


class QuietHandler(WSGIRequestHandler):
    """Answers without a line on the terminal, and at once on a connection that stays open."""

    disable_nagle_algorithm = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class Product:
    """The site at ``url``; a copy of the planted market for each attack."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._planted = connection.settings_dict["NAME"]
        self._server = ThreadedWSGIServer((HOST, 0), QuietHandler)
        self._server.set_app(get_wsgi_application())
        self._server.daemon_threads = True
        self.port = self._server.server_port

    @contextmanager
    def running(self) -> Iterator[Product]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Put a copy of the planted database in its place, and nothing into cache and mailbox."""
        name = f"{self._planted}_attacked"
        connection.close()
        with connection._nodb_cursor() as server:  # noqa: SLF001 - Django's own way to make databases
            server.execute(f'drop database if exists "{name}" with (force)')
            server.execute(f'create database "{name}" template "{self._planted}"')
        _use(name)
        cache.clear()
        mail.outbox = []
        self.clock.start_again()
        try:
            yield
        finally:
            connection.close()
            _use(self._planted)

    def work(self) -> None:
        """Do what relay and worker do until nothing is due."""
        for _round in range(MOST_ROUNDS):
            due = leases.find_due(AT_A_TIME)
            if not due:
                return
            for message in due:
                delivery.deliver(message.id)
        raise AssertionError(f"the outbox does not come to rest: {due[:3]}")

    def next_day(self, *, only: Collection[str] = ()) -> None:
        """Let a day pass with the runs of its night, and work until all is done.

        ``only`` names the runs that the attack hears of; the others would only take their time.
        """
        self.pass_seconds(24 * 3600)
        now = timezone.now()
        # By the hour at which they run: what one does the next one finds done.
        for run in sorted(periodic_runs.ordered(), key=_hour):
            if run.name not in NOT_RUN and (not only or run.name in only):
                run.work(now)
        self.work()

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass, and forget what pages keep for moments."""
        self.clock.pass_time(dt.timedelta(seconds=seconds))
        cache.clear()
        LimitCounter.objects.all().delete()  # kept by the clock of the database, which stands still


def _hour(run: object) -> tuple[int, int]:
    schedule = run.schedule  # type: ignore[attr-defined]
    if isinstance(schedule, crontab):
        return min(schedule.hour), min(schedule.minute)
    return 24, 0


def _use(name: str) -> None:
    connections.settings["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
