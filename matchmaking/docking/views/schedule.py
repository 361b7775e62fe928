"""The officers' pages of a schedule: drawn up, looked at, taken over, changed by hand."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from matchmaking.core import polling
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.docking import queries, rules
from matchmaking.docking.choices import RunKind
from matchmaking.docking.models import Meeting, ScheduleRun
from matchmaking.docking.presentation import days
from matchmaking.docking.presentation import schedule as words
from matchmaking.docking.services import meetings, runs
from matchmaking.docking.states import PLANNED_PHASES, MeetingState, RunState
from matchmaking.docking.views.registrations import desk_event, person_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

DIGITS = 12  # no row number has more; the rest would only cost time


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def schedule(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show the schedule and the run that waits; POST asks for another run."""
    event = desk_event(request, code)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        asked = {name: _number(request, name) for name in ("slot", "hall", "tables")}
        if kind not in RunKind.values:
            raise Http404
        _do(request, runs.start, event=event, kind=kind, asked=asked, at=timezone.now())
        return redirect("docking:schedule", event.code)
    run = event.runs.filter(state__in=runs.OPEN).select_related("job", "event").first()
    last = event.runs.filter(state=RunState.FAILED).select_related("job").order_by("-pk").first()
    standing = queries.standing_by_code(event)
    shown = polling.fingerprint([run and (run.pk, run.state, run.job.done), len(standing)])
    if polling.is_shown(request, shown):
        return polling.nothing_new()
    context = {
        "event": event,
        "run": run,
        "shown": shown,
        "is_working": run is not None and run.state == RunState.WORKING,
        "words": words.run_words(run, standing) if run and run.outcome else None,
        "failed": last if run is None and last and _is_newest(last) else None,
        "may_plan": event.phase in PLANNED_PHASES,
        "rows": words.slot_rows(queries.meetings_in_order(event)),
        "count": len(standing),
        "slots": [
            (slot.pk, days.day_and_hour(slot.starts_at))
            for slot in queries.slots_of(event)
            if not slot.is_cut
        ],
        "halls": list(queries.halls_of(event)),
    }
    return render(request, "docking/schedule.html", context)


def _is_newest(run: ScheduleRun) -> bool:
    return not run.event.runs.filter(pk__gt=run.pk).exists()


@require_POST
@login_required
def decide(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Take the waiting run over, or set it aside."""
    event = desk_event(request, code)
    run = get_object_or_404(event.runs.all(), code=_uuid(request.POST.get("run")))
    is_apply = request.POST.get("decision") == "apply"
    if _do(request, runs.apply if is_apply else runs.discard, run=run, at=timezone.now()):
        text = _("The schedule is taken over.") if is_apply else _("Set aside.")
        messages.success(request, text)
    return redirect("docking:schedule", event.code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def meeting(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show one meeting to officers, with what they may change of it."""
    if not rules.can_run_events(request.user):
        raise Http404
    row = get_object_or_404(Meeting.objects.in_full(), code=code)
    if request.method == "POST":
        _change(request, row)
        return redirect("docking:schedule", row.event.code)
    others = [
        one
        for one in queries.meetings_in_order(row.event)
        if one.pk != row.pk and one.slot_id != row.slot_id and one.state == MeetingState.PLANNED
    ]
    context = {
        "meeting": row,
        "event": row.event,
        "hours": days.day_and_hour(row.slot.starts_at),
        "may_change": row.state == MeetingState.PLANNED and row.event.phase in PLANNED_PHASES,
        "slots": [
            (slot.pk, days.day_and_hour(slot.starts_at))
            for slot in queries.slots_of(row.event)
            if not slot.is_cut and slot.pk != row.slot_id
        ],
        "others": [
            (one.pk, f"{days.hour(one.slot.starts_at)} {queries.sides_of(one)}") for one in others
        ],
    }
    return render(request, "docking/meeting_desk.html", context)


def _change(request: HttpRequest, row: Meeting) -> None:
    """Do what one of the page's buttons asks for; what moves others becomes a run to look at."""
    step, at = request.POST.get("step", ""), timezone.now()
    if step in ("pin", "unpin"):
        _do(request, meetings.pin, meeting=row, is_pinned=step == "pin")
    elif step == "drop":
        _do(request, meetings.drop, meeting=row, at=at)
    elif step in (RunKind.MOVE, RunKind.SWAP):
        asked = {
            "meeting": row.pk,
            "slot": _number(request, "slot"),
            "other": _number(request, "other"),
        }
        _do(request, runs.start, event=row.event, kind=step, asked=asked, at=at)


def _do(request: HttpRequest, service: Callable[..., Any], **values: Any) -> bool:
    """Call a service; a refusal is told on the page that follows. Return whether it went through."""
    try:
        call_service(service, by=person_of(request), **values)
    except DomainError as error:
        messages.error(request, str(error.message))
        return False
    return True


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < DIGITS else 0


def _uuid(text: str | None) -> Any:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        raise Http404 from None
