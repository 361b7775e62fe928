"""The page of all that waits, for officers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaking.casework import queries, rules, services
from matchmaking.casework.forms import ViewForm
from matchmaking.casework.models import SavedView
from matchmaking.casework.queries import Filters
from matchmaking.core import business_time
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.workbench import queues

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

MOST_SHOWN = 200
LONGEST_SEARCH = 80


def filters_of(request: HttpRequest) -> Filters:
    """Return the filters of the address; what is unknown counts as not set."""
    stage = request.GET.get("stage", "")
    queue = request.GET.get("queue", "")
    return Filters(
        queue=queue if queue in queues.queues else "",
        stage=stage if stage in queries.STAGES else "",
        mine=request.GET.get("mine") == "1",
        text=request.GET.get("q", "")[:LONGEST_SEARCH].strip(),
    )


@require_safe
def waiting_list(request: HttpRequest) -> HttpResponse:
    """List what waits in every queue of the reader, the soonest due first."""
    _check(request)
    filters = filters_of(request)
    at = timezone.now()
    found = queries.waiting(request.user, filters, at=at)
    labels = {
        queries.OVERDUE: _("Overdue"),
        queries.NEW: _("New"),
        queries.IN_HAND: _("In hand"),
        queries.WITH_COMPANY: _("With the company"),
    }
    counts = {stage: sum(row.stage == stage for row in found) for stage in queries.STAGES}
    allowed = [queue for queue in queues.queues.ordered() if queue.allowed(request.user)]
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Everything that waits"),
        "rows": [(row, labels[row.stage]) for row in found[:MOST_SHOWN]],
        "count": len(found),
        "filters": filters,
        "queues": allowed,
        "stages": [(stage, labels[stage], counts[stage]) for stage in queries.STAGES],
        "views": SavedView.objects.filter(user=request.user.pk).order_by("name"),
        "office_hours": business_time.minutes_of_day(),
        "is_guessed": any(row.is_guessed for row in found),
    }
    return TemplateResponse(request, "casework/waiting_list.html", context)


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    _check(request)
    form = ViewForm(request.POST)
    query = filters_of(request).query
    if form.is_valid():
        try:
            call_service(
                services.save_view, name=form.cleaned_data["name"], query=query, by=request.user
            )
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Give the view a name of up to 40 characters."))
    return HttpResponseRedirect(f"{reverse('casework:waiting-list')}?{query}")


@require_POST
def view_remove(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    _check(request)
    view = get_object_or_404(SavedView, code=code, user=request.user.pk)
    call_service(services.remove_view, view=view)
    return HttpResponseRedirect(reverse("casework:waiting-list"))


def _check(request: HttpRequest) -> None:
    if not rules.can_work(request.user):
        raise PermissionDenied
