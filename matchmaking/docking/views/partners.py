"""Choosing partners: the list of participants, and the hours of one wish."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.docking import queries
from matchmaking.docking.choices import WISHES, PreferenceKind
from matchmaking.docking.forms import HoursForm
from matchmaking.docking.models import Registration
from matchmaking.docking.presentation import partners as words
from matchmaking.docking.services import preferences
from matchmaking.docking.services.preferences import may_meet
from matchmaking.docking.states import EventPhase, RegistrationState
from matchmaking.docking.suggestions import suggestions_for
from matchmaking.docking.views.events import visible_event
from matchmaking.docking.views.registrations import acting_company, person_of

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from matchmaking.docking.models import DockingEvent

PAGE_SIZE = 20
FIELD = "partner-"
SHOWN = ("", "asked", "suggested", "chosen")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def partner_list(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """List the other participants, who asks and who fits first; keep what is said of each."""
    event, own = _own(request, code)
    others = [row for row in queries.partners_of(event) if may_meet(own, row)]
    if request.method == "POST":
        return _keep(request, event, own, others)
    mine = queries.preferences_of(own)
    asking = queries.asking(own)
    suggestions = suggestions_for(own, person_of(request))
    shown = request.GET.get("show", "")
    kept = {
        "asked": lambda row: row.pk in asking,
        "suggested": lambda row: row.company_id in suggestions,
        "chosen": lambda row: row.pk in mine,
    }.get(shown)
    found = [row for row in others if kept is None or kept(row)]

    def order(row: Registration) -> Any:
        suggestion = suggestions.get(row.company_id)
        is_open = row.pk in asking and row.pk not in mine
        return (not is_open, -(suggestion.points if suggestion else 0), row.company.name_zh)

    page = Paginator(sorted(found, key=order), PAGE_SIZE).get_page(request.GET.get("page"))
    queries.load_brought(page.object_list)
    rows = [
        words.row_of(row, mine=mine, asking=asking, suggestions=suggestions)
        for row in page.object_list
    ]
    context = {
        "event": event,
        "page": page,
        "rows": rows,
        "kinds": words.kind_choices(),
        "is_open": event.phase == EventPhase.PREFERENCES,
        "tabs": _tabs(request, shown, others, mine, asking, suggestions),
        "wishes": sum(row.kind in WISHES for row in mine.values()),
    }
    return render(request, "docking/partner_list.html", context)


def _tabs(
    request: HttpRequest, shown: str, others: Any, mine: Any, asking: Any, suggestions: Any
) -> list[dict[str, Any]]:
    labels = {
        "": (_("Everybody"), len(others)),
        "suggested": (_("Who fits"), sum(row.company_id in suggestions for row in others)),
        "asked": (_("Ask to meet you"), sum(row.pk in asking for row in others)),
        "chosen": (_("Your choice"), len(mine)),
    }
    return [
        {
            "label": label,
            "count": count,
            "url": f"{request.path}?show={name}" if name else request.path,
            "current": name == shown,
        }
        for name, (label, count) in labels.items()
    ]


def _keep(
    request: HttpRequest, event: DockingEvent, own: Registration, others: list[Registration]
) -> HttpResponse:
    """Keep the choices of the page that was sent; others stay as they are."""
    choices = {}
    for row in others:
        kind = request.POST.get(f"{FIELD}{row.code}")
        if kind is not None and kind in ("", *PreferenceKind.values):
            choices[row] = kind
    try:
        changed = call_service(
            preferences.choose,
            registration=own,
            choices=choices,
            by=person_of(request),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        text = ngettext("%(count)s choice kept.", "%(count)s choices kept.", changed)
        messages.success(request, text % {"count": changed})
    query = request.GET.urlencode()
    url = reverse("docking:partner-list", args=[event.code])
    return redirect(f"{url}?{query}" if query else url)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def partner_hours(request: HttpRequest, code: uuid.UUID, partner: uuid.UUID) -> HttpResponse:
    """Narrow one wish to hours, or set it behind another meeting."""
    event, own = _own(request, code)
    other = get_object_or_404(queries.partners_of(event).exclude(pk=own.pk), code=partner)
    mine = queries.preferences_of(own)
    row = mine.get(other.pk)
    if row is None or row.kind not in WISHES or event.phase != EventPhase.PREFERENCES:
        raise Http404
    is_post = request.method == "POST"
    choices = [
        one.other for one in mine.values() if one.kind in WISHES and one.other_id != other.pk
    ]
    form = HoursForm(request.POST if is_post else None, row=row, event=event, others=choices)
    status = HTTPStatus.OK
    if is_post and form.is_valid():
        try:
            call_service(
                preferences.set_hours,
                registration=own,
                other=other,
                hours=form.hours(),
                by=person_of(request),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            status = HTTPStatus(error.status)
        else:
            return redirect("docking:partner-list", event.code)
    elif is_post:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"event": event, "other": other, "form": form}
    return render(request, "docking/partner_hours.html", context, status=status)


def _own(request: HttpRequest, code: uuid.UUID) -> tuple[DockingEvent, Registration]:
    """Return the event and the person's own registration, if it was let in; else 404."""
    event = visible_event(request, code)
    own = queries.registration_of(event, acting_company(request))
    if own is None or own.state != RegistrationState.APPROVED:
        raise Http404
    if event.phase in (EventPhase.DRAFT, EventPhase.REGISTRATION, EventPhase.CANCELLED):
        raise Http404
    own.event = event
    return event, own
