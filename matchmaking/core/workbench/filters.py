"""Filters of the workbench's lists: by queue and by age."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

QUEUE = "queue"
DAYS = {"1": _("more than a day"), "3": _("more than 3 days"), "7": _("more than a week")}


class QueueFilter(admin.SimpleListFilter):
    """Rows that wait for an officer, which subclasses find in ``waiting``."""

    title = _("queue")
    parameter_name = QUEUE
    label: Any = _("Waiting for a decision")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        del request, model_admin
        return [("waiting", self.label)]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        del request
        return self.waiting(rows) if self.value() == "waiting" else rows

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows


class AgeFilter(admin.SimpleListFilter):
    """Rows older than some days, by the time in ``field``."""

    title = _("age")
    parameter_name = "age"
    field = "created_at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        del request, model_admin
        return list(DAYS.items())

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that are at least that old."""
        del request
        if self.value() not in DAYS:
            return rows
        before = timezone.now() - dt.timedelta(days=int(self.value() or 0))
        return rows.filter(**{f"{self.field}__lt": before})
