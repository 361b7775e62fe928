"""Long work that a person started and watches.

The area publishes the job's message with the job row, in one transaction; its outbox handler
calls :func:`begin`, then :func:`advance` as it goes, and one of the ends. The handler may be
called again for a job that a dying worker left half-way: it goes on from ``job.done``.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Now

from matchmaking.core.models import Job
from matchmaking.core.states import JOB_TRANSITIONS, JobState
from matchmaking.core.transitions import IllegalTransition

NOTE_LENGTH = Job._meta.get_field("note").max_length  # noqa: SLF001 -- Django's documented name


def start_job(*, kind: str, by: AbstractBaseUser | None, total: int = 0, note: str = "") -> Job:
    """Write a waiting job, in the caller's transaction, which publishes its message too."""
    return Job.objects.create(
        kind=kind, created_by_id=by.pk if by else None, total=total, note=note[:NOTE_LENGTH]
    )


def begin(job: Job, *, total: int | None = None) -> bool:
    """Note that work on the job starts, or starts again; False when it is over or cancelled.

    A job whose end was asked for before it began is cancelled here.
    """
    if is_cancelled(job):
        cancelled(job)
        return False
    waiting = Job.objects.filter(pk=job.pk, state__in=[JobState.QUEUED, JobState.RUNNING])
    values: dict[str, Any] = {} if total is None else {"total": total}
    begun = waiting.update(
        state=JobState.RUNNING,
        started_at=Case(When(started_at=None, then=Now()), default=F("started_at")),
        **values,
    )
    job.refresh_from_db()
    return bool(begun)


def advance(job: Job, done: int, note: str = "") -> None:
    """Show that ``done`` of ``total`` is done; never goes backwards.

    Readers see it when the caller's transaction has ended: call it outside of one.
    """
    values: dict[str, Any] = {"note": note[:NOTE_LENGTH]} if note else {}
    running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING)
    running.filter(Q(total=0) | Q(total__gte=done)).update(
        done=Greatest("done", Value(done)), **values
    )
    job.done = max(job.done, done)


def finish(job: Job, *, result: Mapping[str, Any] | None = None, note: str = "") -> None:
    """End the job well.

    :raises IllegalTransition: when it does not run
    """
    _end(job, JobState.DONE, result=dict(result or {}), note=note, done=Greatest("done", "total"))


def fail(job: Job, *, note: str, result: Mapping[str, Any] | None = None) -> None:
    """End the job with the sentence that tells the person why.

    :raises IllegalTransition: when it does not run
    """
    _end(job, JobState.FAILED, result=dict(result or {}), note=note)


def cancelled(job: Job, *, note: str = "") -> None:
    """End a job that was asked to stop.

    :raises IllegalTransition: when it is over already
    """
    _end(job, JobState.CANCELLED, note=note)


def cancel(*, job: Job, by: AbstractBaseUser) -> bool:
    """Ask the job to stop, as the person who started it; False when it is over or another's.

    What has been done stays; the worker looks at :func:`is_cancelled` between its steps.
    """
    asked = Job.objects.filter(
        pk=job.pk, created_by_id=by.pk, state__in=[JobState.QUEUED, JobState.RUNNING]
    ).update(cancel_requested=True)
    return bool(asked)


def is_cancelled(job: Job) -> bool:
    """Tell whether somebody has asked the job to stop."""
    return Job.objects.filter(pk=job.pk, cancel_requested=True).exists()


def _end(job: Job, target: JobState, **values: Any) -> None:
    values["note"] = values.get("note", "")[:NOTE_LENGTH]
    froms = [state for state, targets in JOB_TRANSITIONS.items() if target in targets]
    ended = Job.objects.filter(pk=job.pk, state__in=froms).update(
        state=target, ended_at=Now(), **values
    )
    job.refresh_from_db()
    if not ended:
        raise IllegalTransition(job.state, target)
