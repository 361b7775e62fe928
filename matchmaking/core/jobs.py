"""Jobs: long work that a person started and watches. The one writer of their state.

The caller publishes the outbox message that makes a worker take the job up; the worker
calls :func:`begin`, :func:`advance` and one of :func:`finish`, :func:`fail` and
:func:`stop`, each inside the transaction of the work that it reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from matchmaking.core.models import Job
from matchmaking.core.states import JOB_TRANSITIONS, JobState
from matchmaking.core.transitions import check_transition

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

OPEN = (JobState.QUEUED, JobState.RUNNING)


def start_job(*, kind: str, by: AbstractBaseUser | None, total: int = 0, note: str = "") -> Job:
    return Job.objects.create(
        kind=kind, created_by_id=by.pk if by else None, total=total, note=note
    )


def begin(job: Job) -> Job:
    """Mark a queued job as running; one that runs already goes on.

    :raises IllegalTransition: when it ended, or was cancelled before it began
    """
    # Locked: a cancellation that comes at this moment is seen here, or waits and sees RUNNING.
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state == JobState.RUNNING:
        return job
    check_transition(JOB_TRANSITIONS, JobState(job.state), JobState.RUNNING)
    job.state = JobState.RUNNING
    job.started_at = timezone.now()
    job.save(update_fields=["state", "started_at"])
    return job


def advance(
    job: Job,
    done: int,
    note: str = "",
    *,
    total: int | None = None,
    result: dict[str, Any] | None = None,
) -> None:
    """Write the progress of a running job; ``total`` and ``result`` once they are known."""
    job.done = done
    job.note = note or job.note
    job.total = job.total if total is None else total
    job.result = job.result if result is None else result
    # No lock and no save(): progress is written often, and must not overwrite a cancellation.
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        done=job.done, note=job.note[:200], total=job.total, result=job.result
    )


def is_cancelled(job: Job) -> bool:
    return Job.objects.filter(pk=job.pk).values_list("cancel_requested", flat=True).get()


@transaction.atomic
def request_cancel(*, job: Job) -> Job:
    """Ask a running job to stop at its next step; one that still waits stops at once.

    A job that has ended is left as it is.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state in OPEN and not job.cancel_requested:
        job.cancel_requested = True
        job.save(update_fields=["cancel_requested"])
    # No worker has it, so nobody else would end it.
    if job.state == JobState.QUEUED:
        _end(job, JobState.CANCELLED)
    return job


def finish(job: Job, result: dict[str, Any] | None = None) -> None:
    _end(job, JobState.DONE, result=result)


def fail(job: Job, note: str) -> None:
    _end(job, JobState.FAILED, note=note)


def stop(job: Job, result: dict[str, Any] | None = None) -> None:
    """End a running job because somebody asked for it; what was done stays."""
    _end(job, JobState.CANCELLED, result=result)


def _end(
    job: Job, state: JobState, *, note: str = "", result: dict[str, Any] | None = None
) -> None:
    job = Job.objects.select_for_update().get(pk=job.pk)
    check_transition(JOB_TRANSITIONS, JobState(job.state), state)
    job.state = state
    job.note = (note or job.note)[:200]
    job.result = result if result is not None else job.result
    job.ended_at = timezone.now()
    job.save(update_fields=["state", "note", "result", "ended_at"])
