"""Processes of the launcher, seen from outside."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = [sys.executable, "-m", "matchmaking.embedded"]
EXEC = [*LAUNCHER, "exec", "--"]


def bare_env(**more):
    """Return our environment without addresses of servers, as a newcomer's shell has it."""
    left_out = {"DATABASE_URL", "REDIS_URL", "PORT", "TEST_DATABASE_NAME"}
    return (
        {k: v for k, v in os.environ.items() if k not in left_out} | {"DEVELOPMENT": "true"} | more
    )


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return probe.getsockname()[1]


def processes_of(place):
    """Return pid -> command line of all processes that know ``place`` by argument or environment."""
    mark, found = os.fsencode(place), {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes()
            if mark in command or mark in (process / "environ").read_bytes():
                found[int(process.name)] = command.replace(b"\0", b" ").decode()
    return found


def wait_until_gone(place, *, seconds):
    """Return what is still there of ``place`` after at most ``seconds``."""
    deadline = time.monotonic() + seconds
    while (left := processes_of(place)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def status_of(port, path="/"):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
        client.request("GET", path)
        return client.getresponse().status


class Site:
    """A site started by ``manage.py up`` in a folder of its own."""

    def __init__(self, var, port):
        self.var, self.port, self.output = var, port, ""
        self.process = subprocess.Popen(
            self.command(),
            cwd=ROOT,
            env=bare_env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def command(self, **changes):
        options = {"port": self.port, "var": self.var} | changes
        named = [f"--{name}={value}" for name, value in options.items()]
        return [*LAUNCHER, "up", "--no-demo", *named]

    def wait_for(self, text):
        """Read on until a line holds ``text``; the whole output is the failure's message."""
        for line in self.process.stdout:
            self.output += line
            if text in line:
                return line
        raise AssertionError(self.output)

    def another(self, **changes):
        """Start a second copy and return its exit code and everything it said."""
        done = subprocess.run(
            self.command(**changes),
            cwd=ROOT,
            env=bare_env(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def end(self, sig):
        """Send ``sig``, read the rest, and return the exit code."""
        self.process.send_signal(sig)
        self.output += "".join(self.process.stdout)
        return self.process.wait(timeout=60)


@contextmanager
def running_site(var) -> Iterator[Site]:
    """Start a site, wait until it answers, and make sure that it ends."""
    site = Site(var, free_port())
    try:
        site.wait_for("Ready after")
        yield site
    finally:
        if site.process.poll() is None:
            site.end(signal.SIGKILL)
        site.process.stdout.close()
        assert wait_until_gone(var, seconds=20) == {}
