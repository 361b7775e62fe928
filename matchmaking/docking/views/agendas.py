"""A company's own agenda: page, print, sheet, calendar; one view a person, never the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matchmaking.core.sheets import XLSX_TYPE, Sheet, write_xlsx
from matchmaking.docking import queries
from matchmaking.docking.calendars import calendar_of
from matchmaking.docking.presentation import agendas
from matchmaking.docking.states import TOLD_PHASES, EventPhase, RegistrationState
from matchmaking.docking.views.events import visible_event
from matchmaking.docking.views.registrations import acting_company, person_of

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

    from matchmaking.core.sheets import Cell
    from matchmaking.docking.models import Attendee, DockingEvent, Registration
    from matchmaking.docking.presentation.agendas import AgendaLine

READ_PHASES = (*TOLD_PHASES, EventPhase.CLOSED)


@require_safe
@login_required
def agenda(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show the day of one person of the company."""
    event, own = own_registration(request, code)
    people = list(queries.attendees_of(own))
    person = _chosen(request, people)
    context = {
        "event": event,
        "company": own.company,
        "person": person,
        "tabs": _tabs(request, people, person),
        "lines": _lines(event, own, person),
        "query": f"?person={person.code}" if person else "",
    }
    return render(request, "docking/agenda.html", context)


@require_safe
@login_required
def calendar(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Hand out one person's agenda for calendars, with what was given up."""
    event, own = own_registration(request, code)
    person = _chosen(request, list(queries.attendees_of(own)))
    lines = _lines(event, own, person, with_dropped=True)
    response = HttpResponse(calendar_of(event, lines), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="agenda-{event.code}.ics"'
    return response


@require_safe
@login_required
def sheet(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Hand out one person's agenda as a sheet."""
    event, own = own_registration(request, code)
    person = _chosen(request, list(queries.attendees_of(own)))
    header = [_("Day"), _("Time"), _("Hall"), _("Table no."), _("Company"), _("Who comes")]
    rows: list[list[Cell]] = [
        [
            line.day,
            line.hours,
            line.meeting.hall.name,
            line.meeting.table,
            line.partner.name,
            ", ".join(line.people),
        ]
        for line in _lines(event, own, person)
    ]
    body = write_xlsx(Sheet(_("Agenda"), header, rows, widths={4: 32, 5: 32}))
    response = HttpResponse(body, content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="agenda-{event.code}.xlsx"'
    return response


def own_registration(request: HttpRequest, code: uuid.UUID) -> tuple[DockingEvent, Registration]:
    """Return the event and the own registration, once the schedule is published; else 404."""
    event = visible_event(request, code)
    own = queries.registration_of(event, acting_company(request))
    if own is None or own.state != RegistrationState.APPROVED or event.phase not in READ_PHASES:
        raise Http404
    return event, own


def _chosen(request: HttpRequest, people: list[Attendee]) -> Attendee | None:
    """Return the person of the address, else the reader under the own name, else the first."""
    wanted = request.GET.get("person", "")
    named = next((person for person in people if str(person.code) == wanted), None)
    mine = next((person for person in people if person.name == person_of(request).name), None)
    return named or mine or (people[0] if people else None)


def _lines(
    event: DockingEvent, own: Registration, person: Attendee | None, *, with_dropped: bool = False
) -> list[AgendaLine]:
    rows = queries.meetings_of(event, own, with_dropped=with_dropped)
    return agendas.lines_of(rows, own, person.agenda_id if person else None)


def _tabs(
    request: HttpRequest, people: list[Attendee], person: Attendee | None
) -> list[dict[str, object]]:
    if len(people) < 2:  # noqa: PLR2004 - one person needs no choice
        return []
    return [
        {
            "label": one.name,
            "url": f"{request.path}?person={one.code}",
            "current": one == person,
        }
        for one in people
    ]
