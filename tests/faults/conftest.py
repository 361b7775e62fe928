"""A broker that a test may kill, and the site's own processes around the test's database."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
import redis
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from accounts.models import User
from matchmaking.embedded.binaries import unprivileged_account
from matchmaking.embedded.servers import Postgres, Valkey
from tests.notifications.sink import Sink

ROOT = Path(__file__).resolve().parents[2]


def own_folders(home: Path, account):
    """Make the folders of a server, for the account that it runs as."""
    for path in (home, *home.parents):
        if path.stat().st_uid == os.geteuid() and path.name.startswith(("pytest-", "popen-")):
            path.chmod(0o711)
    home.chmod(0o711)  # the server runs as somebody else where the tests run as root
    for path in (home / "data", home / "run"):
        path.mkdir(mode=0o700)
        if account:
            os.chown(path, account.uid, account.gid)


class Broker:
    """A Valkey of the test's own."""

    def __init__(self, home: Path):
        account = unprivileged_account()
        own_folders(home, account)
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


class Database:
    """A PostgreSQL of the test's own, which waits for the disk, with the tables of a mail."""

    def __init__(self, home: Path):
        account = unprivileged_account()
        own_folders(home, account)
        self.run = home / "run"
        self._server = Postgres(
            data=home / "data",
            run=self.run,
            log=home / "postgres.log",
            account=account,
            durable=True,
            name="killed",
        )
        self.start = self._server.start
        self.stop = self._server.stop

    def kill(self):
        """End the server and all its sessions without a chance to write anything more.

        Asked over a connection of its own: in another thread Django's would be the one to the
        usual server.
        """
        with psycopg.connect(host=str(self.run), user="postgres", dbname="killed") as own:
            found = own.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            parts = [pid for (pid,) in found.fetchall()]
        for pid in (self._server.process.pid, *parts):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.process.wait()

    def make_tables(self):
        models = [
            *(ContentType, Permission, Group, User),
            *apps.get_app_config("notifications").get_models(),
        ]
        with connection.schema_editor() as editor:
            for model in models:
                editor.create_model(model)


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
            "DEVELOPMENT": "true",
            "CELERY_SKIP_CHECKS": "true",  # each start would load every page
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
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def mail_server():
    with Sink() as sink:
        yield sink


@pytest.fixture
def site(transactional_db, broker, mail_server, tmp_path):
    yield from run_site(broker, mail_server, tmp_path)


@pytest.fixture(scope="module")
def database(tmp_path_factory, django_db_blocker):
    """A server that a test may kill, in the place of the test's database."""
    database = Database(tmp_path_factory.mktemp("postgres"))
    database.start()
    usual = connections["default"]
    reach = {"HOST": str(database.run), "PORT": "", "NAME": "killed", "USER": "postgres"}
    connections["default"] = DatabaseWrapper({**usual.settings_dict, **reach}, "default")
    with django_db_blocker.unblock():
        try:
            database.make_tables()
            yield database
        finally:
            connection.close()
            connections["default"] = usual
            database.stop()


@pytest.fixture
def site_of_its_own(database, broker, mail_server, tmp_path):
    """The site on the database that may be killed."""
    yield from run_site(broker, mail_server, tmp_path)


def run_site(broker, mail_server, folder):
    site = Site(broker, mail_server, folder / "site.log")
    yield site
    site.end()
    print(site.log.read_text()[-3000:])  # noqa: T201 -- seen when a test fails


def eventually(is_true, seconds):
    """Wait until ``is_true()``; return how long it took, fail after ``seconds``."""
    start = time.monotonic()
    while not is_true():
        assert time.monotonic() - start < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - start
