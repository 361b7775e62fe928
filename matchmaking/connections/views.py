"""Pages of a company's connections, for its owners."""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.connections import queries, rules
from matchmaking.connections.forms import EndpointForm, SourceForm
from matchmaking.connections.models import Delivery, Endpoint, PushSource
from matchmaking.connections.services import deliveries, endpoints, events, sources
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from accounts.models import Company, User

PAGE_SIZE = 30


def for_owners(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Admit owners of an active company; addresses and secrets are theirs alone."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.can_connect(request.user, _company(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(never_cache(wrapper))


@require_safe
@for_owners
def endpoint_list(request: HttpRequest) -> HttpResponse:
    return _list(request, SourceForm())


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def endpoint_new(request: HttpRequest) -> HttpResponse:
    """Ask for a new connection and add it; a webhook's secret is shown this once."""
    initial = {"language": get_language(), "kind": request.GET.get("kind", "")}
    form = EndpointForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = call_service(
                endpoints.add_endpoint,
                company=_company(request),
                by=_person(request),
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            if secret:
                return _detail(request, endpoint, secret=secret)
            messages.success(request, _("Added. Send a test to see that it arrives."))
            return redirect("connections:endpoint-detail", endpoint.code)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "connections/endpoint_new.html", {"form": form}, status=status)


@require_safe
@for_owners
def endpoint_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    return _detail(request, _endpoint(request, code))


@require_POST
@for_owners
def endpoint_test(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    endpoint = _endpoint(request, code)
    if endpoint.is_on:
        call_service(events.send_test, endpoint=endpoint, at=timezone.now())
        messages.success(request, _("The test is on its way: look at this page in a moment."))
    else:
        messages.error(request, _("Switch the connection on first."))
    return redirect("connections:endpoint-detail", code)


@require_POST
@for_owners
def endpoint_rotate(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Give a webhook a new secret and show it this once."""
    endpoint = _endpoint(request, code)
    try:
        secret = call_service(endpoints.rotate_secret, endpoint=endpoint, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("connections:endpoint-detail", code)
    return _detail(request, _endpoint(request, code), secret=secret)


@require_POST
@for_owners
def endpoint_switch(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    endpoint = _endpoint(request, code)
    if endpoint.is_on:
        call_service(endpoints.switch_off, endpoint=endpoint, at=timezone.now())
        messages.success(request, _("Switched off."))
    else:
        call_service(endpoints.switch_on, endpoint=endpoint)
        messages.success(request, _("Switched on. What did not arrive can be sent again."))
    return redirect("connections:endpoint-detail", code)


@require_POST
@for_owners
def endpoint_resend(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Send again one event, or all that did not arrive."""
    endpoint = _endpoint(request, code)
    one = request.POST.get("delivery", "")
    try:
        if one:
            rows = Delivery.objects.filter(endpoint=endpoint)
            found = next((row for row in rows if str(row.code) == one), None)
            if found is not None:
                call_service(deliveries.send_again, delivery=found)
            count = 1 if found is not None else 0
        else:
            count = call_service(deliveries.send_failed_again, endpoint=endpoint)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        done = ngettext("%(count)s event is sent again.", "%(count)s events are sent again.", count)
        messages.success(request, done % {"count": count})
    return redirect("connections:endpoint-detail", code)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def endpoint_remove(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask, then remove the connection with the record of its calls."""
    endpoint = _endpoint(request, code)
    if request.method == "POST":
        call_service(endpoints.remove_endpoint, endpoint=endpoint)
        messages.success(request, _("Removed."))
        return redirect("connections:endpoint-list")
    return render(request, "connections/endpoint_remove.html", {"endpoint": endpoint})


@require_safe
@for_owners
def attempt_detail(request: HttpRequest, code: uuid.UUID, attempt: uuid.UUID) -> HttpResponse:
    """Show what was sent and what came back."""
    endpoint = _endpoint(request, code)
    found = get_object_or_404(queries.attempts_of(endpoint), code=attempt)
    told = found.deliveries.select_related("event").order_by("pk")
    rows = [(row, queries.kind_label(row.event.kind)) for row in told]
    context = {"endpoint": endpoint, "attempt": found, "rows": rows}
    return render(request, "connections/attempt_detail.html", context)


@require_POST
@for_owners
def source_new(request: HttpRequest) -> HttpResponse:
    """Add a system that sends weeks; its secret is shown this once."""
    form = SourceForm(request.POST)
    if form.is_valid():
        try:
            source, secret = call_service(
                sources.add_source,
                company=_company(request),
                by=_person(request),
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _list(request, SourceForm(), source=source, secret=secret)
    return _list(request, form)


@require_POST
@for_owners
def source_remove(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    rows = PushSource.objects.visible_to(request.user).filter(company=_company(request))
    call_service(sources.remove_source, source=get_object_or_404(rows, code=code))
    messages.success(request, _("Removed."))
    return redirect("connections:endpoint-list")


def _list(request: HttpRequest, form: SourceForm, **new: Any) -> HttpResponse:
    company = _company(request)
    rows = Endpoint.objects.visible_to(request.user).filter(company=company).order_by("pk")
    known = PushSource.objects.visible_to(request.user).filter(company=company).order_by("pk")
    context = {
        "endpoints": rows,
        "sources": known,
        "form": form,
        "new_source": new.get("source"),
        "secret": new.get("secret", ""),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "connections/endpoint_list.html", context, status=status)


def _detail(request: HttpRequest, endpoint: Endpoint, *, secret: str = "") -> HttpResponse:
    page = Paginator(queries.attempts_of(endpoint), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "endpoint": endpoint,
        "secret": secret,
        "page": page,
        "events": [queries.kind_label(name) for name in endpoint.event_kinds],
        "undelivered": queries.undelivered(endpoint).count(),
    }
    return render(request, "connections/endpoint_detail.html", context)


def _endpoint(request: HttpRequest, code: uuid.UUID) -> Endpoint:
    rows = Endpoint.objects.visible_to(request.user).filter(company=_company(request))
    return get_object_or_404(rows, code=code)


def _company(request: HttpRequest) -> Company | None:
    return getattr(request, "company", None)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
