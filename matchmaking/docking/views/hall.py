"""Pages of the day: the officers' hall, a badge that is scanned, a company's now and next."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core import polling
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.docking import queries, rules
from matchmaking.docking.choices import OutcomeKind
from matchmaking.docking.forms import DealForm, deal_initial
from matchmaking.docking.models import Attendee, Meeting, TableOffer
from matchmaking.docking.presentation import agendas, hall
from matchmaking.docking.services import attendance, outcomes, presence, refills
from matchmaking.docking.states import EventPhase, MeetingState
from matchmaking.docking.views.agendas import own_registration
from matchmaking.docking.views.registrations import desk_event, person_of
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from matchmaking.docking.presentation.agendas import AgendaLine


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hall_page(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show the hall live; POST gives the table of somebody who did not come to a pair in waiting."""
    event = desk_event(request, code)
    if request.method == "POST":
        meeting = get_object_or_404(
            event.meetings.in_full(), code=_code(request.POST.get("meeting"))
        )
        _do(request, attendance.miss, meeting=meeting, at=timezone.now())
        return redirect("docking:hall", event.code)
    view = hall.hall_view(event, timezone.now())
    offers = queries.offers_in_words(event)
    shown = polling.fingerprint(
        [
            view.slots,
            view.here,
            view.held,
            [(cell.meeting.pk, cell.word) for cell in view.now],
            offers,
        ]
    )
    if polling.is_shown(request, shown):
        return polling.nothing_new()
    context = {"event": event, "view": view, "offers": offers, "shown": shown}
    return render(request, "docking/hall.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def badge(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Say whose badge it is and check in or out; officers alone, others learn nothing by it."""
    if not rules.can_run_events(request.user):
        raise Http404
    rows = Attendee.objects.select_related(
        "agenda__registration__company", "agenda__registration__event"
    )
    person = get_object_or_404(rows, code=code)
    event = person.agenda.registration.event
    if request.method == "POST":
        _do(
            request,
            presence.check,
            attendee=person,
            is_in=request.POST.get("direction") != "out",
            key=_code(request.POST.get("key")),
            at=timezone.now(),
        )
        return redirect("docking:badge", person.code)
    is_on = event.phase == EventPhase.RUNNING
    rows_today = queries.meetings_of(event, person.agenda.registration)
    lines = agendas.lines_of(rows_today, person.agenda.registration, person.agenda_id)
    context = {
        "person": person,
        "event": event,
        "is_on": is_on,
        "is_here": queries.is_here(person),
        "key": uuid.uuid4(),
        "next": _next(lines),
    }
    return render(request, "docking/badge.html", context)


@require_safe
@login_required
def today(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show a company what is on now and next, and a free table that waits for its answer."""
    event, own = own_registration(request, code)
    if event.phase != EventPhase.RUNNING:
        return redirect("docking:agenda", event.code)
    at = timezone.now()
    lines = agendas.lines_of(queries.meetings_of(event, own), own, None)
    offer = queries.open_offer_of(own)
    now = [line for line in lines if _is_now(line, at)]
    coming = [line for line in lines if line.starts_at > at and not line.is_over]
    past = [
        line
        for line in lines
        if line.meeting.slot.ends_at <= at and line.meeting.state != MeetingState.MISSED
    ]
    shown = polling.fingerprint(
        [
            offer and offer.code,
            [(line.meeting.pk, line.meeting.state, line.meeting.sequence) for line in lines],
            [line.meeting.pk for line in now],
            queries.outcomes_of(own),
        ]
    )
    if polling.is_shown(request, shown):
        return polling.nothing_new()
    said = queries.outcomes_of(own)
    context = {
        "event": event,
        "company": own.company,
        "now": [_line(line, said) for line in now],
        "coming": coming[:3],
        "past": [_line(line, said) for line in past],
        "offer": offer,
        "offer_partner": queries.other_side(offer, own) if offer else None,
        "kinds": OutcomeKind.choices,
        "shown": shown,
    }
    return render(request, "docking/today.html", context)


def _line(line: AgendaLine, said: dict[int, str]) -> dict[str, Any]:
    """Return a line with what the side has said of it and the way to a deal."""
    match = line.meeting.match
    is_open = match is not None and match.state in (MatchState.PROPOSED, MatchState.INTERESTED)
    return {
        "line": line,
        "said": said.get(line.meeting.pk, ""),
        "may_say_yes": is_open,
        "may_propose": match is not None and match.state == MatchState.MUTUAL,
    }


def _is_now(line: AgendaLine, at: Any) -> bool:
    return bool(line.starts_at <= at < line.meeting.slot.ends_at) and (
        line.meeting.state != MeetingState.MISSED
    )


def _next(lines: list[AgendaLine]) -> AgendaLine | None:
    at = timezone.now()
    return next((line for line in lines if line.meeting.slot.ends_at > at), None)


@require_POST
@login_required
def outcome(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Keep what the person's side takes from a meeting."""
    row = _meeting(request, code)
    if _do(
        request, outcomes.say, meeting=row, kind=request.POST.get("kind", ""), at=timezone.now()
    ):
        messages.success(request, _("Kept."))
    return redirect("docking:today", row.event.code)


@require_POST
@login_required
def say_yes(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Answer the proposal behind a meeting with interest."""
    row = _meeting(request, code)
    if _do(request, outcomes.say_yes_at_table, meeting=row, at=timezone.now()):
        text = _("Kept. Once the other side says yes too, write down what you agreed on.")
        messages.success(request, text)
    return redirect("docking:today", row.event.code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def deal(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Write down at the table what the two agreed on; the other side confirms on its own phone."""
    row = _meeting(request, code)
    if row.match is None or row.match.state != MatchState.MUTUAL:
        return redirect("docking:today", row.event.code)
    is_post = request.method == "POST"
    form = DealForm(request.POST if is_post else None, initial=deal_initial(row.match))
    status = HTTPStatus.OK
    if is_post and form.is_valid():
        try:
            intention = call_service(
                outcomes.propose_deal,
                meeting=row,
                figures=form.figures,
                by=person_of(request),
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            status = HTTPStatus(error.status)
        else:
            return redirect("deals:intention-detail", intention.code)
    elif is_post:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "docking/deal.html", {"form": form, "event": row.event}, status=status)


@require_POST
@login_required
def answer_table(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Answer the offer of a free table for the company."""
    rows = TableOffer.objects.filter(
        sides__registration__company__in=person_of(request).memberships.values("company")
    ).select_related("event")
    offer = get_object_or_404(rows, code=code)
    is_accepted = request.POST.get("answer") == "yes"
    _do(request, refills.answer, offer=offer, is_accepted=is_accepted, at=timezone.now())
    return redirect("docking:today", offer.event.code)


def _meeting(request: HttpRequest, code: uuid.UUID) -> Meeting:
    """Return a meeting of the person's company; else 404, for officers too: they do not sit there."""
    rows = Meeting.objects.visible_to(request.user).in_full()
    mine = person_of(request).memberships.values("company")
    return get_object_or_404(rows.filter(pk__in=queries.meetings_of_companies(mine)), code=code)


def _do(request: HttpRequest, service: Callable[..., Any], **values: Any) -> bool:
    """Call a service; a refusal is told on the page that follows. Return whether it went through."""
    try:
        call_service(service, by=person_of(request), **values)
    except DomainError as error:
        messages.error(request, str(error.message))
        return False
    return True


def _code(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        raise Http404 from None
