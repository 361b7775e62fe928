"""Relay and workers as processes of their own, beside a benchmark."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matchmaking.celery import app

ROOT = Path(__file__).parents[1]
RELAY = ("manage.py", "relay")
WORKER = (
    *("-m", "celery", "--quiet", "-A", "matchmaking", "worker", "--loglevel", "warning"),
    *("--without-mingle", "--without-gossip"),
)
PATIENCE_SECONDS = 120


@contextmanager
def running(workers: int, *, children: int = 1) -> Iterator[None]:
    """Run one relay and some workers of so many children each, from when all answer."""
    commands = [RELAY]
    commands += [
        (*WORKER, "--concurrency", str(children), "--hostname", f"bench{number}@%h")
        for number in range(workers)
    ]
    processes = [
        subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, *command], cwd=ROOT, env=dict(os.environ)
        )
        for command in commands
    ]
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while len(app.control.ping(timeout=1.0)) < workers:
            if time.monotonic() > end:
                raise TimeoutError("the workers do not answer")
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)


def children_cpu() -> float:
    """Give the seconds of processor that ended children of this process have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
