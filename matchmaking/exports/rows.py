"""Rows and columns of a list of the workbench, as the list itself shows them to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, QueryDict
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from matchmaking.core.errors import NotAllowed
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.exports import ExportColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from matchmaking.core.sheets import Cell


def site_of(model: str) -> WorkbenchAdmin | None:
    """Return the workbench's list of that model, None where there is none."""
    try:
        known = apps.get_model(model)
    except (LookupError, ValueError):
        return None
    found = admin.site._registry.get(known)  # noqa: SLF001 - Django has no other way
    return found if isinstance(found, WorkbenchAdmin) else None


def request_of(user: Any, query: str) -> HttpRequest:
    """Return a request that reads the list as that person would, in a worker that has none."""
    request = HttpRequest()
    request.method = "GET"
    request.GET = QueryDict(query)
    request.user = user
    request.session = {}  # type: ignore[assignment]  # filters of the list ask for none of it
    return request


def rows_of(site: WorkbenchAdmin, request: HttpRequest) -> QuerySet[Any]:
    """Return the rows that the list shows for the filters, beyond its pages.

    :raises NotAllowed: when the person may not see the list (any more)
    """
    user: Any = request.user
    if not (user.is_active and user.is_staff and site.has_view_permission(request)):
        raise NotAllowed("the person may not see this list")
    return cast("QuerySet[Any]", site.get_changelist_instance(request).get_queryset(request))


def columns_of(site: WorkbenchAdmin, request: HttpRequest) -> Sequence[ExportColumn]:
    """Return the columns that the list names for sheets, else those that it shows."""
    if site.sheet:
        return site.sheet
    names = [name for name in site.get_list_display(request) if isinstance(name, str)]
    return [
        ExportColumn(str(label_for_field(name, site.model, site)), _value(site, name))
        for name in names
    ]


def _value(site: WorkbenchAdmin, name: str) -> Callable[[Any], Cell]:
    def read(row: Any) -> Cell:
        try:
            field, _attribute, value = lookup_field(name, row, site)
        except ObjectDoesNotExist:
            return None
        if field is not None and getattr(field, "flatchoices", None):
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, SafeString):
            return strip_tags(value).strip()
        return value if value is None or isinstance(value, int | float | str) else str(value)

    return read
