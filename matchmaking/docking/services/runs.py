"""Runs of the scheduler: asked for by officers, worked out in the worker, looked at, taken over.

Nothing moves before an officer has seen whom it moves. What a run found holds for the schedule
from which it started, and is refused on another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from matchmaking.core import jobs
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.states import JobState
from matchmaking.core.transitions import check_transition
from matchmaking.docking.choices import MeetingOrigin, RunKind
from matchmaking.docking.day_model import EventDay
from matchmaking.docking.models import Meeting, ScheduleRun
from matchmaking.docking.services import base, meetings
from matchmaking.docking.states import (
    PLANNED_PHASES,
    RUN_TRANSITIONS,
    TOLD_PHASES,
    MeetingState,
    RunState,
)
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import User
    from matchmaking.docking.models import DockingEvent, Registration

MESSAGE = "docking.schedule"
JOB = "docking_schedule"
STEPS = 3
OPEN = (RunState.WORKING, RunState.PROPOSED)
DEFERRED = "SET CONSTRAINTS table_holds_one_meeting, agenda_is_at_one_table DEFERRED"
CHECKED = "SET CONSTRAINTS table_holds_one_meeting, agenda_is_at_one_table IMMEDIATE"


class OutOfDate(Conflict):
    """The schedule has changed since the run began."""

    code = "out_of_date"


@transaction.atomic
def start(
    *,
    event: DockingEvent,
    kind: str,
    by: User,
    at: dt.datetime,
    asked: Mapping[str, Any] | None = None,
) -> ScheduleRun:
    """Ask the worker for a schedule, or for a change of the one that stands.

    An earlier run that nobody has decided on is set aside.

    :raises WrongPhase: before the choice of partners is closed, or once the day is over
    :raises InvalidInput: for what the event does not have
    """
    base.check_officer(by)
    event = base.lock_event(event)
    base.check_phase(event, PLANNED_PHASES)
    wanted = _asked(event, RunKind(kind), asked or {})
    for row in event.runs.select_for_update().filter(state__in=OPEN):
        _end(row, RunState.DISCARDED, by=by, at=at)
    job = jobs.start_job(kind=JOB, by=by, total=STEPS)
    run = ScheduleRun.objects.create(
        event=event, kind=kind, job=job, request=wanted, made_by=by, made_at=at
    )
    outbox.publish(
        kind=MESSAGE,
        dedupe_key=f"docking:schedule:{run.job.code}",
        subject={"run": run.pk, "job": job.pk},
    )
    return run


def _asked(event: DockingEvent, kind: RunKind, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request by primary keys.

    :raises InvalidInput: for rows of another event, or a kind that needs what is not named
    """
    asked: dict[str, Any] = {}
    if kind in (RunKind.MOVE, RunKind.SWAP):
        names = ("meeting",) if kind == RunKind.MOVE else ("meeting", "other")
        for name in names:
            meeting = event.meetings.filter(
                pk=request.get(name) or 0, state=MeetingState.PLANNED
            ).first()
            if meeting is None:
                raise InvalidInput(_("This meeting is not planned any more."), field=name)
            asked[name] = meeting.pk
    if kind in (RunKind.MOVE, RunKind.CUT):
        slot = event.time_slots.filter(pk=request.get("slot") or 0, is_cut=False).first()
        if slot is None:
            raise InvalidInput(_("Choose a slot of the day."), field="slot")
        asked["slot"] = slot.pk
    if kind == RunKind.TABLES:
        hall = event.halls.filter(pk=request.get("hall") or 0).first()
        tables = request.get("tables") or 0
        if hall is None or tables < 1:
            raise InvalidInput(_("Choose a hall and how many tables it has."), field="tables")
        asked |= {"hall": hall.pk, "tables": tables}
    return asked


def work(*, run_id: int, job_id: int) -> None:
    """Work a run out, if it still waits; a message that comes twice does nothing.

    No transaction is open while the solvers work.
    """
    # Loaded here: the solvers behind it weigh 200 MB, and the web process imports this module.
    from matchmaking.docking.solving import solve  # noqa: PLC0415

    with transaction.atomic():
        run = _turn(run_id, job_id)
        if run is None:
            return
        jobs.begin(run.job)
        day = EventDay(run.event)
        basis = day.basis
        jobs.advance(run.job, 1, now_("The wishes are read."))
    try:
        outcome = solve(day, RunKind(run.kind), run.request)
    except (ValueError, RuntimeError) as error:
        outcome, failure = {}, str(error)
    else:
        failure = ""
    with transaction.atomic():
        run = _turn(run_id, job_id)
        if run is None:
            return
        if failure:
            _move(run, RunState.FAILED)
            run.save(update_fields=["state"])
            jobs.fail(run.job, failure)
            return
        _move(run, RunState.PROPOSED)
        run.outcome, run.basis = outcome, basis
        run.save(update_fields=["state", "outcome", "basis"])
        jobs.advance(run.job, STEPS)
        jobs.finish(run.job, {"meetings": len(outcome["places"])})


def _turn(run_id: int, job_id: int) -> ScheduleRun | None:
    rows = ScheduleRun.objects.select_related("job", "event").select_for_update(of=("self",))
    return rows.filter(
        pk=run_id,
        job=job_id,
        state=RunState.WORKING,
        job__state__in=(JobState.QUEUED, JobState.RUNNING),
    ).first()


@transaction.atomic
def apply(*, run: ScheduleRun, by: User, at: dt.datetime) -> int:
    """Take a run over: meetings get their places, who is moved is told; return how many changed.

    :raises OutOfDate: when the schedule has changed since
    :raises Conflict: when it was decided on before
    """
    base.check_officer(by)
    event = base.lock_event(run.event)
    base.check_phase(event, PLANNED_PHASES)
    run = ScheduleRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    _move(run, RunState.APPLIED)
    _apply_frame(event, run)
    day = EventDay(event)
    if day.basis != run.basis:
        raise OutOfDate(_("The schedule has changed since: draw up the change again."))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(DEFERRED)
            touched = _write(event, day, run.outcome["places"], at)
            cursor.execute(CHECKED)
    except IntegrityError as error:
        raise OutOfDate(_("The schedule has changed since: draw up the change again.")) from error
    _pin(run)
    run.decided_by, run.decided_at = by, at
    run.save(update_fields=["state", "decided_by", "decided_at"])
    if event.phase in TOLD_PHASES:
        for registration in touched.values():
            meetings.tell_change(registration, f"run:{run.code}")
    return len(touched)


def _apply_frame(event: DockingEvent, run: ScheduleRun) -> None:
    """Cut the slot or change the tables that the run was asked about."""
    if run.kind == RunKind.CUT:
        event.time_slots.filter(pk=run.request["slot"]).update(is_cut=True)
    elif run.kind == RunKind.TABLES:
        event.halls.filter(pk=run.request["hall"]).update(tables=run.request["tables"])


def _write(
    event: DockingEvent,
    day: EventDay,
    places: Mapping[str, Mapping[str, int]],
    at: dt.datetime,
) -> dict[int, Registration]:
    """Bring the meetings to their places; return the registrations whose agenda changes."""
    touched: dict[int, Registration] = {}

    def touch(code: str) -> None:
        for part in code.split("-"):
            touched[int(part)] = day.rows[int(part)]

    slots = {slot.pk: slot for slot in day.slots}
    for code, meeting in day.standing.items():
        place = places.get(code)
        if place is None:
            meetings.end(meeting, MeetingState.DROPPED, at)
            touch(code)
        elif (meeting.slot_id, meeting.hall_id, meeting.table) != (
            place["slot"],
            place["hall"],
            place["table"],
        ) and meeting.state == MeetingState.PLANNED:
            meetings.place(meeting, slots[place["slot"]], place["hall"], place["table"], at)
            touch(code)
    for code, place in places.items():
        if code not in day.standing:
            wanted = day.by_code.get(code)
            meetings.create(
                event,
                agendas=(place["a"], place["b"]),
                slot=slots[place["slot"]],
                hall=place["hall"],
                table=place["table"],
                origin=wanted.origin if wanted else MeetingOrigin.WISH,
                match=wanted.match if wanted else None,
                at=at,
            )
            touch(code)
    return touched


def _pin(run: ScheduleRun) -> None:
    """Keep what an officer moved by hand where it was put."""
    if run.kind in (RunKind.MOVE, RunKind.SWAP):
        moved = [run.request[name] for name in ("meeting", "other") if name in run.request]
        Meeting.objects.filter(pk__in=moved).update(is_pinned=True)


@transaction.atomic
def discard(*, run: ScheduleRun, by: User, at: dt.datetime) -> ScheduleRun:
    """Set a run aside; the schedule stays as it is."""
    base.check_officer(by)
    base.lock_event(run.event)
    run = ScheduleRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    _end(run, RunState.DISCARDED, by=by, at=at)
    return run


def _end(run: ScheduleRun, state: RunState, *, by: User, at: dt.datetime) -> None:
    _move(run, state)
    run.decided_by, run.decided_at = by, at
    run.save(update_fields=["state", "decided_by", "decided_at"])
    if run.job.state == JobState.QUEUED:
        jobs.request_cancel(job=run.job)


def _move(run: ScheduleRun, target: RunState) -> None:
    check_transition(RUN_TRANSITIONS, RunState(run.state), target)
    run.state = target
