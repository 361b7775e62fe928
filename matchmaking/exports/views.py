"""Exports of the workbench's lists: asked for, watched, taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core import jobs
from matchmaking.core.errors import DomainError
from matchmaking.core.service_calls import call_service
from matchmaking.core.uploads import attachment
from matchmaking.exports import rows, services
from matchmaking.exports.models import ListExport

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def export_list(request: HttpRequest) -> HttpResponse:
    """List the person's exports; a POST asks for another."""
    if request.method == "POST":
        return _ask(request)
    mine = ListExport.objects.visible_to(request.user).select_related("job").order_by("-pk")[:SHOWN]
    found = list(mine)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Saved lists"),
        "exports": found,
        "is_open": any(one.job.state in jobs.OPEN for one in found),
    }
    return TemplateResponse(request, "exports/export_list.html", context)


def _ask(request: HttpRequest) -> HttpResponse:
    site = rows.site_of(request.POST.get("model", ""))
    if site is None or not site.has_view_permission(request):
        raise PermissionDenied
    try:
        call_service(
            services.ask_export,
            model=site.opts.label_lower,
            query=request.POST.get("query", ""),
            file_format=request.POST.get("file_format", ""),
            by=request.user,
        )
    except DomainError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("exports:export-list"))


@require_safe
def export_file(request: HttpRequest, code: uuid.UUID) -> HttpResponseBase:
    """Hand out the file while the person may still see the list."""
    export = _mine(request, code)
    site = rows.site_of(export.model)
    if not export.file or site is None or not site.has_view_permission(request):
        raise Http404
    return attachment(export.file, export.name)


@require_POST
def export_cancel(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    call_service(jobs.request_cancel, job=_mine(request, code).job)
    return HttpResponseRedirect(reverse("exports:export-list"))


def _mine(request: HttpRequest, code: uuid.UUID) -> ListExport:
    rows_of_mine = ListExport.objects.visible_to(request.user).select_related("job")
    return get_object_or_404(rows_of_mine, code=code)
