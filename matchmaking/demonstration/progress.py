"""Progress of the demonstration, for visitors who come before it is complete.

The market is made in one transaction, whose rows nobody else sees before its end: progress is
written beside it, through a connection of a thread's own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.core.states import JobState

KIND = "demonstration"
SECONDS_BETWEEN_WRITES = 0.5


def arriving() -> Job | None:
    """Return the job that fills the database now, None when none does."""
    return Job.objects.filter(kind=KIND, state=JobState.RUNNING).order_by("-pk").first()


@contextmanager
def shown() -> Iterator[Callable[[int, int], None]]:
    """Keep a job while the block runs; it is handed what to call with done and total.

    A job that an earlier run left running, since it was killed, is ended first.
    """
    with transaction.atomic():
        for left in Job.objects.filter(kind=KIND, state=JobState.RUNNING):
            jobs.fail(left, "")
        job = jobs.begin(jobs.start_job(kind=KIND, by=None))
    writer = _Writer(job)
    writer.start()
    try:
        yield writer.note
    except BaseException:
        writer.stop()
        with transaction.atomic():
            jobs.fail(job, "")
        raise
    writer.stop()
    with transaction.atomic():
        jobs.finish(job)


class _Writer(threading.Thread):
    """Writes the last figures it was given, twice a second."""

    def __init__(self, job: Job) -> None:
        super().__init__(daemon=True)
        self._job, self._done, self._total = job, 0, 0
        self._ended = threading.Event()

    def note(self, done: int, total: int) -> None:
        self._done, self._total = done, total

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        try:
            while not self._ended.wait(SECONDS_BETWEEN_WRITES):
                jobs.advance(self._job, self._done, total=self._total)
        finally:
            connection.close()
