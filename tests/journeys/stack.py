"""The whole site as its own processes: web, relay, worker, a broker and a mail server."""

import http.client
import socket
import subprocess
import sys
from contextlib import closing, suppress

import redis
from celery import Celery
from django.db.models.functions import Now

from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OutboxState
from tests.faults.conftest import ROOT, Site, eventually
from tests.notifications.sink import ACCEPT

HOST = "127.0.0.1"
START, PATIENCE = 60, 20


class Stack(Site):
    """What `make run` starts, around the database of the tests."""

    def __init__(self, broker, sink, home):
        super().__init__(broker, sink, home / "site.log")
        self.sink, self.home = sink, home
        self.broker_url = f"redis+socket://{broker.socket}?virtual_host=0"
        self.cache_url = f"unix://{broker.socket}?db=1"
        self._listener = socket.create_server((HOST, 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self.env |= {
            "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
            "SITE_URL": self.url,
            "MEDIA_ROOT": str(home / "media"),
            "DEV_MAIL_DIR": str(home / "texts"),
            "PYTHONWARNINGS": "ignore",
        }

    def begin(self):
        """Start all at once; return when a message has gone the whole way."""
        self._start_web()
        self.start("relay")
        self.start("worker")
        eventually(self._answers, START)
        self.tick("canary")
        eventually(self._worked, START)

    def _start_web(self):
        gunicorn = ["-m", "gunicorn", "matchmaking.wsgi:application", "--no-control-socket"]
        threads = [
            "--worker-class",
            "matchmaking.web_worker.WaitressWorker",
            "--workers",
            "1",
            "--threads",
            "8",
        ]
        fd = self._listener.fileno()
        with self.log.open("ab") as log:
            self.processes["web"] = subprocess.Popen(
                [sys.executable, *gunicorn, *threads, "--bind", f"fd://{fd}"],
                cwd=ROOT,
                env=self.env,
                start_new_session=True,
                pass_fds=[fd],
                stdout=log,
                stderr=log,
            )

    def _worked(self):
        self._look_after()
        return OutboxMessage.objects.filter(
            kind="notifications.canary", state=OutboxState.DONE
        ).exists()

    def _look_after(self):
        ended = [name for name, process in self.processes.items() if process.poll() is not None]
        assert ended == [], self.log.read_text()[-3000:]

    def _answers(self):
        self._look_after()
        client = http.client.HTTPConnection(HOST, self.port, timeout=5)
        with suppress(OSError, http.client.HTTPException), closing(client):
            client.request("GET", "/how-it-works/")
            return client.getresponse().status == http.client.OK
        return False

    def end(self):
        """End all; nobody asks for what they were doing."""
        super().end()
        self._listener.close()

    def tick(self, name):
        """Say that it is time, as beat does."""
        with Celery(broker=self.broker_url, set_as_current=False) as beat:
            beat.send_task("notifications.tick", [name], queue="hand")

    def morning(self, *, people=1):
        """Let the next morning come, once the day's mail of so many people waits for it."""
        waiting = OutboxMessage.objects.filter(state=OutboxState.PENDING, kind="mail")
        keys = waiting.values("bundle_key").distinct()
        eventually(lambda: keys.count() >= people, PATIENCE)
        self.rest()
        waiting.update(next_at=Now())

    def rest(self):
        """Wait until nothing is under way."""
        eventually(lambda: not _busy().exists(), PATIENCE)

    def forget(self):
        """Let the next test find no mail, no limit reached, no figure kept."""
        self.sink.kept.clear()
        self.sink.answer = lambda mail: ACCEPT
        with redis.Redis.from_url(self.cache_url) as cache:
            cache.flushdb()


def _busy():
    waiting = OutboxMessage.objects.filter(state=OutboxState.PENDING, next_at__lte=Now())
    return waiting | OutboxMessage.objects.filter(state=OutboxState.LEASED)
