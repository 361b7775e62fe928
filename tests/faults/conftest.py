"""A broker that a test may kill, and the site's own processes around the test's database."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from django.db import connection

from matchmaking.core.embedded.binaries import unprivileged_account
from matchmaking.core.embedded.servers import Valkey
from tests.notifications.sink import Sink

ROOT = Path(__file__).resolve().parents[2]


class Broker:
    """A Valkey of the test's own."""

    def __init__(self, home: Path):
        account = unprivileged_account()
        for path in (home / "data", home / "run"):
            path.mkdir()
            if account:
                os.chown(path, account.uid, account.gid)
        self.socket = home / "run" / "valkey.sock"
        self._server = Valkey(
            data=home / "data",
            socket=self.socket,
            log=home / "valkey.log",
            account=account,
            durable=False,
        )
        self.start = self._server.start
        self.stop = self._server.stop

    def kill(self):
        self._server.process.kill()
        self._server.process.wait()

    def flush(self):
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            client.flushall()


class Site:
    """Relay and worker as processes of their own."""

    def __init__(self, broker: Broker, sink: Sink, log: Path):
        self.log = log
        database = connection.settings_dict
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": "postgresql://{USER}@{HOST}/{NAME}".format(
                **{**database, "HOST": quote(database["HOST"], safe="")}
            )
            + (f"?port={database['PORT']}" if database["PORT"] else ""),
            "REDIS_URL": f"unix://{broker.socket}",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(sink.port),
            "DEBUG": "true",
        }
        if database["PASSWORD"]:
            self.env["PGPASSWORD"] = database["PASSWORD"]
        self.processes = {}

    def start(self, name):
        command = {
            "relay": ["manage.py", "relay"],
            "worker": [
                *("-m", "celery", "--quiet", "-A", "matchmaking", "worker", "--concurrency", "2"),
                *("--loglevel", "warning", "--without-mingle", "--without-gossip"),
            ],
        }[name]
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.env,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def kill(self, name):
        """End the process and its children without a chance to clean up."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def terminate(self, name):
        """Ask the process to end; return its exit code."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(15)

    def end(self):
        for name in list(self.processes):
            self.kill(name)


@pytest.fixture
def broker(tmp_path_factory):
    home = tmp_path_factory.mktemp("broker")
    for path in (home, *home.parents):
        if path.stat().st_uid == os.geteuid() and path.name.startswith(
            ("pytest-", "popen-", "broker")
        ):
            path.chmod(0o711)  # the server runs as somebody else where the tests run as root
    broker = Broker(home)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def mail_server():
    with Sink() as sink:
        yield sink


@pytest.fixture
def site(transactional_db, broker, mail_server, tmp_path):
    site = Site(broker, mail_server, tmp_path / "site.log")
    yield site
    site.end()
    print(site.log.read_text()[-3000:])  # noqa: T201 -- seen when a test fails


def eventually(is_true, seconds):
    """Wait until ``is_true()``; return how long it took, fail after ``seconds``."""
    start = time.monotonic()
    while not is_true():
        assert time.monotonic() - start < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - start
