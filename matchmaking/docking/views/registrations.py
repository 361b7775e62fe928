"""Pages of a company's registration, and of the officers' lists: badges and guests."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matchmaking.core.errors import DomainError
from matchmaking.core.links import absolute
from matchmaking.core.service_calls import call_service
from matchmaking.docking import queries, rules
from matchmaking.docking.forms import (
    GuestListForm,
    PeopleFormSet,
    RegistrationForm,
    hours_of,
    initial_of,
    people_of,
)
from matchmaking.docking.models import Attendee
from matchmaking.docking.qr import qr_inline
from matchmaking.docking.services import guests, registrations
from matchmaking.docking.services.registrations import OPEN_PHASES
from matchmaking.docking.states import RegistrationState
from matchmaking.docking.views.events import visible_event

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from accounts.models import Company, User
    from matchmaking.docking.models import DockingEvent


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Register the company for which the person acts, or change what it said."""
    event = visible_event(request, code)
    company = acting_company(request)
    own = queries.registration_of(event, company)
    if event.phase not in OPEN_PHASES or (own and own.state == RegistrationState.DECLINED):
        return redirect("docking:event-detail", event.code)
    is_post = request.method == "POST"
    hours = hours_of(event)
    name = person_of(request).name
    form = RegistrationForm(
        request.POST if is_post else None, initial=initial_of(company, event, own), company=company
    )
    people = PeopleFormSet(
        request.POST if is_post else None,
        initial=people_of(own, name),
        form_kwargs={"hours": hours},
        prefix="people",
    )
    status = HTTPStatus.OK
    if is_post and form.read(people):
        try:
            call_service(
                registrations.register,
                event=event,
                company=company,
                terms=form.terms,
                by=person_of(request),
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            status = HTTPStatus(error.status)
        else:
            messages.success(request, _("Your registration is with the association."))
            return redirect("docking:event-detail", event.code)
    elif is_post:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"event": event, "form": form, "people": people, "own": own, "company": company}
    return render(request, "docking/register.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask, then take the registration back."""
    event = visible_event(request, code)
    own = queries.registration_of(event, acting_company(request))
    if own is None:
        raise Http404
    if request.method == "POST":
        try:
            call_service(
                registrations.withdraw, registration=own, by=person_of(request), at=timezone.now()
            )
        except DomainError as error:
            messages.error(request, str(error.message))
        return redirect("docking:event-detail", event.code)
    return render(request, "docking/withdraw.html", {"event": event})


@require_safe
@login_required
def badges(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Lay out a badge for everybody who comes, to print; officers alone."""
    event = desk_event(request, code)
    rows = queries.attendees_at(event)
    context = {"event": event, "badges": [_badge(person) for person in rows]}
    return render(request, "docking/badges.html", context)


def _badge(person: Attendee) -> dict[str, Any]:
    url = absolute(reverse("docking:badge", args=[person.code]))
    return {"person": person, "company": person.agenda.registration.company, "qr": qr_inline(url)}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def guest_list(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Take a sheet of guests and say what became of each company; officers alone."""
    event = desk_event(request, code)
    form = GuestListForm(request.POST or None, request.FILES or None)
    status, lines = HTTPStatus.OK, None
    if request.method == "POST" and form.is_valid():
        try:
            lines = guests.import_guests(
                event=event,
                content=form.cleaned_data["file"].read(),
                by=person_of(request),
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error("file", str(error.message))
            status = HTTPStatus(error.status)
    elif request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"event": event, "form": form, "lines": lines}
    return render(request, "docking/guest_list.html", context, status=status)


def desk_event(request: HttpRequest, code: uuid.UUID) -> DockingEvent:
    """Return the event for an officer who runs it; 404 for everybody else."""
    if not rules.can_run_events(request.user):
        raise Http404
    return visible_event(request, code)


def acting_company(request: HttpRequest) -> Company:
    company: Company | None = getattr(request, "company", None)
    if company is None:
        raise PermissionDenied
    return company


def person_of(request: HttpRequest) -> User:
    return cast("User", request.user)
